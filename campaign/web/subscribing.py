"""The ways to put a feed, or one event, into a calendar.

None of the addresses that take an event is documented by its owner; what is known of them is gathered at
https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from flask import url_for
from flask_babel import gettext as _

from campaign import address
from campaign.domain.event import Status
from campaign.domain.slice import Slice
from campaign.models import Campaign, Event
from campaign.services import feeds
from campaign.web import language
from campaign.web.filters import place, t_plain

DAY = "%Y%m%d"
STAMP = "%Y%m%dT%H%M%SZ"
OUTLOOK, MICROSOFT_365 = "outlook.live.com", "outlook.office.com"


@dataclass(frozen=True)
class Way:
    """A program that takes a subscription over by a link, and how often it looks again (not its maker's promise)."""

    label: str
    href: str
    icon: str
    where: str
    looks_again: str


def in_readers_language(campaign: Campaign, slice_: Slice) -> Slice:
    """Return the slice in the reader's language, where the campaign speaks it and it isn't the main one."""
    code = language.current()
    spoken = code in campaign.languages and code != campaign.default_language
    return replace(slice_, language=code if spoken else None)


def links(campaign: Campaign, slice_: Slice) -> list[tuple[str, str, str]]:
    """Return label, address and icon of each way to subscribe to a slice."""
    return [(way.label, way.href, way.icon) for way in ways(campaign, slice_)]


def ways(campaign: Campaign, slice_: Slice) -> list[Way]:
    """Return the programs that take a subscription to a slice over by a link."""
    feed = address.feed(campaign.slug, slice_.path)
    webcal = address.subscription(feed)
    named = _query({"url": feed, "name": " · ".join(feeds.title(campaign, slice_))})
    every_few_hours = _("Looks again about every three hours, now and then only after a day.")
    return [
        Way(
            _("Apple Calendar"),
            webcal,
            "calendar-plus",
            _("On iPhone, iPad and Mac. It opens and asks whether to subscribe."),
            _("Looks again as its settings say, from every few minutes to once a week."),
        ),
        Way(
            _("Google Calendar"),
            f"https://calendar.google.com/calendar/r?{_query({'cid': webcal})}",
            "calendar",
            _("In a browser on a computer; afterwards your phone shows it, too."),
            _("Looks again about every 8 to 24 hours, and nobody can hurry it."),
        ),
        Way(
            _("Outlook.com"),
            f"https://{OUTLOOK}/calendar/0/addfromweb?{named}",
            "calendar",
            _("With a personal Microsoft account."),
            every_few_hours,
        ),
        Way(
            _("Microsoft 365"),
            f"https://{MICROSOFT_365}/calendar/0/addfromweb?{named}",
            "calendar",
            _("With an account from work or school."),
            every_few_hours,
        ),
    ]


def one_event(event: Event) -> list[tuple[str, str]]:
    """Return label and address of each way to add a single event; none while it has no time or is cancelled."""
    span = _span(event)
    if span is None or event.status is Status.CANCELLED:
        return []
    edition = event.edition
    return [
        (
            _("Calendar file (.ics)"),
            url_for("events.ics", campaign=edition.campaign.slug, year=edition.year, event=event.slug),
        ),
        (_("Google Calendar"), _google(event, *span)),
        (_("Outlook.com"), _outlook(OUTLOOK, event, *span)),
        (_("Microsoft 365"), _outlook(MICROSOFT_365, event, *span)),
        (_("Yahoo Calendar"), _yahoo(event, *span)),
    ]


def _span(event: Event) -> tuple[date, date] | None:
    """Return the instants of start and end, or for whole days the first and the one after the last; None without."""
    if event.starts is None or event.starts_at is None:
        return None
    if event.is_all_day:
        first = event.starts.date()
        after = event.ends.date() if event.ends else first
        return first, max(after, first + timedelta(days=1))
    usual = timedelta(minutes=event.edition.campaign.default_minutes)
    return event.starts_at, event.ends_at or event.starts_at + usual


def _google(event: Event, start: date, end: date) -> str:
    query = {
        "action": "TEMPLATE",
        "text": t_plain(event.name),
        "dates": f"{_stamp(start)}/{_stamp(end)}",
        "details": _page(event),
        "location": _location(event),
    }
    if not event.is_all_day:
        query["ctz"] = event.zone or "UTC"
    return f"https://calendar.google.com/calendar/render?{_query(query)}"


def _outlook(host: str, event: Event, start: date, end: date) -> str:
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": t_plain(event.name),
        "startdt": start.isoformat(),
        "enddt": end.isoformat(),
        "body": _page(event),
        "location": _location(event),
    }
    if event.is_all_day:
        query["allday"] = "true"
    return f"https://{host}/calendar/0/deeplink/compose?{_query(query)}"


def _yahoo(event: Event, start: date, end: date) -> str:
    """Return Yahoo's address; it knows whole days only one at a time, several become midnight to midnight."""
    is_one_day = event.is_all_day and end - start == timedelta(days=1)
    query = {
        "v": "60",
        "title": t_plain(event.name),
        "st": _stamp(start),
        **({"dur": "allday"} if is_one_day else {"et": _stamp(end)}),
        "desc": _page(event),
        "in_loc": _location(event),
    }
    return f"https://calendar.yahoo.com/?{_query(query)}"


def _stamp(at: date) -> str:
    return at.strftime(STAMP if isinstance(at, datetime) else DAY)


def _location(event: Event) -> str:
    """Return the place as far as the public may know it; of an event that is online alone, its address."""
    return place(event, event.shows_venue) if event.has_place else event.online_url or ""


def _page(event: Event) -> str:
    return address.event_page(event.edition.campaign.slug, event.edition.year, event.slug)


def _query(values: dict[str, str]) -> str:
    return urlencode(values, quote_via=quote)
