"""What is stored of a registrant in words: a label for each column, and each value as people read it."""

from datetime import datetime

from flask_babel import gettext as _

from campaign.i18n import OWN_NAMES
from campaign.services.holdings import Holdings, Values
from campaign.web import filters

Row = tuple[str, str]
Section = tuple[str, list[list[Row]]]
"""A heading, and the things below it, each as rows of label and value."""


def sections(held: Holdings) -> list[Section]:
    """Return everything that is stored, in the reader's language; what is empty is left out."""
    known = labels()
    named = (
        (_("Registration"), [held.registration]),
        (_("Event"), [held.event]),
        (_("Answers"), [{str(one["question"]): one["answer"]} for one in held.answers]),
        (_("Consents"), held.consents),
        (_("Mails"), held.mails),
        (_("At the door"), held.scans),
        (_("Before the organizers changed it"), held.undo),
        (_("What was done"), held.history),
        (_("Who looked at the list"), held.looks),
    )
    return [(heading, [_rows(one, known) for one in things]) for heading, things in named if things]


def labels() -> dict[str, str]:
    """Return what each column holds."""
    return {
        "status": _("State"),
        "party_size": _("Places"),
        "name": _("Name"),
        "email": _("Mail address"),
        "language": _("Language"),
        "token": _("Key of this page"),
        "submission": _("Number of the form"),
        "ticket": _("What the QR code says"),
        "code": _("Code in letters"),
        "created_at": _("Stored on"),
        "hold_until": _("Held until"),
        "address_confirmed_at": _("Address confirmed"),
        "queued_at": _("Waiting since"),
        "approved_at": _("Let in"),
        "confirmed_at": _("Place confirmed"),
        "cancelled_at": _("Cancelled on"),
        "attended_at": _("Came at"),
        "attended_size": _("How many came"),
        "note": _("The organizers' note"),
        "tags": _("The organizers' tags"),
        "wants_reminders": _("Reminders"),
        "bounced_at": _("Mails came back on"),
        "invitation": _("Invited by"),
        "campaign": _("Campaign"),
        "starts": _("Begins"),
        "zone": _("Time zone"),
        "city": _("City"),
        "country": _("Country"),
        "purpose": _("Purpose"),
        "version": _("Version"),
        "text": _("Wording"),
        "text_sha256": _("Fingerprint of the words"),
        "given_at": _("Given on"),
        "withdrawn_at": _("Withdrawn on"),
        "kind": _("Kind"),
        "unique_key": _("Key against sending twice"),
        "message_id": _("Number of the mail"),
        "to": _("To"),
        "facts": _("What it says beside the above"),
        "due_at": _("Due at"),
        "attempts": _("Failed attempts"),
        "last_error": _("Last error"),
        "sent_at": _("Sent on"),
        "forgotten_at": _("Emptied on"),
        "people": _("People"),
        "door": _("Door"),
        "at": _("When"),
        "stored_at": _("Stored on"),
        "action": _("What"),
        "role": _("Role"),
        "day": _("Day"),
        "way": _("On paper or a device"),
    }


def _rows(values: Values, known: dict[str, str]) -> list[Row]:
    full = ((name, value) for name, value in values.items() if value not in (None, "", [], "{}"))
    return [(known.get(name, name), _words(name, value)) for name, value in full]


def _words(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return filters.moment(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name == "language":
        return OWN_NAMES.get(str(value), str(value))
    return filters.country_name(str(value)) if name == "country" else str(value)
