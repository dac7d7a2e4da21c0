"""What an organizer chose of a roll-over, over many pages, without storing anything: all of it travels in the form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from campaign.domain.roll_over import ONLINE, Choice, Item, Note, Outcome, Part
from campaign.services.programme import PAGE_SIZE
from campaign.services.roll_over import Plan
from campaign.web import filters

ONLINE_CODE = "online"
"""Stands in the form for events that are in no country."""
TO_LOOK_AT = "to-look-at"
ID_LIMIT = 100_000


@dataclass(frozen=True)
class Sent:
    """A form as it came: the choice, and which part of the list is to be shown."""

    choice: Choice
    from_year: int | None
    only: str
    country: str | None
    page: int


@dataclass(frozen=True)
class Shown:
    """One page of the plan's list."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    def ids(self, *, ticked: bool) -> str:
        """Return the events on this page whose box is ticked, or isn't, for the next form to compare with."""
        return " ".join(str(one.source.id) for one in self.items if has_box(one) and is_ticked(one) is ticked)


def read(form: "MultiDict[str, str]") -> Sent:
    """Return what was chosen: a box that was changed counts over all that was said before."""
    was_ticked, was_unticked = _ids(form.get("ticked")), _ids(form.get("unticked"))
    now_ticked = _ids(" ".join(form.getlist("event")))
    left, taken = _ids(form.get("left")), _ids(form.get("taken"))
    newly_left, newly_taken = was_ticked - now_ticked, was_unticked & now_ticked
    is_sent = "parts" in form
    choice = Choice(
        without=_codes(form.get("countries", "").split()) - _codes(form.getlist("country")),
        left=(left | newly_left) - newly_taken,
        taken=(taken | newly_taken) - newly_left,
        parts=frozenset(part for part in Part if part in form.getlist("part")) if is_sent else frozenset(Part),
    )
    return Sent(
        choice,
        number_of(form.get("from")) or None,
        form.get("only", ""),
        form.get("only_country") or None,
        number_of(form.get("page")),
    )


def shown(plan: Plan, sent: Sent) -> Shown:
    """Return the page of the list that was asked for, by country, then by time."""
    code = None if sent.country is None else "" if sent.country == ONLINE_CODE else sent.country
    found = [one for one in plan.items if _is_wanted(one, sent.only) and code in (None, one.source.country or ONLINE)]
    order = {code: filters.country_order(code) for code in {one.source.country for one in found}}
    found.sort(key=lambda one: (order[one.source.country], str(one.starts or ""), one.source.id))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(sent.page, 1), pages)
    return Shown(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages, len(found))


def countries(plan: Plan) -> list[tuple[str, str, int, bool]]:
    """Return code, name, number of events that could come, and whether they shall, of each country."""
    counts: dict[str | None, int] = {}
    for one in plan.items:
        if one.outcome is not Outcome.THERE:
            counts[one.source.country] = counts.get(one.source.country, 0) + 1
    return [
        (code or ONLINE_CODE, filters.country_name(code), count, (code or ONLINE) not in plan.choice.without)
        for code, count in sorted(counts.items(), key=lambda pair: filters.country_order(pair[0]))
    ]


def notes(plan: Plan) -> list[tuple[Note, int]]:
    """Return of how many chosen events there is what to look at."""
    chosen = plan.chosen
    counts = ((note, sum(note in one.notes for one in chosen)) for note in Note)
    return [(note, count) for note, count in counts if count]


def has_box(item: Item) -> bool:
    """Return whether one can choose this event by itself: not where it is there, nor where its country stays behind."""
    return item.outcome is not Outcome.THERE and item.why != "country"


def is_ticked(item: Item) -> bool:
    """Return whether the event comes along."""
    return item.outcome is Outcome.NEW


def joined(ids: Iterable[int]) -> str:
    """Return ids as they travel in the form."""
    return " ".join(map(str, sorted(ids)))


def _is_wanted(item: Item, only: str) -> bool:
    if only in set(Outcome):
        return item.outcome == only
    if only == TO_LOOK_AT:
        return item.outcome is Outcome.NEW and set(item.notes) - {Note.WEEKDAY} != set()
    return not only or (item.outcome is Outcome.NEW and only in item.notes)


def _ids(text: str | None) -> frozenset[int]:
    words = (text or "").split()[:ID_LIMIT]
    return frozenset(int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= 18)


def _codes(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(ONLINE if code == ONLINE_CODE else code for code in codes)


def number_of(text: str | None) -> int:
    """Return a whole number as it came, 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else 0
