"""The one way a rule says no."""


class Refused(Exception):
    """A request that a rule turns down; `code` names the reason, `facts` fill its sentence.

    The words a person reads are chosen in `web/errors.py`, in the reader's language.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
