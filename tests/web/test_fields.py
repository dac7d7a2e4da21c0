"""Form fields: what people type becomes a clean value, or a sentence that says what to change."""

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.fields.core import UnboundField

from campaign.web.fields import (
    ClockField,
    CodesField,
    DayField,
    DegreesField,
    LineField,
    Needed,
    NumberField,
    ProseField,
    UrlField,
    WallClockField,
    WordsField,
    parse_clock,
    parse_day,
)
from campaign.web.registrations import MailField, NameField

LINE, PROSE, NUMBER = LineField("x", limit=10), ProseField("x", limit=20), NumberField("x", low=-5, high=100)
DAY, CLOCK, WALL = DayField("x"), ClockField("x"), WallClockField("x")
LATITUDE, LONGITUDE = DegreesField("x", limit=90), DegreesField("x", limit=180)
TAGS, CODES, URL = WordsField("x"), CodesField("x"), UrlField("x")
NAME, MAIL = NameField("x", limit=40), MailField("x")


@pytest.fixture(autouse=True)
def request_(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def typed(field: UnboundField, text: str) -> Field:
    """Return the field of a form after somebody typed and sent."""

    class One(Form):
        one = field

    form = One(MultiDict({"one": text}))
    form.validate()
    return form["one"]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (LINE, "  a\t b ", "a b"),
        (LINE, "", None),
        (LINE, " \u200b ", None),
        (PROSE, "a\r\nb", "a\nb"),
        (NUMBER, " 42 ", 42),
        (NUMBER, "-5", -5),
        (NUMBER, "007", 7),
        (DAY, "2027-02-26", date(2027, 2, 26)),
        (DAY, "2028-02-29", date(2028, 2, 29)),
        (CLOCK, "18:30", time(18, 30)),
        (CLOCK, "18:30:00", time(18, 30)),
        (WALL, "2027-02-26T18:30", datetime(2027, 2, 26, 18, 30)),
        (WALL, "2027-02-26 18:30", datetime(2027, 2, 26, 18, 30)),
        (LATITUDE, "40.4093", 40.4093),
        (LATITUDE, "-40,4093", -40.4093),
        (LONGITUDE, "180", 180.0),
        (LATITUDE, "1.123456789", 1.123457),
        (TAGS, "Concert, concert , Xocalı", ("concert", "xocali")),
        (TAGS, ",,", ()),
        (CODES, "AZ, en,de, az", ("az", "en", "de")),
        (URL, "HTTPS://Example.org", "https://example.org/"),
        (NAME, "Rena Ə.", "Rena Ə."),
        (MAIL, " rena@Example.ORG ", "rena@example.org"),
        (MAIL, "rena@bücher.example", "rena@xn--bcher-kva.example"),
    ],
)
def test_what_is_typed_becomes_a_clean_value(field: UnboundField, text: str, value: object) -> None:
    found = typed(field, text)
    assert found.data == value
    assert list(found.errors) == []


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (LINE, "x" * 11, "at most 10 characters"),
        (PROSE, "x" * 21, "at most 20 characters"),
        (NUMBER, "101", "from -5 to 100"),
        (NUMBER, "-6", "from -5 to 100"),
        (NUMBER, "4.0", "from -5 to 100"),
        (NUMBER, "١٢", "from -5 to 100"),
        (NUMBER, "1_0", "from -5 to 100"),
        (NUMBER, "1e1", "from -5 to 100"),
        (NUMBER, "9" * 5000, "from -5 to 100"),
        (NUMBER, "--5", "from -5 to 100"),
        (DAY, "2027-02-29", "a day that exists"),
        (DAY, "1899-12-31", "a day that exists"),
        (DAY, "2201-01-01", "a day that exists"),
        (DAY, "26.02.2027", "a day that exists"),
        (DAY, "٢٠٢٧-٠٢-٢٦", "a day that exists"),
        (CLOCK, "24:00", "a time of day"),
        (CLOCK, "6 pm", "a time of day"),
        (WALL, "2027-02-26", "a time of day"),
        (WALL, "2027-02-30T18:30", "a day that exists"),
        (LATITUDE, "90.1", "from -90 to 90"),
        (LATITUDE, "north", "from -90 to 90"),
        (LATITUDE, "nan", "from -90 to 90"),
        (LATITUDE, "1e1", "from -90 to 90"),
        (LONGITUDE, "-180.5", "from -180 to 180"),
        (TAGS, ",".join(f"tag{n}" for n in range(13)), "At most 12"),
        (CODES, "english", "language codes"),
        (CODES, "xq", "language codes"),
        (CODES, "en az", "language codes"),
        (URL, "javascript:alert(1)", "https://"),
        (URL, "some words", "address"),
        (URL, "https://user:secret@example.org/", "user name and password"),
        (NAME, "see https://x.example/", "without a web or mail address"),
        (MAIL, "rena", "Write a mail address"),
        (MAIL, "rena@example.org\nBcc: ali@example.org", "Write a mail address"),
        (MAIL, "a@b@c.org", "Write a mail address"),
        (MAIL, "rena@localhost", "Write a mail address"),
    ],
)
def test_what_cannot_be_is_said_and_stays_as_it_was_typed(field: UnboundField, text: str, sentence: str) -> None:
    found = typed(field, text)
    assert found.data is None
    assert [sentence in str(error) for error in found.errors] == [True]
    assert found._value() == text


def test_a_needed_field_says_so_once() -> None:
    needed = NumberField("x", low=1, high=9, validators=[Needed()])
    assert [str(error) for error in typed(needed, "").errors] == ["Please fill this in."]
    assert [str(error) for error in typed(needed, "x").errors] == ["Write a whole number from 1 to 9."]


@pytest.mark.parametrize(
    ("field", "stored", "shown"),
    [
        (WALL, datetime(2027, 2, 26, 18, 30), "2027-02-26T18:30"),
        (CLOCK, time(18, 30), "18:30"),
        (DAY, date(2027, 2, 26), "2027-02-26"),
        (TAGS, ("concert", "film"), "concert, film"),
        (CODES, ("az", "en"), "az, en"),
        (LATITUDE, -40.4, "-40.4"),
        (NUMBER, 0, "0"),
        (LINE, None, ""),
    ],
)
def test_what_is_stored_is_shown_as_it_is_typed(field: UnboundField, stored: object, shown: str) -> None:
    class One(Form):
        one = field

    form = One()
    form["one"].data = stored
    assert form["one"]._value() == shown
    if shown:
        assert typed(field, shown).data == stored


def test_days_and_hours_are_read_strictly() -> None:
    assert parse_day("2027-02-26") == date(2027, 2, 26)
    assert parse_clock("00:00") == time(0, 0)
    for bad in ("2027-2-26", "2027-02-26T00:00", "", "2027-13-01"):
        with pytest.raises(ValueError, match="day that exists"):
            parse_day(bad)
    for bad in ("8:30", "18:60", "18.30", ""):
        with pytest.raises(ValueError, match="time of day"):
            parse_clock(bad)
