"""What one draft of an event says otherwise than another, as JSON that a row can keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from campaign.domain.event import Draft

TIMES = frozenset({"starts", "ends", "opens", "closes"})
LISTS = frozenset({"languages", "tags", "accessibility"})


@dataclass(frozen=True)
class Difference:
    """One field, what it said and what it is to say; for a text of several languages, one language of it."""

    field: str
    before: object
    after: object
    language: str | None = None


def between(before: Draft, after: Draft) -> dict[str, object]:
    """Return the fields of `after` that differ from `before`, times as ISO 8601, tuples as lists."""
    return {
        one.name: _to_json(getattr(after, one.name))
        for one in fields(Draft)
        if getattr(before, one.name) != getattr(after, one.name)
    }


def applied(draft: Draft, changes: Mapping[str, object]) -> Draft:
    """Return the draft with changes that `between` returned; fields that it doesn't know any more are left out."""
    known = {one.name for one in fields(Draft)}
    values = {name: _from_json(name, value) for name, value in changes.items() if name in known}
    return replace(draft, **values)  # type: ignore[arg-type]  # as `between` took them from a draft


def differences(before: Draft, after: Draft) -> list[Difference]:
    """Return what differs, in the order of a draft's fields, texts by their languages."""
    return [found for one in fields(Draft) for found in _of_field(one.name, before, after)]


def _of_field(name: str, before: Draft, after: Draft) -> Iterator[Difference]:
    was, will = getattr(before, name), getattr(after, name)
    if was == will:
        return
    if not isinstance(was, Mapping):
        yield Difference(name, was, will)
        return
    for language in dict.fromkeys([*was, *will]):
        if was.get(language) != will.get(language):
            yield Difference(name, was.get(language), will.get(language), language)


def _to_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _from_json(name: str, value: object) -> object:
    if name in TIMES and isinstance(value, str):
        return datetime.fromisoformat(value)
    return tuple(value) if name in LISTS and isinstance(value, list) else value
