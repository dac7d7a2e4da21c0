"""The ways to put a feed, or one event, into a calendar."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

from flask import url_for
from flask_babel import gettext as _

from campaign import address
from campaign.domain.slice import Slice
from campaign.models import Campaign, Event
from campaign.web import language
from campaign.web.filters import place, t_plain

STAMP = "%Y%m%dT%H%M%SZ"


def in_readers_language(campaign: Campaign, slice_: Slice) -> Slice:
    """Return the slice in the reader's language, where the campaign speaks it and it isn't the main one."""
    code = language.current()
    spoken = code in campaign.languages and code != campaign.default_language
    return replace(slice_, language=code if spoken else None)


def links(campaign: Campaign, slice_: Slice) -> list[tuple[str, str, str]]:
    """Return label, address and icon of each way to subscribe to a slice."""
    feed = address.feed(campaign.slug, slice_.path)
    webcal = address.subscription(feed)
    named = urlencode({"url": feed, "name": t_plain(campaign.name)}, quote_via=quote)
    return [
        (_("Apple Calendar and programs on this computer"), webcal, "calendar-plus"),
        (_("Google Calendar"), f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}", "calendar"),
        (_("Outlook.com"), f"https://outlook.live.com/calendar/0/addfromweb?{named}", "calendar"),
        (_("Microsoft 365"), f"https://outlook.office.com/calendar/0/addfromweb?{named}", "calendar"),
    ]


def one_event(event: Event) -> list[tuple[str, str]]:
    """Return label and address of each way to add a single event; none while it has no time."""
    edition = event.edition
    file = url_for("events.ics", campaign=edition.campaign.slug, year=edition.year, event=event.slug)
    if event.starts_at is None or event.ends_at is None or event.is_all_day:
        return [(_("Calendar file (.ics)"), file)] if event.starts_at else []
    return [
        (_("Calendar file (.ics)"), file),
        (_("Google Calendar"), _google(event, event.starts_at, event.ends_at)),
        (_("Outlook.com"), _outlook(event, event.starts_at, event.ends_at)),
    ]


def _google(event: Event, starts: datetime, ends: datetime) -> str:
    query = {
        "action": "TEMPLATE",
        "text": t_plain(event.name),
        "dates": f"{starts.strftime(STAMP)}/{ends.strftime(STAMP)}",
        "ctz": event.zone or "UTC",
        "details": _page(event),
        "location": place(event, event.venue_is_public),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query, quote_via=quote)}"


def _outlook(event: Event, starts: datetime, ends: datetime) -> str:
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": t_plain(event.name),
        "startdt": starts.isoformat(),
        "enddt": ends.isoformat(),
        "body": _page(event),
        "location": place(event, event.venue_is_public),
    }
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query, quote_via=quote)}"


def _page(event: Event) -> str:
    return address.event_page(event.edition.campaign.slug, event.edition.year, event.slug)
