"""A message row becomes a mail: text and HTML in the reader's language, ticket and calendar where they belong."""

import json
from email.headerregistry import Address
from email.message import EmailMessage

import css_inline
from flask import current_app, render_template
from flask_babel import force_locale

from campaign import i18n
from campaign.calendar import invitation
from campaign.config import Settings
from campaign.domain.event import Status as EventStatus
from campaign.domain.registration import Status as RegistrationStatus
from campaign.mail import ticket, to_host
from campaign.mail.headers import POLICY
from campaign.models import Campaign, Event, Message, Registration
from campaign.services import entries, mail_texts, together
from campaign.services.mail_texts import UNASKED, Words

CANCELS = {"event-cancelled", "registration-cancelled"}
INVITES = {"confirmed", "event-changed"}


def compose(message: Message) -> EmailMessage:
    """Return the mail of a message: the same row gives the same Message-ID every time."""
    settings: Settings = current_app.config["SETTINGS"]
    facts = json.loads(message.facts)
    registration, event = message.registration, message.event
    mail = EmailMessage(policy=POLICY)
    mail["Message-ID"] = message.message_id
    mail["Date"] = message.created_at
    mail["From"] = Address(_sender(message), addr_spec=settings.mail_from)
    mail["To"] = Address(addr_spec=message.to)
    mail["Auto-Submitted"] = "auto-generated"
    with force_locale(str(i18n.locale(message.language))):
        if message.host is not None:
            to_host.fill(mail, message, message.host, facts)
        elif registration is None or event is None:
            mail["Subject"] = facts.get("subject", "")
            mail.set_content(facts.get("body", ""))
        else:
            _fill(mail, message, registration, event, facts)
    mail["Content-Language"] = message.language  # after the content, which takes the place of all such headers
    return mail


def _fill(
    mail: EmailMessage, message: Message, registration: Registration, event: Event, facts: dict[str, object]
) -> None:
    campaign = event.edition.campaign
    own = mail_texts.filled(_own_words(message, campaign), registration, event)
    context = mail_texts.context(registration, event, own, message.language) | {"changes": facts.get("changes", [])}
    if registration.address_confirmed_at is None:
        context["beside"] = together.unconfirmed(registration)
    mail["Subject"] = mail_texts.subject(message.kind, message.language, event, own)
    if campaign.contact:
        mail["Reply-To"] = Address(addr_spec=campaign.contact)
    if message.kind in UNASKED:
        context["may_stop"] = True
        mail["List-Unsubscribe"] = f"<{context['stop_page']}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(render_template(f"mail/{message.kind}.txt", **context))
    mail.make_alternative(boundary=_boundary(message, "alternative"))
    html = css_inline.inline(render_template(f"mail/{message.kind}.html", **context), load_remote_stylesheets=False)
    mail.add_alternative(html, subtype="html")
    if message.kind == "confirmed":
        _add_ticket(mail, message, registration)
    if calendar := _calendar(message, event):
        method, body = calendar
        mail.add_alternative(body, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"})


def _own_words(message: Message, campaign: Campaign) -> Words:
    """Return what organizers wrote: the whole of a letter, or what stands before the words of another mail."""
    if message.letter is not None:
        return mail_texts.of_letter(message.letter, message.language)
    texts = mail_texts.of_kind(campaign, message.kind)
    return mail_texts.chosen(texts, message.language, campaign.default_language)


def _boundary(message: Message, kind: str) -> str:
    """Return what parts the parts of a mail: like its Message-ID it is nothing that anybody could have written."""
    return f"={kind}={message.message_id[1:33]}="


def _add_ticket(mail: EmailMessage, message: Message, registration: Registration) -> None:
    """Put the QR code beside the HTML, found there as `cid:ticket`."""
    html = mail.get_body(("html",))
    if isinstance(html, EmailMessage):
        html.make_related(boundary=_boundary(message, "related"))
        picture = ticket.picture(registration.ticket)
        html.add_related(picture, "image", "png", cid="<ticket>", filename="ticket.png", disposition="inline")


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


def _sender(message: Message) -> str:
    """Return whose name the mail shows: the campaign's, unless that gives away what it is about."""
    of = message.host.campaign if message.host else message.event.edition.campaign if message.event else None
    if of is None:
        return "Campaign"
    return "" if of.has_discreet_subjects else i18n.pick(of.name, message.language)[0]
