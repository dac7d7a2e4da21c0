"""What is said of a roll-over: why an event stays behind, and what to look at."""

from datetime import datetime

from babel.dates import format_skeleton
from flask_babel import format_time
from flask_babel import gettext as _

from campaign import i18n
from campaign.domain.roll_over import Item, Note, Part, Why
from campaign.services.roll_over import Plan
from campaign.web import language


def why_phrase(why: Why) -> str:
    """Return why an event stays behind."""
    return {
        Why.COUNTRY: _("its country stays behind"),
        Why.UNTICKED: _("not chosen"),
        Why.NOT_THIS_YEAR: _("its country doesn't keep the day this year"),
        Why.CANCELLED: _("was cancelled"),
        Why.DRAFT: _("was never published"),
    }[why]


def part_name(part: Part) -> str:
    """Return what a part of an event is called."""
    return {
        Part.DESCRIPTION: _("Description"),
        Part.VENUE: _("Venue, address and accessibility"),
        Part.LINKS: _("Web addresses"),
        Part.TAGS: _("Tags"),
        Part.CAPACITY: _("Number of places"),
        Part.WINDOW: _("When registration opens and closes"),
        Part.HOST: _("Host"),
        Part.QUESTIONS: _("Questions of the form"),
    }[part]


def note_name(note: Note) -> str:
    """Return what there is to look at, in short."""
    return {
        Note.TIME_LOST: _("Time not usable"),
        Note.CLOCK_SKIPS: _("Clocks skip this time"),
        Note.CLOCK_REPEATS: _("Clocks show this time twice"),
        Note.OTHER_OFFSET: _("Other distance from UTC"),
        Note.LEAP_DAY: _("29 February"),
        Note.HOLIDAY: _("Public holiday"),
        Note.OTHER_DATE: _("Country with another date"),
        Note.POSTPONED: _("Country with a postponed day"),
        Note.TO_BE_ANNOUNCED: _("Country without a date yet"),
        Note.VENUE_TWICE: _("Venue used twice at the same time"),
        Note.NO_HOST: _("Nobody to ask"),
        Note.HOST_UNREACHABLE: _("Host not reached by mail"),
        Note.HOST_NOT_ASKED: _("Host doesn't want to be asked"),
        Note.YEAR_IN_NAME: _("Year in the name"),
        Note.YEAR_IN_TEXT: _("Year in the description"),
        Note.WEEKDAY: _("Other weekday"),
    }[note]


def note_phrase(note: Note, item: Item, plan: Plan) -> str:
    """Return what there is to look at, of one event."""
    if note is Note.HOLIDAY and item.starts and item.source.country:
        return _("Public holiday: %(name)s", name=plan.holidays[item.source.country, item.starts.date()])
    if note is Note.YEAR_IN_NAME:
        return _("The year in its name becomes %(year)s", year=plan.year)
    if note is Note.YEAR_IN_TEXT:
        return _("Its description names %(year)s", year=plan.source.year)
    return note_name(note)


def wall_time(value: datetime | None, is_all_day: bool) -> str:
    """Return "Fri, 26 Feb 2027, 18:30", or that it is to be announced."""
    if value is None:
        return _("to be announced")
    day = format_skeleton("yMMMEd", value, locale=i18n.locale(language.current()))
    return day if is_all_day else f"{day}, {format_time(value, 'short', rebase=False)}"
