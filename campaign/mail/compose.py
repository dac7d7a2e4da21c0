"""A message row becomes a mail: text and HTML in the reader's language, ticket and calendar where they belong."""

import io
import json
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import css_inline
import segno
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from campaign import address, i18n
from campaign.calendar import invitation
from campaign.config import Settings
from campaign.domain.event import Status as EventStatus
from campaign.domain.registration import Status as RegistrationStatus
from campaign.models import Event, Message, Registration
from campaign.services import entries

CANCELS = {"event-cancelled", "registration-cancelled"}
INVITES = {"confirmed", "event-changed"}


def compose(message: Message) -> EmailMessage:
    """Return the mail of a message: the same row gives the same Message-ID every time."""
    settings: Settings = current_app.config["SETTINGS"]
    facts = json.loads(message.facts)
    with force_locale(str(i18n.locale(message.language))):
        context = _context(message, facts)
        mail = EmailMessage(policy=SMTP)
        mail["Message-ID"] = message.message_id
        mail["Date"] = message.created_at
        mail["From"] = Address(_sender(message), addr_spec=settings.mail_from)
        mail["To"] = Address(addr_spec=message.to)
        mail["Subject"] = facts.get("subject") or _subject(message)
        mail["Auto-Submitted"] = "auto-generated"
        _add_reply_to(mail, message)
        _fill(mail, message, facts, context)
        mail["Content-Language"] = message.language  # after the content, which takes the place of all such headers
    return mail


def _fill(mail: EmailMessage, message: Message, facts: dict[str, str], context: dict[str, object]) -> None:
    if message.registration is None or message.event is None:
        mail.set_content(facts.get("body", ""))
        return
    mail.set_content(render_template(f"mail/{message.kind}.txt", **context))
    html = css_inline.inline(render_template(f"mail/{message.kind}.html", **context), load_remote_stylesheets=False)
    mail.add_alternative(html, subtype="html")
    if message.kind == "confirmed":
        _add_ticket(mail, message.registration)
    if calendar := _calendar(message, message.event):
        method, body = calendar
        mail.add_alternative(body, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"})


def _add_ticket(mail: EmailMessage, registration: Registration) -> None:
    """Put the QR code beside the HTML, found there as `cid:ticket`."""
    picture = io.BytesIO()
    segno.make(registration.ticket, error="m", micro=False).save(picture, kind="png", scale=6, border=3)
    html = mail.get_body(("html",))
    if isinstance(html, EmailMessage):
        html.add_related(
            picture.getvalue(), "image", "png", cid="<ticket>", filename="ticket.png", disposition="inline"
        )


def _calendar(message: Message, event: Event) -> tuple[str, bytes] | None:
    """Return the calendar part's method and bytes (RFC 6047)."""
    if message.kind not in CANCELS | INVITES:
        return None
    registration = message.registration
    is_coming = registration is not None and registration.status is RegistrationStatus.CONFIRMED
    if not is_coming and message.kind != "registration-cancelled":
        return None  # whoever hasn't confirmed has nothing of it in a calendar, and may be somebody else
    changed_at = event.content_changed_at
    entry = entries.facts(event, message.language, changed_at=changed_at, for_registrant=is_coming)
    if entry is None:
        return None
    settings: Settings = current_app.config["SETTINGS"]
    name = i18n.pick(event.edition.campaign.name, message.language)[0]
    organizer = event.edition.campaign.contact or settings.mail_from
    if message.kind in CANCELS or event.status is EventStatus.CANCELLED or event.starts is None:
        return "CANCEL", invitation.cancel(entry, organizer, name, message.to)
    return "REQUEST", invitation.request(entry, organizer, name, message.to)


def _add_reply_to(mail: EmailMessage, message: Message) -> None:
    contact = message.event.edition.campaign.contact if message.event else None
    if contact:
        mail["Reply-To"] = Address(addr_spec=contact)


def _sender(message: Message) -> str:
    if message.event is None:
        return "Campaign"
    return i18n.pick(message.event.edition.campaign.name, message.language)[0]


def _subject(message: Message) -> str:
    name = i18n.pick(message.event.name, message.language)[0] if message.event else ""
    subjects: dict[str, str] = {
        "confirm-address": _("Please confirm: %(event)s", event=name),
        "already-registered": _("You are registered: %(event)s", event=name),
        "confirmed": _("Your ticket: %(event)s", event=name),
        "registration-cancelled": _("Your registration is cancelled: %(event)s", event=name),
        "event-changed": _("Changed: %(event)s", event=name),
        "event-cancelled": _("Cancelled: %(event)s", event=name),
    }
    return subjects[message.kind]


def _context(message: Message, facts: dict[str, object]) -> dict[str, object]:
    registration, event = message.registration, message.event
    return {
        "registration": registration,
        "event": event,
        "campaign": event.edition.campaign if event else None,
        "changes": facts.get("changes", []),
        "my_page": address.registration_page(registration.token) if registration else "",
        "event_page": address.event_page(event.edition.campaign.slug, event.edition.year, event.slug) if event else "",
        "locale": message.language,
        "direction": i18n.direction(message.language),
    }
