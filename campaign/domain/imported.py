"""What an imported event keeps of its row: by what it is found again, and what of it the row said last."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from campaign.domain.event import Draft
from campaign.domain.text import fold

ID_LIMIT = 191
MADE = "row:"
"""How identifiers begin that were made of a row's name, place and day."""
MARK_SIZE = 4
FIELDS: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("description",),
    ("country",),
    ("city",),
    ("venue",),
    ("address",),
    ("latitude", "longitude"),
    ("zone",),
    ("starts", "ends", "is_all_day"),
    ("online_url",),
    ("url",),
    ("languages",),
    ("tags",),
    ("capacity",),
)
"""The parts of a draft that a row fills in; what belongs together changes together. Only ever append."""


def key(*, external_id: str, name: str, place: str, day: str, number: int = 1) -> str:
    """Return what an event is found again by: the row's own identifier, or one made of name, place and day.

    `number` tells rows apart that are alike in these and yet mean different events.
    """
    if external_id and len(external_id) <= ID_LIMIT:
        return external_id
    facts = [external_id] if external_id else [fold(name), fold(place), day, str(number)]
    return f"{MADE}{_digest(*facts, size=32)}"


def is_own(key: str | None) -> bool:
    """Return whether an identifier is the file's own, rather than none or one that was made here."""
    return bool(key) and not str(key).startswith(MADE)


def adopted(stored: str | None, key: str | None) -> str | None:
    """Return what an event is found by from now on: the file's own identifier goes before one that was made here."""
    return key if stored is None or (is_own(key) and not is_own(stored)) else stored


def fingerprint(draft: Draft) -> str:
    """Return four characters for each part of what a row says, 56 in all."""
    return "".join(_mark(draft, part) for part in FIELDS)


def merge(current: Draft, said: Draft, last: str | None) -> Draft:
    """Return the event with what its row says now and didn't say last time; all else stays as people left it.

    `last` is the fingerprint of the row when it was last imported; without one, the row counts as having
    said nothing yet.
    """
    before = last or fingerprint(Draft(name={}))
    told = [part for number, part in enumerate(FIELDS) if _mark_at(before, number) != _mark(said, part)]
    changes = {field: getattr(said, field) for part in told for field in part}
    for field in {"name", "description"} & changes.keys():
        changes[field] = _in_language(getattr(current, field), changes[field], said)
    return replace(current, **changes)


def _in_language(current: Mapping[str, str], text: Mapping[str, str], said: Draft) -> dict[str, str]:
    """Return a text in all its languages, anew in the row's one; gone from it where the row has none."""
    language = next(iter(said.name))
    return {code: words for code, words in current.items() if code != language} | dict(text)


def _mark(draft: Draft, part: tuple[str, ...]) -> str:
    return _digest(*(repr(getattr(draft, field)) for field in part), size=MARK_SIZE)


def _mark_at(last: str, number: int) -> str:
    return last[number * MARK_SIZE : (number + 1) * MARK_SIZE]


def _digest(*facts: str, size: int) -> str:
    """Return `size` characters, a multiple of four, that stand for the facts: six bits each."""
    digest = blake2b("\0".join(facts).encode(), digest_size=size // 4 * 3).digest()
    return urlsafe_b64encode(digest).decode()
