"""A mail to somebody who carries out an event: its words, and the link to their own page."""

from email.headerregistry import Address
from email.message import EmailMessage

import css_inline
from flask import render_template

from campaign import address, i18n
from campaign.models import Campaign, Event, Host, Message
from campaign.services import hosts
from campaign.services.renewals import UNASKED


def fill(mail: EmailMessage, message: Message, host: Host, facts: dict[str, object]) -> None:
    """Set subject and content, from the templates that the message's kind names, in the language in force."""
    campaign = host.campaign
    context = hosts.mail_context(host, message.event, language=message.language, facts=facts)
    mail["Subject"] = _subject(message.kind, message.event, campaign, message.language)
    if campaign.contact:
        mail["Reply-To"] = Address(addr_spec=campaign.contact)
    if message.kind in UNASKED:
        mail["List-Unsubscribe"] = f"<{address.host_stop_page(host.token)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
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
        "verify": i18n.say(language, "Please confirm your proposal: %(event)s", event=name),
        "question": i18n.say(language, "A question about your event: %(event)s", event=name),
        "approved": i18n.say(language, "Your event is in the programme: %(event)s", event=name),
        "declined": i18n.say(language, "About your proposal: %(event)s", event=name),
        "change-approved": i18n.say(language, "Your change is approved: %(event)s", event=name),
        "change-declined": i18n.say(language, "About your change: %(event)s", event=name),
        "welcome": i18n.say(language, "Your event's own page: %(event)s", event=name),
        "renewal": i18n.say(language, "Does it take place again? %(event)s", event=name),
        "report": i18n.say(language, "How was it? %(event)s", event=name),
        "report-returned": i18n.say(language, "A question about your report: %(event)s", event=name),
        "renewal-reminder": i18n.say(language, "Still to be answered: %(event)s", event=name),
    }[kind]
