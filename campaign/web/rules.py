"""An anniversary rule in words, and as a form."""

from datetime import date

from babel.dates import get_day_names, get_month_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField

from campaign import i18n
from campaign.domain.anniversary import LEAP_DAY, NEEDED, AnniversaryRule, Kind, LeapDay
from campaign.domain.errors import Refused
from campaign.web import filters, language
from campaign.web.errors import sentence
from campaign.web.fields import NumberField

LEAP_YEAR = 2024
SHARED = ("month", "day", "nth", "weekday", "offset")


def phrase(rule: AnniversaryRule) -> str:
    """Return what a rule says, as a sentence in the reader's language."""
    words = _one_day(rule)
    if rule.days == 1:
        return words
    window = ngettext("It lasts %(num)s day.", "It lasts %(num)s days.", rule.days)
    return f"{words} {window}"


def _one_day(rule: AnniversaryRule) -> str:
    locale = i18n.locale(language.current())
    if rule.kind is Kind.FIXED and rule.month and rule.day:
        return _("Every year on %(day)s.", day=filters.day_of_month(date(LEAP_YEAR, rule.month, rule.day)))
    if rule.kind is Kind.LAST_DAY and rule.month:
        return _("Every year on the last day of %(month)s.", month=_month(rule.month))
    if rule.kind is Kind.NTH_WEEKDAY and rule.month and rule.nth:
        weekday = get_day_names("wide", locale=locale)[rule.weekday or 0]
        return _nth(rule.nth) % {"weekday": weekday, "month": _month(rule.month)}
    if rule.offset is not None:
        return _from_easter(rule.offset, rule.kind)
    return _("Every year on day %(day)s of month %(month)s of the %(calendar)s calendar.").replace(
        "%(calendar)s", _calendar(rule.kind)
    ) % {"day": rule.day, "month": rule.month}


def _month(month: int) -> str:
    """Return a month's name in the form of dictionaries.

    Only Russian has another in dates. For the other languages the stand-alone names aren't asked for, since
    Babel 2.18 takes them from whichever language asked first (python-babel/babel#1234).
    """
    code = language.current()
    locale = i18n.locale(code)
    names = get_month_names("wide", "stand-alone", locale) if code == "ru" else get_month_names("wide", locale=locale)
    return names[month]


def _nth(nth: int) -> str:
    return {
        1: _("Every year on the first %(weekday)s of %(month)s."),
        2: _("Every year on the second %(weekday)s of %(month)s."),
        3: _("Every year on the third %(weekday)s of %(month)s."),
        4: _("Every year on the fourth %(weekday)s of %(month)s."),
        5: _("Every year on the fifth %(weekday)s of %(month)s, where there is one."),
        -1: _("Every year on the last %(weekday)s of %(month)s."),
    }[nth]


def _from_easter(offset: int, kind: Kind) -> str:
    easter = _("Easter Sunday") if kind is Kind.EASTER else _("Orthodox Easter Sunday")
    if offset == 0:
        return _("Every year on %(day)s.", day=easter)
    if offset > 0:
        return ngettext(
            "Every year %(num)s day after %(easter)s.",
            "Every year %(num)s days after %(easter)s.",
            offset,
            easter=easter,
        )
    return ngettext(
        "Every year %(num)s day before %(easter)s.",
        "Every year %(num)s days before %(easter)s.",
        -offset,
        easter=easter,
    )


def _calendar(kind: Kind) -> str:
    return {
        Kind.HEBREW: _("Hebrew"),
        Kind.ISLAMIC: _("Islamic (Umm al-Qura)"),
        Kind.PERSIAN: _("Persian"),
        Kind.CHINESE: _("Chinese"),
    }[kind]


class RuleForm(FlaskForm):
    """The part of a campaign's form that says when its day is."""

    kind = SelectField(_l("The day is"), default=Kind.FIXED)
    month = NumberField(_l("Month"), low=1, high=13, description=_l("1 to 12; of the calendar chosen."))
    day = NumberField(_l("Day of the month"), low=1, high=31)
    nth = SelectField(_l("Which one"), default="-1")
    weekday = SelectField(_l("Weekday"), default="5")
    offset = NumberField(_l("Days from Easter"), low=-120, high=120, description=_l("Negative for before."))
    leap_day = SelectField(_l("29 February, in other years"), default=LeapDay.FEBRUARY_28)
    days = NumberField(_l("How many days it lasts"), low=1, high=31, default=1)

    def offer(self) -> None:
        """Offer the choices in the reader's language."""
        self.kind.choices = list(_kinds().items())
        self.nth.choices = [("1", _("first")), ("2", _("second")), ("3", _("third")), ("4", _("fourth"))]
        self.nth.choices += [("5", _("fifth")), ("-1", _("last"))]
        names = get_day_names("wide", locale=i18n.locale(language.current()))
        self.weekday.choices = [(str(number), names[number]) for number in range(7)]
        self.leap_day.choices = [
            (LeapDay.FEBRUARY_28, filters.day_of_month(date(2023, 2, 28))),
            (LeapDay.MARCH_1, filters.day_of_month(date(2023, 3, 1))),
            (LeapDay.LEAP_YEARS_ONLY, _("only in leap years")),
        ]

    def show_rule(self, rule: AnniversaryRule) -> None:
        """Fill in a stored rule."""
        self.kind.data, self.days.data = rule.kind, rule.days
        for name in SHARED:
            value = getattr(rule, name)
            if value is not None:
                self[name].data = str(value) if name in ("nth", "weekday") else value
        if rule.leap_day:
            self.leap_day.data = rule.leap_day

    def rule(self) -> AnniversaryRule | None:
        """Return the rule that was filled in; None after adding an error to the field to blame."""
        kind = Kind(self.kind.data)
        data: dict[str, object] = {"kind": kind, "days": self.days.data or 1}
        for name in NEEDED[kind]:
            value = self[name].data
            data[name] = int(value) if value not in (None, "") else None
        if kind is Kind.FIXED and (data["month"], data["day"]) == LEAP_DAY:
            data["leap_day"] = self.leap_day.data
        try:
            return AnniversaryRule.from_json({name: value for name, value in data.items() if value is not None})
        except Refused as refused:
            self._blame(refused)
            return None

    def _blame(self, refused: Refused) -> None:
        named = str(refused.facts.get("field") or refused.code.split("-")[1])
        field = self._fields.get(named, self.kind)
        field.errors = [*field.errors, sentence(refused)]


def _kinds() -> dict[str, str]:
    return {
        Kind.FIXED: _("a fixed date"),
        Kind.LAST_DAY: _("the last day of a month"),
        Kind.NTH_WEEKDAY: _("a weekday of a month, such as the last Saturday"),
        Kind.EASTER: _("so many days from Easter"),
        Kind.ORTHODOX_EASTER: _("so many days from Orthodox Easter"),
        Kind.HEBREW: _("a date of the Hebrew calendar"),
        Kind.ISLAMIC: _("a date of the Islamic calendar (Umm al-Qura)"),
        Kind.PERSIAN: _("a date of the Persian calendar"),
        Kind.CHINESE: _("a date of the Chinese calendar"),
    }
