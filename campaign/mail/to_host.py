"""A mail to somebody who carries out an event: its words, and the link to their own page."""

from email.headerregistry import Address
from email.message import EmailMessage

import css_inline
from flask import render_template

from campaign import address, i18n
from campaign.models import Campaign, Event, Host, Message


def fill(mail: EmailMessage, message: Message, host: Host, facts: dict[str, object]) -> None:
    """Set subject and content, from the templates that the message's kind names, in the language in force."""
    campaign = host.campaign
    context = {
        "host": host,
        "event": message.event,
        "campaign": campaign,
        "locale": message.language,
        "direction": i18n.direction(message.language),
        "host_page": address.host_page(host.token),
        "facts": facts,
    }
    mail["Subject"] = _subject(message.kind, message.event, campaign, message.language)
    if campaign.contact:
        mail["Reply-To"] = Address(addr_spec=campaign.contact)
    mail.set_content(render_template(f"mail/host/{message.kind}.txt", **context))
    html = render_template(f"mail/host/{message.kind}.html", **context)
    mail.add_alternative(css_inline.inline(html, load_remote_stylesheets=False), subtype="html")


def _subject(kind: str, event: Event | None, campaign: Campaign, language: str) -> str:
    """Return what the mail is about; nothing of that where the campaign asks for discretion."""
    if campaign.has_discreet_subjects:
        return i18n.say(language, "About your event")
    texts = event.name if event else campaign.name
    name = i18n.pick(texts, language, campaign.default_language)[0]
    return {
        "welcome": i18n.say(language, "Your event's own page: %(event)s", event=name),
    }[kind]
