"""The states of editions, events, registrations and mails as people read them."""

from flask_babel import lazy_gettext as _l

WORDS = {
    "proposed": _l("Proposed"),
    "draft": _l("Draft"),
    "published": _l("Published"),
    "cancelled": _l("Cancelled"),
    "planned": _l("Planned"),
    "open": _l("Open"),
    "held": _l("Held"),
    "archived": _l("Archived"),
    "pending": _l("Not confirmed yet"),
    "confirmed": _l("Confirmed"),
    "waiting": _l("On the waiting list"),
    "offered": _l("A place is offered"),
    "attended": _l("Attended"),
    "expired": _l("Expired"),
    "declined": _l("Declined"),
    "approved": _l("Approved"),
    "queued": _l("Queued"),
    "sending": _l("On its way"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
    "dropped": _l("No longer needed"),
    "disabled": _l("Disabled"),
    "invited": _l("Invited"),
    "active": _l("Active"),
}


def state_phrase(state: str) -> str:
    """Return a state in the reader's language."""
    words = WORDS.get(state)
    return str(words) if words else state.replace("-", " ").capitalize()
