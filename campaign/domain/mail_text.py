"""Words that organizers put into mails: what stands for a name, a day or a link, and what takes its place."""

import re
from collections.abc import Collection, Mapping

from campaign.domain.errors import Refused

SUBJECT_LIMIT, BODY_LIMIT = 150, 5_000
IN_SUBJECT = ("event", "day", "place")
"""A subject is read over shoulders and kept in logs: it names nobody and holds no secret link."""
PLACEHOLDERS = ("name", *IN_SUBJECT, "link")
_GAP = re.compile(r"\{([^{}\n]*)\}")


def check(text: str, allowed: Collection[str] = PLACEHOLDERS) -> None:
    """Refuse braces around anything but a placeholder ("placeholder-unknown", "placeholder-not-in-subject")."""
    is_of_mail = "event" in allowed
    for found in _GAP.finditer(text):
        if found[1] not in allowed:
            code = "placeholder-not-in-subject" if is_of_mail and found[1] in PLACEHOLDERS else "placeholder-unknown"
            raise Refused(code, placeholder=found[0])


def gaps(text: str) -> set[str]:
    """Return what stands between braces."""
    return {found[1] for found in _GAP.finditer(text)}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each placeholder's value in its place, once: braces in a value stay what they are."""
    return _GAP.sub(lambda found: values.get(found[1], found[0]), text)


def paragraphs(text: str) -> list[list[str]]:
    """Return the paragraphs that blank lines part, each a list of lines."""
    return [part.split("\n") for part in re.split(r"\n{2,}", text.strip("\n")) if part]
