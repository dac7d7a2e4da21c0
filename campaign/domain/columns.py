"""A table as a spreadsheet gives it, and which of its columns means what: headers are matched loosely."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

from campaign.domain.errors import Refused
from campaign.domain.text import cut, fold

FIELDS = tuple(
    (
        "name place city country latitude longitude date start end end_date zone url description languages tags "
        "capacity online_url venue address external_id"
    ).split()
)
"""What an event may be imported from."""
SHOWN_COLUMNS = 40
LOOKED_AT = 100
"""Filled cells of a column among which examples are looked for."""
EXAMPLES, EXAMPLE_LIMIT = 3, 60
"""How many different cells stand for a column, and how many characters of each."""


@dataclass(frozen=True)
class Row:
    """One row of a table, `line` being its number for people: the header is on line 1."""

    line: int
    cells: tuple[str, ...]
    is_cut: bool = False
    """Whether a cell was too long and lost its end."""
    refused: Refused | None = None
    """Why it can't be imported, where that shows while the file is read."""


@dataclass(frozen=True)
class Table:
    """A header and rows that have as many cells as it, or fewer."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


# Each field's names in spreadsheets, the surest first, in the languages of the interface. A header is compared
# without case, accents, punctuation and the words in _FILLERS.
_SPELLINGS = {
    "name": "name, title, event, titel, veranstaltung, titre, nom, titulo, nombre, evento, etkinlik, ad, tədbir, adı"
    ", название, мероприятие, الاسم, العنوان, subject",
    "place": "place, location, where, ort, lieu, lugar, yer, место, المكان",
    "city": "city, town, stadt, ville, ciudad, şehir, şəhər, город, المدينة",
    "country": "country, country code, nation, land, pays, país, ülke, ölkə, страна, البلد, الدولة",
    "latitude": "latitude, lat, breite, breitengrad, latitud, enlem, enlik, широта, خط العرض",
    "longitude": "longitude, lon, lng, long, länge, längengrad, longitud, boylam, uzunluq, долгота, خط الطول",
    "date": "date, day, start date, date start, datum, jour, fecha, día, tarih, tarix, дата, день, التاريخ",
    "start": "start, start time, starts, starts at, time start, time, hour, begin, begins, from, start datetime"
    ", beginn, uhrzeit, début, heure, inicio, hora, başlangıç, saat, başlama, начало, время, الوقت, البداية",
    "end": "end, end time, ends, ends at, time end, until, to, finish, end datetime"
    ", ende, fin, bitiş, son, конец, окончание, النهاية",
    "end_date": "end date, date end, last day, enddatum, fecha fin, date fin",
    "zone": "zone, time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, saat dilimi, saat qurşağı"
    ", часовой пояс, المنطقة الزمنية",
    "url": "url, website, web site, web page, webpage, link, web, homepage, site, more information, webseite"
    ", site web, página web, veb səhifə, сайт, ссылка, الموقع, الرابط",
    "description": "description, purpose, program, programme, summary, about, details, agenda, beschreibung, programm"
    ", descripción, programa, açıklama, təsvir, описание, программа, الوصف, البرنامج",
    "languages": "languages, language, spoken languages, lang, sprachen, sprache, langues, langue, idiomas, idioma"
    ", diller, dil, dillər, языки, язык, اللغات, اللغة",
    "tags": "tags, keywords, categories, category, topics, topic, subjects, themes, schlagwörter, mots clés, etiquetas"
    ", etiketler, теги, الوسوم",
    "capacity": "capacity, seats, places, number of places, number of seats, max participants, maximum participants"
    ", max attendees, plätze, kapazität, capacité, capacidad, kapasite, tutum, вместимость, السعة",
    "online_url": "online url, online link, online address, join url, join link, stream url, stream link, stream"
    ", livestream, meeting url, meeting link, zoom link, virtual url, video link",
    "venue": "venue, venue name, location name, place name, building, room, veranstaltungsort, salle, sede, mekan"
    ", məkan, зал, القاعة",
    "address": "address, street address, street, venue address, adresse, straße, dirección, adres, ünvan, адрес, عنوان",
    "external_id": "external id, id, uid, slug, identifier, reference, key",
}
_FILLERS = frozenset({"event", "events", "the", "of", "your"})


def match(header: Sequence[str], chosen: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return the number of the column that each field comes from; fields without a column are left out.

    `chosen` names columns by field and goes before every guess; "" means that the field has none. Raises
    Refused("field-unknown", field=…, fields=…) or ("column-unknown", column=…, columns=…).
    """
    picked = {field: _column(header, field, name) for field, name in (chosen or {}).items()}
    found = {field: column for field, column in picked.items() if column is not None}
    for field, column in _guess(header, taken=frozenset(found.values())).items():
        if field not in picked:
            found[field] = column
    return found


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return a header whose names differ: "Name" and "Name (2)"; a column without one goes by its number: "(3)"."""
    found: dict[str, None] = {}
    for number, name in enumerate(names, start=1):
        candidates = (f"{name} ({again})".strip() for again in count(2 if name else number))
        found[name if name and name not in found else next(one for one in candidates if one not in found)] = None
    return tuple(found)


def assigned(header: Sequence[str], fields: Mapping[int, str]) -> dict[str, str]:
    """Return every field's column, "" for none, from the field chosen for each column by its number, "" for none.

    Raises Refused("columns-of-another-file"), ("field-unknown", field=…, fields=…) or ("field-twice", field=…).
    """
    if fields.keys() != set(range(len(header))):
        raise Refused("columns-of-another-file")
    found: dict[str, str] = {}
    for number, name in enumerate(header):
        field = fields[number]
        if field and field not in FIELDS:
            raise Refused("field-unknown", field=cut(field, limit=EXAMPLE_LIMIT), fields=", ".join(FIELDS))
        if field in found:
            raise Refused("field-twice", field=field)
        if field:
            found[field] = name
    return {field: found.get(field, "") for field in FIELDS}


def examples(table: Table, number: int) -> list[str]:
    """Return the first few different cells of a column, cut where they are long."""
    cells = (row.cells[number] for row in table.rows if number < len(row.cells))
    lines = dict.fromkeys(islice((cell for cell in cells if cell), LOOKED_AT))
    return [cut(" ".join(line.split()), limit=EXAMPLE_LIMIT) for line in islice(lines, EXAMPLES)]


def ignored(header: Sequence[str], columns: Mapping[str, int]) -> list[str]:
    """Return the headers of the columns that no field comes from."""
    used = set(columns.values())
    return [name for number, name in enumerate(header) if number not in used and name]


def spelling(header: str) -> str:
    """Return what two headers are compared by: "Name of the event" and "event_name" are both "name"."""
    words = re.findall(r"[^\W_]+", fold(header))
    return " ".join([word for word in words if word not in _FILLERS] or words)


def _guess(header: Sequence[str], *, taken: frozenset[int]) -> dict[str, int]:
    """Return each field's surest column, the first of equals, among those not taken."""
    found: dict[str, tuple[int, int]] = {}
    for number, name in enumerate(header):
        field, rank = _KNOWN.get(spelling(name), ("", 0))
        if field and number not in taken and (field not in found or rank < found[field][0]):
            found[field] = rank, number
    return {field: number for field, (_rank, number) in found.items()}


def _column(header: Sequence[str], field: str, name: str) -> int | None:
    """Return the number of the column called `name`; None for no column."""
    if field not in FIELDS:
        raise Refused("field-unknown", field=field, fields=", ".join(FIELDS))
    if not name.strip():
        return None
    for same in (str.strip, fold, spelling):
        names = [same(one) for one in header]
        if same(name) in names:
            return names.index(same(name))
    raise Refused("column-unknown", column=name, columns=", ".join(one for one in header[:SHOWN_COLUMNS] if one))


_KNOWN = {
    spelling(name): (field, rank) for field, names in _SPELLINGS.items() for rank, name in enumerate(names.split(", "))
}
