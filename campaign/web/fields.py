"""Form fields that take what people type through the domain's cleaners, and say what to change."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import ClassVar, Generic, TypeVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, StopValidation
from wtforms.widgets import DateInput, DateTimeLocalInput, TimeInput

from campaign.domain.errors import Refused
from campaign.domain.text import clean_line, clean_text, slugify, tidy_text
from campaign.domain.url import clean_url
from campaign.i18n import locale
from campaign.web.errors import sentence

DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::\d\d)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Needed(DataRequired):
    """Refuses an empty field, in the reader's language."""

    def __init__(self) -> None:
        super().__init__(_l("Please fill this in."))


T = TypeVar("T")


class CleanField(StringField, Generic[T]):
    """A text field whose data are what `clean` makes of the input; what was typed stays on the page.

    An empty field is None. A refusal becomes the field's error.
    """

    def __init__(self, label: str | None = None, *args: object, **kwargs: object) -> None:
        super().__init__(label, *args, **kwargs)
        self.typed: str | None = None

    data: T | None

    def clean(self, value: str) -> T | None:
        """Return the value that was typed; raises Refused or ValueError with a sentence."""
        raise AssertionError("each kind of field cleans in its own way")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Clean what was sent."""
        self.typed = valuelist[0] if valuelist else None
        self.data = None
        if self.typed is None or not self.typed.strip():
            return
        try:
            self.data = self.clean(self.typed)
        except Refused as refused:
            raise ValueError(sentence(refused)) from refused

    def pre_validate(self, form: object) -> None:
        """Let the sentence about bad input stand alone, without one about an empty field."""
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.typed is not None:
            return tidy_text(self.typed)
        return "" if self.data is None else self.show(self.data)

    def show(self, value: T) -> str:
        """Return a stored value as it is typed."""
        return str(value)


class LineField(CleanField[str]):
    """One line of text."""

    def __init__(self, label: str | None = None, *, limit: int = 200, **kwargs: object) -> None:
        super().__init__(label, **kwargs)
        self.limit = limit

    def clean(self, value: str) -> str | None:
        """Return the line without what can't be shown."""
        return clean_line(value, limit=self.limit) or None


class ProseField(LineField):
    """Several lines of text."""

    widget = TextAreaField.widget

    def clean(self, value: str) -> str | None:
        """Return the text without what can't be shown."""
        return clean_text(value, limit=self.limit) or None


class MailField(CleanField[str]):
    """A mail address, checked by its form alone: the mail itself will tell."""

    def clean(self, value: str) -> str:
        """Return the normalised address, its host as mail servers know it; ValueError with a sentence."""
        return parse_email(value)


class UrlField(CleanField[str]):
    """A public web address."""

    def clean(self, value: str) -> str:
        """Return the canonical address."""
        return clean_url(value)


class NumberField(CleanField[int]):
    """A whole number in ASCII digits."""

    def __init__(self, label: str | None = None, *, low: int = 1, high: int = 1_000_000, **kwargs: object) -> None:
        super().__init__(label, **kwargs)
        self.low, self.high = low, high

    def clean(self, value: str) -> int:
        """Return the number; ValueError says the range."""
        text = value.strip()
        digits = text.removeprefix("-")
        whole = digits.isascii() and digits.isdigit() and len(digits) <= 9
        if not whole or not self.low <= int(text) <= self.high:
            raise ValueError(_("Write a whole number from %(low)s to %(high)s.", low=self.low, high=self.high))
        return int(text)


class DegreesField(CleanField[float]):
    """A latitude or longitude."""

    def __init__(self, label: str | None = None, *, limit: int = 90, **kwargs: object) -> None:
        super().__init__(label, **kwargs)
        self.limit = limit

    def clean(self, value: str) -> float:
        """Return the degrees, six decimals at most."""
        text = value.strip().replace(",", ".")
        if not re.fullmatch(r"-?\d{1,3}(\.\d{1,12})?", text, re.ASCII) or abs(float(text)) > self.limit:
            raise ValueError(_("Write degrees from -%(limit)s to %(limit)s, such as 40.4093.", limit=self.limit))
        return round(float(text), 6)


class DayField(CleanField[date]):
    """A day."""

    widget = DateInput()

    def clean(self, value: str) -> date:
        """Return the day."""
        return parse_day(value.strip())


class ClockField(CleanField[time]):
    """A time of day."""

    widget = TimeInput()

    def clean(self, value: str) -> time:
        """Return the time of day, to the minute."""
        return parse_clock(value.strip())

    def show(self, value: time) -> str:
        """Return hours and minutes."""
        return value.strftime("%H:%M")


class WallClockField(CleanField[datetime]):
    """A wall-clock time: day, hour and minute, without a zone."""

    widget = DateTimeLocalInput()

    def clean(self, value: str) -> datetime:
        """Return the wall-clock time as a naive datetime."""
        day, _separator, clock = value.strip().replace(" ", "T").partition("T")
        return datetime.combine(parse_day(day), parse_clock(clock))

    def show(self, value: datetime) -> str:
        """Return it as browsers expect it."""
        return value.strftime("%Y-%m-%dT%H:%M")


class WordsField(CleanField[tuple[str, ...]]):
    """Words separated by commas, kept as slugs: tags."""

    LIMIT: ClassVar = 12

    def clean(self, value: str) -> tuple[str, ...]:
        """Return the tags; ValueError for too many."""
        words = tuple(dict.fromkeys(slug for word in value.split(",") if (slug := slugify(word)[:40].strip("-"))))
        if len(words) > self.LIMIT:
            raise ValueError(_("At most %(limit)s words, separated by commas.", limit=self.LIMIT))
        return words

    def show(self, value: tuple[str, ...]) -> str:
        """Return the tags with commas between them."""
        return ", ".join(value)


class CodesField(CleanField[tuple[str, ...]]):
    """Language codes separated by commas, as ISO 639 has them."""

    CODE: ClassVar = re.compile(r"[a-z]{2,3}")
    LIMIT: ClassVar = 10

    def clean(self, value: str) -> tuple[str, ...]:
        """Return the codes; ValueError names the first that isn't one."""
        codes = tuple(dict.fromkeys(word for part in value.lower().split(",") if (word := part.strip())))
        known = locale("en").languages
        unknown = next((code for code in codes if not self.CODE.fullmatch(code) or code not in known), None)
        if unknown or len(codes) > self.LIMIT:
            raise ValueError(_("Write language codes with commas between them, such as az, en, de."))
        return codes

    def show(self, value: tuple[str, ...]) -> str:
        """Return the codes with commas between them."""
        return ", ".join(value)


def parse_email(value: str) -> str:
    """Return a normalised mail address; ValueError with a sentence."""
    try:
        found = validate_email(value.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(_("Write a mail address such as name@example.org.")) from error
    if len(found.normalized) > 254:
        raise ValueError(_("This mail address is too long."))
    return found.ascii_email or found.normalized


def parse_day(value: str) -> date:
    """Return a day of the years we handle; ValueError with a sentence."""
    found = DAY.fullmatch(value)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(_("Write a day that exists, such as 2027-02-26."))
    return day


def parse_clock(value: str) -> time:
    """Return a time of day; ValueError with a sentence."""
    found = CLOCK.fullmatch(value)
    if not found:
        raise ValueError(_("Write a time of day such as 18:30."))
    return time(int(found[1]), int(found[2]))


def texts_of(form: Iterable[Field], name: str, languages: Iterable[str]) -> dict[str, str]:
    """Return the filled-in versions of a text whose fields are `name_<language>`."""
    fields = {field.short_name: field for field in form}
    return {code: fields[f"{name}_{code}"].data for code in languages if fields[f"{name}_{code}"].data}
