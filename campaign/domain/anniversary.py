"""On which day a campaign falls each year, and which anniversary that is."""

from calendar import isleap
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from campaign.domain.calendars import Calendar, chinese, days_in, easter, gregorian, hebrew, islamic, persian
from campaign.domain.errors import Refused

FIRST_YEAR, LAST_YEAR = 1900, 2200

Choice = TypeVar("Choice", bound=StrEnum)


class Kind(StrEnum):
    """By what a rule finds its day; `AnniversaryRule` says which fields each needs."""

    FIXED = "fixed"
    LAST_DAY = "last-day"
    NTH_WEEKDAY = "nth-weekday"
    EASTER = "easter"
    ORTHODOX_EASTER = "orthodox-easter"
    HEBREW = "hebrew"
    ISLAMIC = "islamic"
    PERSIAN = "persian"
    CHINESE = "chinese"


class LeapDay(StrEnum):
    """What a fixed 29 February does in the years that have none."""

    FEBRUARY_28 = "february-28"
    MARCH_1 = "march-1"
    LEAP_YEARS_ONLY = "leap-years-only"


CALENDARS: Mapping[Kind, Calendar] = {
    Kind.HEBREW: hebrew,
    Kind.ISLAMIC: islamic,
    Kind.PERSIAN: persian,
    Kind.CHINESE: chinese,
}

LEAP_DAY = (2, 29)

NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.FIXED: ("month", "day"),
    Kind.LAST_DAY: ("month",),
    Kind.NTH_WEEKDAY: ("month", "nth", "weekday"),
    Kind.EASTER: ("offset",),
    Kind.ORTHODOX_EASTER: ("offset",),
    **dict.fromkeys(CALENDARS, ("month", "day")),
}

NUMBERS = ("month", "day", "nth", "weekday", "offset", "days")

ALLOWED: Mapping[str, Container[int]] = {
    "nth": (1, 2, 3, 4, 5, -1),
    "weekday": range(7),
    "offset": range(-120, 121),
    "days": range(1, 32),
}


@dataclass(frozen=True)
class AnniversaryRule:
    """How a campaign's day falls in a year; of `days` days it is the first.

    Fields, each only where its kind needs it:

    - `month`, `day`: of the Gregorian, Hebrew (Nisan is 1; Adar, 12, is Adar II in leap years), Islamic,
      Persian or Chinese calendar; what becomes of a 30th that a year lacks stands in the calendar's module.
    - `nth`, `weekday`: 1 to 5, or -1 for the last; Monday is 0. A year without a fifth has no day.
    - `offset`: days from Easter Sunday, -120 to 120.
    - `leap_day`: for a fixed 29 February, and only there.
    - `days`: 1 to 31, the length of the window.

    Refused with: rule-kind-unknown, rule-leap-day-unknown, rule-field-unknown, rule-field-missing,
    rule-field-not-used, rule-field-not-a-number, rule-month-out-of-range, rule-nth-out-of-range,
    rule-weekday-out-of-range, rule-offset-out-of-range, rule-days-out-of-range, rule-day-not-in-month;
    and when asked for a year before 1900 or after 2200, year-out-of-range.
    """

    kind: Kind
    month: int | None = None
    day: int | None = None
    nth: int | None = None
    weekday: int | None = None
    offset: int | None = None
    leap_day: LeapDay | None = None
    days: int = 1

    def __post_init__(self) -> None:
        self._check_fields()
        for name, allowed in ALLOWED.items():
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise Refused(f"rule-{name}-out-of-range")
        if self.month is not None:
            self._check_month(self.month, self.day)

    def _check_fields(self) -> None:
        needed = {*NEEDED[self.kind], "kind", "days"}
        if self.kind is Kind.FIXED and (self.month, self.day) == LEAP_DAY:
            needed.add("leap_day")
        for field in fields(self):
            given = getattr(self, field.name) is not None
            if given and field.name not in needed:
                raise Refused("rule-field-not-used", field=field.name, kind=self.kind)
            if not given and field.name in needed:
                raise Refused("rule-field-missing", field=field.name, kind=self.kind)

    def _check_month(self, month: int, day: int | None) -> None:
        calendar = CALENDARS.get(self.kind)
        longest = calendar.LONGEST_MONTHS if calendar else gregorian.LONGEST_MONTHS
        if not 1 <= month <= len(longest):
            raise Refused("rule-month-out-of-range", last=len(longest))
        if day is not None and not 1 <= day <= longest[month - 1]:
            raise Refused("rule-day-not-in-month", last=longest[month - 1])

    def to_json(self) -> dict[str, object]:
        """Return the rule as a JSON object of the fields that are set."""
        return {name: _plain(value) for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "AnniversaryRule":
        """Return the rule that `to_json` described; anything else in the object is refused."""
        kind = _choice(Kind, data.get("kind"), "rule-kind-unknown")
        leap_day = None
        if "leap_day" in data:
            leap_day = _choice(LeapDay, data["leap_day"], "rule-leap-day-unknown")
        chosen = ("kind", "leap_day")
        numbers = {name: _number(name, value) for name, value in data.items() if name not in chosen}
        return cls(kind=kind, leap_day=leap_day, **numbers)

    def day_in(self, year: int) -> date | None:
        """Return the first day in the Gregorian year on which the rule's day, or window, begins."""
        return next(iter(self.days_in(year)), None)

    def days_in(self, year: int) -> tuple[date, ...]:
        """Return every such day of the Gregorian year, in order.

        Empty where the rule has no day; two where the year holds a date of the shorter Islamic year twice.
        """
        check_year(year)
        return tuple(day for day in self._candidates(year) if day.year == year)

    def _candidates(self, year: int) -> Iterable[date]:
        """Return the days that may lie in the year: where a date wanders, its neighbours too."""
        match self:
            case AnniversaryRule(kind=Kind.FIXED, month=int(month), day=int(day)):
                return _fixed_days(year, month, day, self.leap_day)
            case AnniversaryRule(kind=Kind.LAST_DAY, month=int(month)):
                return [gregorian.last_day(year, month)]
            case AnniversaryRule(kind=Kind.NTH_WEEKDAY, month=int(month), nth=int(nth), weekday=int(weekday)):
                return gregorian.nth_weekday(year, month, nth, weekday)
            case AnniversaryRule(kind=Kind.EASTER, offset=int(offset)):
                return [easter.western(each) + timedelta(days=offset) for each in (year, year + 1)]
            case AnniversaryRule(kind=Kind.ORTHODOX_EASTER, offset=int(offset)):
                return [easter.orthodox(each) + timedelta(days=offset) for each in (year, year + 1)]
            case AnniversaryRule(month=int(month), day=int(day)):
                return days_in(CALENDARS[self.kind], year, month, day)
        raise AssertionError("a rule has the fields of its kind")


@dataclass(frozen=True)
class RuleException:
    """Another day in one year, or none (`day` is None: not held), and why, in the campaign's languages.

    Refused with exception-day-too-far if the day is more than 31 days outside its year.
    """

    year: int
    day: date | None
    reason: Mapping[str, str]

    def __post_init__(self) -> None:
        check_year(self.year)
        if self.day is None:
            return
        margin = timedelta(days=31)
        if not date(self.year, 1, 1) - margin <= self.day <= date(self.year, 12, 31) + margin:
            raise Refused("exception-day-too-far", year=self.year, day=self.day)


@dataclass(frozen=True)
class Occurrence:
    """One year of a campaign: its days, both inclusive, or None if it isn't held; and its number."""

    year: int
    first_day: date | None
    last_day: date | None
    number: int | None
    reason: Mapping[str, str] | None
    is_exception: bool


@dataclass(frozen=True)
class Anniversary:
    """A campaign's rule with the years that deviate from it and the year it commemorates.

    Refused with exception-year-twice if two exceptions name the same year.
    """

    rule: AnniversaryRule
    exceptions: tuple[RuleException, ...] = ()
    since: int | None = None

    def __post_init__(self) -> None:
        years = [exception.year for exception in self.exceptions]
        for year in years:
            if years.count(year) > 1:
                raise Refused("exception-year-twice", year=year)

    def occurrence(self, year: int) -> Occurrence:
        """Return when and as which anniversary the campaign is held in the year.

        A campaign is held once a year: of two days that the rule has in one year, this is the first.
        """
        exception = next((each for each in self.exceptions if each.year == year), None)
        first = exception.day if exception else self.rule.day_in(year)
        return Occurrence(
            year=year,
            first_day=first,
            last_day=first + timedelta(days=self.rule.days - 1) if first else None,
            number=None if self.since is None else number(year, self.since),
            reason=exception.reason if exception else None,
            is_exception=exception is not None,
        )

    def coming(self, today: date, count: int) -> list[Occurrence]:
        """Return the next `count` years with a day not before today; fewer where 2200 is the end.

        The year before is looked at too: a window or an exception of it may reach into this year.
        """
        years = range(max(today.year - 1, FIRST_YEAR), LAST_YEAR + 1)
        occurrences = (self.occurrence(year) for year in years)
        return list(islice((each for each in occurrences if each.last_day and each.last_day >= today), count))


def number(year: int, since: int) -> int | None:
    """Return which anniversary the year is, by Gregorian years: 0 in the year itself, None before it."""
    return year - since if year >= since else None


def check_year(year: int) -> None:
    """Refuse a year for which no days are reckoned (year-out-of-range)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("year-out-of-range", first=FIRST_YEAR, last=LAST_YEAR)


def _fixed_days(year: int, month: int, day: int, leap_day: LeapDay | None) -> list[date]:
    """Return the day of that date in the year, 29 February by its policy."""
    if (month, day) != LEAP_DAY or isleap(year):
        return [date(year, month, day)]
    moved = {LeapDay.FEBRUARY_28: date(year, 2, 28), LeapDay.MARCH_1: date(year, 3, 1)}
    return [moved[leap_day]] if leap_day in moved else []


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value


def _number(name: str, value: object) -> int:
    if name not in NUMBERS:
        raise Refused("rule-field-unknown", field=name)
    if type(value) is not int:  # isinstance would let True and False through.
        raise Refused("rule-field-not-a-number", field=name)
    return value


def _choice(choices: type[Choice], value: object, code: str) -> Choice:
    for choice in choices:
        if choice == value:
            return choice
    raise Refused(code)
