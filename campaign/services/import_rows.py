"""One row of a spreadsheet to the draft of an event: what it says, what follows from that, what is odd about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from campaign.domain import cell
from campaign.domain.errors import Refused
from campaign.domain.event import CAPACITY_LIMIT, Draft
from campaign.domain.imported import key
from campaign.domain.text import cut, fold, tidy_line
from campaign.i18n import LANGUAGES, language_name, locale
from campaign.services.import_notes import Notes, Setting
from campaign.services.import_places import Place, place_of
from campaign.services.import_times import Times, check_span, times_of

NAME_LIMIT, DESCRIPTION_LIMIT = 160, 5000
VENUE_LIMIT, ADDRESS_LIMIT = 160, 250
SHOWN_LIMIT = 60
"""Characters of a cell that a warning repeats."""


@dataclass(frozen=True)
class Reading:
    """A row understood: the draft it makes, what tells it from others, and what to say about it."""

    draft: Draft
    name: str
    """As the row has it, "" where it has none; with place and day, what duplicates share."""
    place: str
    day: str
    external_id: str
    notes: Notes

    def key(self, number: int = 1) -> str:
        """Return what its event is found again by; `number` counts different rows alike in all else."""
        facts = {"name": self.name, "place": self.place, "day": self.day}
        return key(external_id=self.external_id, **facts, number=number)


def read_row(cells: Mapping[str, str], setting: Setting) -> Reading:
    """Return what a row says, by its filled-in fields; raises Refused with the reason that it can't be an event.

    Besides the codes of `place_of` and `times_of` these are ("name-missing"), ("ends-before-start"),
    ("too-long", days=…) and ("year-out-of-range").
    """
    notes = Notes()
    said = {name: text for name, text in cells.items() if cell.said(text) or (name, fold(text)) == ("country", "na")}
    if "name" in cells and not cells["name"]:
        raise Refused("name-missing")
    place = place_of(said, setting, notes=notes)
    times = times_of(said, setting, country=place.country, zone=place.zone, notes=notes)
    check_span(times, place.zone, notes)
    is_day_said = not any(one.field == "date" for one in notes.derived)
    return Reading(
        draft=_draft(said, place, times, setting, notes),
        name=tidy_line(said.get("name", "")),
        place=" ".join(said[part] for part in ("place", "venue", "city", "country") if part in said),
        day=times.starts.date().isoformat() if is_day_said else "",
        external_id=tidy_line(said.get("external_id", "")),
        notes=notes,
    )


def _draft(said: Mapping[str, str], place: Place, times: Times, setting: Setting, notes: Notes) -> Draft:
    names = _names(said, place, setting, notes)
    name = names[setting.language]
    return Draft(
        name={language: cut(words, limit=NAME_LIMIT) for language, words in names.items()},
        description=_description(name, said.get("description", ""), setting, notes),
        country=place.country,
        city=place.city,
        venue=_line(said.get("venue", "") or place.venue, VENUE_LIMIT),
        address=_line(said.get("address", ""), ADDRESS_LIMIT),
        latitude=place.latitude,
        longitude=place.longitude,
        online_url=_online_url(said, place, notes),
        url=_url(said.get("url", ""), "url", notes),
        zone=place.zone,
        starts=times.starts,
        ends=times.ends,
        is_all_day=times.is_all_day,
        languages=_languages(said.get("languages", ""), notes),
        tags=cell.tags(said.get("tags", "")),
        capacity=_capacity(said.get("capacity", ""), notes),
    )


def _names(said: Mapping[str, str], place: Place, setting: Setting, notes: Notes) -> dict[str, str]:
    """Return the event's name, the main language first; where the file has none, the campaign's with the place's."""
    name, others = tidy_line(said.get("name", "")), {}
    if not name:
        where = tidy_line(said.get("place", "")) or place.city or ""
        others = dict(setting.titles(place.city or where or None))
        name = others.pop(setting.language, "") or f"{setting.campaign_name}: {where}".removesuffix(": ")
        notes.derive("name", "campaign", name)
    if len(name) > NAME_LIMIT:
        notes.warn("name-cut", limit=NAME_LIMIT)
    return {setting.language: name, **others}


def _description(name: str, text: str, setting: Setting, notes: Notes) -> dict[str, str]:
    """Return the description, led by the name where that was too long to stay whole."""
    whole = "\n\n".join(part for part in (name if len(name) > NAME_LIMIT else "", text) if part)
    if len(whole) > DESCRIPTION_LIMIT:
        notes.warn("description-cut", limit=DESCRIPTION_LIMIT)
    return {setting.language: cut(whole, limit=DESCRIPTION_LIMIT)} if whole else {}


def _line(text: str, limit: int) -> str | None:
    return cut(tidy_line(text), limit=limit) or None


def _online_url(said: Mapping[str, str], place: Place, notes: Notes) -> str | None:
    """Return the address to take part; that of the web page for an event that is nowhere else."""
    address = _url(said.get("online_url", ""), "online_url", notes)
    if address is None and place.country is None and said.get("url"):
        address = _url(said["url"], "url", Notes())
        if address:
            notes.derive("online_url", "url", address)
    if address is None and place.country is None:
        notes.warn("online-address-missing")
    return address


def _url(text: str, field: str, notes: Notes) -> str | None:
    """Return the first web address of a cell; the others and what isn't one are left out, and said."""
    good, bad = cell.addresses(text)
    for code, left in (("address-not-usable", bad if not good else []), ("addresses-left", good[1:])):
        if left:
            notes.warn(code, field=field, text=cut(" ".join(left), limit=SHOWN_LIMIT))
    return good[0] if good else None


def _capacity(text: str, notes: Notes) -> int | None:
    if not text:
        return None
    try:
        return cell.whole_number(text, limit=CAPACITY_LIMIT)
    except Refused as refused:
        notes.warn(refused.code, **refused.facts)
        return None


def _languages(text: str, notes: Notes) -> tuple[str, ...]:
    """Return the codes of the languages that a cell lists by code or by name."""
    codes: dict[str, str] = {}
    for word in cell.words(text):
        code = _language(word)
        if code:
            codes[code] = word
        else:
            notes.warn("language-unknown", text=cut(word, limit=SHOWN_LIMIT))
    return tuple(codes)


def _language(word: str) -> str | None:
    wanted = fold(word)
    return wanted if len(wanted) <= 3 and wanted in locale("en").languages else _language_names().get(wanted)


@cache
def _language_names() -> dict[str, str]:
    """Return the code of each language by its names in the interface's languages and its own."""
    names: dict[str, str] = {}
    for code in filter(str.isalpha, map(str, locale("en").languages)):
        own = [language_name(code, code)] if len(code) == 2 else []
        for name in (*own, *(language_name(code, language) for language in LANGUAGES)):
            names.setdefault(fold(name), code)
    return names
