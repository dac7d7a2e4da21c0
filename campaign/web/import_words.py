"""What an import says of a file and its rows, in the reader's language: one sentence for each code."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.domain.text import cut, tidy_line
from campaign.services.import_notes import Derived, Note
from campaign.services.import_plan import PlannedRow
from campaign.web import filters
from campaign.web.errors import sentence

Facts = Mapping[str, object]
VALUE_LIMIT = 120
"""Characters that a preview repeats of a field before and after its change."""


def reason_sentence(refused: Refused) -> str:
    """Return why a file or a row of it can't be imported, and what to do about it."""
    known = (_of_rows() | _of_files()).get(refused.code)
    return known(refused.facts) if known else sentence(refused)


def warning_sentence(note: Note) -> str:
    """Return what an organizer should look at."""
    known = _warnings().get(note.code)
    return known(note.facts) if known else note.code


def derived_phrase(derived: Derived) -> str:
    """Return what a field was given and after what, such as "Country: Germany (from the coordinates)"."""
    value = str(derived.value)
    shown = filters.country_name(value) if derived.field == "country" else value
    facts = {"field": field_name(derived.field), "value": shown, "source": _sources()[derived.source]}
    return _("%(field)s: %(value)s (%(source)s)", **facts)


def found_phrases(derived: Iterable[Derived]) -> list[str]:
    """Return which fields were filled in after what, such as "Country, City (from the coordinates)"."""
    fields: dict[str, list[str]] = {}
    for one in derived:
        fields.setdefault(one.source, []).append(field_name(one.field))
    return [
        _("%(fields)s (%(source)s)", fields=", ".join(names), source=_sources()[source])
        for source, names in fields.items()
    ]


def field_name(field: str) -> str:
    """Return what a field is called on the page."""
    return {
        "name": _("Name"),
        "place": _("Place, in words"),
        "city": _("City"),
        "country": _("Country"),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
        "coordinates": _("Coordinates"),
        "date": _("Day"),
        "start": _("Start"),
        "end": _("End"),
        "end_date": _("Last day"),
        "zone": _("Time zone"),
        "url": _("Web page"),
        "description": _("Description"),
        "languages": _("Languages"),
        "tags": _("Subjects"),
        "capacity": _("Places"),
        "online_url": _("Address to take part online"),
        "venue": _("Venue"),
        "address": _("Street and number"),
        "external_id": _("Identifier"),
    }[field]


def changed_names(fields: Iterable[str]) -> str:
    """Return the names of an event's fields that change, with commas between them."""
    return ", ".join(dict.fromkeys(_name(field) for field in fields))


def changes(row: PlannedRow) -> list[tuple[str, str, str]]:
    """Return each field of a stored event that changes: its name, what it is and what it will be, "" for nothing."""
    if row.before is None or row.draft is None:
        return []
    return [(_name(one), _shown(row.before, one), _shown(row.draft, one)) for one in row.changed]


def _name(field: str) -> str:
    of_column = {"starts": "start", "ends": "end"}
    return _("All day") if field == "is_all_day" else field_name(of_column.get(field, field))


def _shown(draft: Draft, field: str) -> str:
    """Return a field of an event as an organizer reads it, cut where it is long."""
    value = getattr(draft, field)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Mapping):
        value = " | ".join(value.values())
    if isinstance(value, tuple):
        value = ", ".join(value)
    if field == "country" and value:
        value = filters.country_name(value)
    return cut(tidy_line("" if value is None else str(value)), limit=VALUE_LIMIT)


def _sources() -> Mapping[str, str]:
    return {
        "place": _("from the place's name"),
        "coordinates": _("from the coordinates"),
        "city": _("from the city"),
        "country": _("from the country"),
        "edition": _("the edition's day"),
        "usual": _("as usual in this campaign"),
        "campaign": _("from campaign and place"),
        "url": _("from its web page"),
        "option": _("as chosen for the file"),
        "online": _("as for every online event without a zone"),
    }


def _of_files() -> dict[str, Callable[[Facts], str]]:
    return {
        "calendar-broken": lambda f: _(
            "The calendar is cut off or damaged: what begins or ends in line %(line)s doesn't fit. Export it again.",
            **f,
        ),
        "calendar-empty": lambda f: _("There is no event in this calendar."),
        "calendar-not-utf8": lambda f: _(
            "Line %(line)s of the calendar isn't in UTF-8. Export it again with a newer program.", **f
        ),
        "calendar-too-large": lambda f: _(
            "This calendar is too large: at most 1 MB and %(limit)s entries, what recurs counted each time.", **f
        ),
        "calendar-too-old": lambda f: _(
            "This is the old vCalendar 1.0 format. Export the calendar as iCalendar (.ics) and try again."
        ),
        "cell-too-long": lambda f: _(
            "Line %(line)s has a cell of more than %(limit)s characters. Most likely a quotation mark isn't closed.",
            **f,
        ),
        "column-unknown": lambda f: _("There is no column “%(column)s”. The file has: %(columns)s.", **f),
        "columns-not-recognised": lambda f: _(
            "No column says where the events are. Name one for the place, such as place=Location."
        ),
        "columns-of-another-file": lambda f: _("These columns are those of another file. Please look again."),
        "field-twice": lambda f: _(
            "Two columns are taken for “%(name)s”. Choose one, and none for the other.", name=_field(f)
        ),
        "field-unknown": lambda f: _("There is no field “%(field)s”. The fields are: %(fields)s.", **f),
        "gone-unknown": lambda f: _("What is missing from the file has changed meanwhile. Please look again."),
        "reason-missing": lambda f: _("Say why the public events that you ticked don't take place."),
        "file-empty": lambda f: _("The file is empty. Its first line has to name the columns."),
        "file-is-old-workbook": lambda f: _("This is the old XLS format. Save it as XLSX or CSV and try again."),
        "file-not-utf8": lambda f: _("The file isn't in UTF-8. Save it as “CSV UTF-8” or as XLSX and try again."),
        "file-unpacks-too-large": lambda f: _(
            "The file unpacks to more than %(limit)s MB. Take out what isn't data.", **f
        ),
        "quotes-not-closed": lambda f: _(
            "In line %(line)s a quotation mark isn't closed, or stands inside of a cell. Double those inside.", **f
        ),
        "too-many-columns": lambda f: _("Line %(line)s has more than %(limit)s columns.", **f),
        "zone-unknown": lambda f: _("There is no time zone “%(zone)s”. Write one such as Europe/Berlin.", **f),
    }


def _of_rows() -> dict[str, Callable[[Facts], str]]:
    return {
        "clock-not-understood": lambda f: _("“%(text)s” is no time of day. Write it as 18:30.", **f),
        "day-ambiguous": lambda f: _("“%(text)s” can be read in two ways. Write the day as 2027-02-26.", **f),
        "day-not-understood": lambda f: _("“%(text)s” is no day that exists. Write it as 2027-02-26.", **f),
        "duplicate": lambda f: _("This is a duplicate of line %(line)s.", **f),
        "entry-cancelled": lambda f: _("The calendar says that this is cancelled."),
        "entry-private": lambda f: _("The calendar says that this is private."),
        "imported-meanwhile": lambda f: _("Somebody else has just imported the same rows. Please look again."),
        "line-not-readable": lambda f: _(
            "Line %(line)s isn't written as calendars are; most likely the line before it was broken in two.", **f
        ),
        "more-cells-than-header": lambda f: _(
            "The row has %(cells)s cells and the header %(header)s. Put quotation marks around cells with commas.", **f
        ),
        "name-missing": lambda f: _("The name is missing."),
        "not-in-year": lambda f: _(
            "%(when)s isn't in %(year)s. Correct the day, or import the row into the other year.", when=_day(f), **f
        ),
        "place-missing": lambda f: _("The row names no place, no coordinates and no online address."),
        "place-unknown": lambda f: _(
            "The place “%(place)s” isn't known and has no usable coordinates. Add the country and the city.", **f
        ),
        "point-unknown": lambda f: _("No town is near these coordinates. Correct them, or add city and country."),
        "recurrence-not-readable": lambda f: _(
            "How it recurs (%(rule)s) isn't understood. Import its days as events of their own.", **f
        ),
        "recurrence-too-long": lambda f: _(
            "Too many days would have to be looked at to find those on which this recurs. Import it as single events."
        ),
        "recurs-not-in-year": lambda f: _("It recurs, but never in %(year)s.", **f),
        "recurs-too-often": lambda f: _("It recurs more than %(limit)s times. Import the days that matter.", **f),
        "same-id": lambda f: _("Line %(line)s has the same identifier.", **f),
        "start-missing": lambda f: _("The calendar doesn't say when this starts."),
        "time-not-readable": lambda f: _("“%(text)s” is no day or time as calendars write it.", **f),
        "zone-not-found": lambda f: _(
            "No time zone can be found for this place. Name one in a column or for the file."
        ),
    }


def _warnings() -> dict[str, Callable[[Facts], str]]:
    return {
        "address-not-usable": lambda f: _(
            "%(name)s: “%(text)s” is no web address and was left out.", name=_field(f), **f
        ),
        "addresses-left": lambda f: _("%(name)s: the first address was taken; left out: %(text)s", name=_field(f), **f),
        "cell-cut": lambda f: _("A very long cell was cut."),
        "coordinates-dropped": lambda f: _("The coordinates are far from “%(place)s”; the place was believed.", **f),
        "coordinates-repaired": lambda f: _(
            "The coordinates were swapped or had the wrong sign; they fit “%(place)s” now.", **f
        ),
        "coordinates-unusable": lambda f: _("The coordinates name no place on Earth; they were left out."),
        "country-unknown": lambda f: _("The country isn't known; it was found from the place."),
        "degrees-not-understood": lambda f: _("“%(text)s” is no number of degrees; write it as 40.4093.", **f),
        "description-cut": lambda f: _("The description was cut at %(limit)s characters.", **f),
        "found-alike": lambda f: _("It is taken for the event of this name that is stored for the city and day."),
        "hour-skipped": lambda f: _("Clocks in %(zone)s skip %(hour)s on that day; the hour after it is meant.", **f),
        "language-unknown": lambda f: _("“%(text)s” is no language that is known; it was left out.", **f),
        "name-cut": lambda f: _("The name was cut at %(limit)s characters; the description has the whole.", **f),
        "not-on-the-day": lambda f: _("%(when)s isn't a day of the edition.", when=_day(f)),
        "number-not-understood": lambda f: _(
            "“%(text)s” is no number of places from 1 to %(limit)s; it was left out.", **f
        ),
        "online-address-missing": lambda f: _("An online event needs the address at which to take part."),
        "place-ambiguous": lambda f: _("There are several places called “%(place)s”; the likeliest was taken.", **f),
        "place-dropped": lambda f: _("“%(place)s” is far from the coordinates; those were believed.", **f),
        "place-left": lambda f: _("The place “%(place)s” isn't known; the event is taken to be online only.", **f),
        "place-uncertain": lambda f: _("“%(place)s” may be another place.", **f),
        "resembles": lambda f: _("Line %(line)s has the same name, place and time.", **f),
        "zone-of-pin": lambda f: _("The event is online; its time zone is that of the coordinates."),
        "zone-uncertain": lambda f: _("The country has several time zones; the one of most people was taken."),
        "zone-unknown": lambda f: _("The time zone “%(zone)s” doesn't exist; the place's was taken.", **f),
    }


def _day(facts: Facts) -> str:
    return filters.day(facts["day"])  # type: ignore[arg-type]  # the code comes with a date


def _field(facts: Facts) -> str:
    return field_name(str(facts["field"]))
