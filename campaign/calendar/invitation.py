"""The calendar part of a mail to somebody who has a place (iMIP: RFC 5546 and RFC 6047).

The UID is the same as in every feed, so a later request moves the entry they have, a cancellation removes it.
"""

from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar.prop import vCalAddress

from campaign.calendar.entry import Entry, component, parameter
from campaign.calendar.feed import assemble, bare_calendar, zones_in
from campaign.calendar.folding import fold, written
from campaign.domain.moment import zone

_ATTENDEE = b"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:"
_END = b"\r\nEND:VEVENT\r\n"
_MAILBOX_SAFE = "@!$'*+-._~"


def request(entry: Entry, organizer_address: str, organizer_name: str, attendee_address: str) -> bytes:
    """Return the invitation that a mail program enters as accepted, or by which it moves what it entered."""
    return _message("REQUEST", entry, organizer_address, organizer_name, attendee_address)


def cancel(entry: Entry, organizer_address: str, organizer_name: str, attendee_address: str) -> bytes:
    """Return the message by which a mail program takes the entry out again."""
    cancelled = replace(entry, status="CANCELLED")
    return _message("CANCEL", cancelled, organizer_address, organizer_name, attendee_address)


def _message(method: str, entry: Entry, organizer_address: str, organizer_name: str, attendee_address: str) -> bytes:
    to_all = _to_all(method, entry, organizer_address, organizer_name, zone(entry.zone))
    attendee = fold(_ATTENDEE + _mailbox(attendee_address).encode())
    return to_all.replace(_END, b"\r\n" + attendee + _END)


@lru_cache
def _to_all(method: str, entry: Entry, organizer_address: str, organizer_name: str, clocks: ZoneInfo) -> bytes:
    """Return what all who come are sent alike: built once for the same facts and zone object, as zones are."""
    header = bare_calendar()
    header.add("METHOD", method)
    event = component(entry)
    name = parameter(organizer_name)
    event.add("ORGANIZER", vCalAddress(_mailbox(organizer_address)), {"CN": name} if name else {})
    body = written(event)
    return assemble(header, [body], zones_in([body]))


def _mailbox(address: str) -> str:
    """Return a mail address as a URI, whatever may not stand in one percent-encoded (RFC 6068)."""
    return "mailto:" + quote(address, safe=_MAILBOX_SAFE, errors="replace")
