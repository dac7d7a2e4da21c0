"""What a mail says: its subject, a campaign's own words before the standard ones, and what those may name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from campaign import address
from campaign.db import db
from campaign.domain import mail_text as rules
from campaign.domain.errors import Refused
from campaign.domain.event import location
from campaign.domain.registration import Status
from campaign.i18n import country_name, day, direction, pick, say
from campaign.keys import derived_token
from campaign.models import Campaign, Edition, Event, Letter, MailText, Registration, User
from campaign.services import audit, waiting

KINDS = (
    "confirm-address", "confirm-waiting", "already-registered", "confirmed", "waiting", "awaiting-approval", "declined",
    "offer", "offer-lapsed", "reminder", "event-changed", "event-cancelled", "registration-cancelled", "thank-you",
)  # fmt: skip
"""The mails to registrants that a campaign may add words to, in the order of their coming."""
UNASKED = frozenset({"reminder", "thank-you", "letter"})
"""Mails that one can do without, and stop by one click (RFC 8058)."""
STOP = "unsubscribe"
OF_KIND = select(MailText.language, MailText.subject, MailText.body).where(
    MailText.campaign_id == bindparam("campaign"), MailText.kind == bindparam("kind")
)


@dataclass(frozen=True)
class Words:
    """A campaign's own words in one language, before or after their gaps are filled."""

    subject: str = ""
    body: str = ""
    language: str = ""


def of_kind(campaign: Campaign, kind: str) -> dict[str, Words]:
    """Return what the campaign adds to one kind of mail, by language."""
    rows = db.session.execute(OF_KIND, {"campaign": campaign.id, "kind": kind})
    return {language: Words(subject, body, language) for language, subject, body in rows}


def adjusted(campaign: Campaign) -> dict[str, list[str]]:
    """Return the languages in which each kind of mail has words of the campaign's own."""
    found: dict[str, list[str]] = {}
    rows = select(MailText.kind, MailText.language).where(MailText.campaign_id == campaign.id)
    for kind, language in db.session.execute(rows.order_by(MailText.language)):
        found.setdefault(kind, []).append(language)
    return found


def save(campaign: Campaign, kind: str, texts: Mapping[str, Words], *, actor: User | None, now: datetime) -> None:
    """Set the campaign's own words for one kind of mail; a language without any has the standard words alone.

    Raises Refused("placeholder-unknown", placeholder=…, field=…) or ("placeholder-not-in-subject", …).
    """
    check(texts)
    db.session.execute(delete(MailText).where(MailText.campaign_id == campaign.id, MailText.kind == kind))
    for language, words in texts.items():
        if words.subject or words.body:
            db.session.add(
                MailText(campaign_id=campaign.id, kind=kind, language=language, subject=words.subject, body=words.body)
            )
    audit.record("edit-mail-text", campaign, campaign=campaign, actor=actor, now=now, kind=kind)


def check(texts: Mapping[str, Words]) -> None:
    """Refuse gaps that nothing fills; the Refused names the field, such as `body_az`."""
    for language, words in texts.items():
        _check(words.subject, rules.IN_SUBJECT, f"subject_{language}")
        _check(words.body, rules.PLACEHOLDERS, f"body_{language}")


def _check(text: str, allowed: Collection[str], field: str) -> None:
    try:
        rules.check(text, allowed)
    except Refused as refused:
        raise Refused(refused.code, **refused.facts, field=field) from refused


def chosen(texts: Mapping[str, Words], language: str, default: str) -> Words:
    """Return the words for a reader: the body in their language, else the main one; a subject in theirs alone."""
    own = texts.get(language, Words())
    fallback = texts.get(default, Words())
    body, spoken = (own.body, language) if own.body else (fallback.body, default)
    return Words(own.subject, body, spoken)


def filled(words: Words, registration: Registration, event: Event) -> Words:
    """Return the words with every gap filled from the registration and its event."""
    values = _values(registration, event, words.language)
    return Words(rules.fill(words.subject, values), rules.fill(words.body, values), words.language)


def of_letter(letter: Letter, language: str) -> Words:
    """Return a letter's words for a reader: in their language, else in the campaign's main one."""
    default = letter.edition.campaign.default_language
    body, spoken = pick(letter.body, language, default)
    return Words(pick(letter.subject, language, default)[0], body, spoken)


def subject(kind: str, language: str, event: Event, own: Words) -> str:
    """Return a mail's subject: the campaign's own, or the standard one.

    Where the campaign asks for discretion, it gives nothing away to whoever sees the screen.
    """
    if event.edition.campaign.has_discreet_subjects:
        return say(language, "About your registration")
    return own.subject or _standard_subject(kind, language, event)


def _standard_subject(kind: str, language: str, event: Event) -> str:
    name = pick(event.name, language, event.edition.campaign.default_language)[0]
    return {
        "confirm-address": say(language, "Please confirm: %(event)s", event=name),
        "confirm-waiting": say(language, "Please confirm: %(event)s", event=name),
        "already-registered": say(language, "You are registered: %(event)s", event=name),
        "confirmed": say(language, "Your ticket: %(event)s", event=name),
        "waiting": say(language, "You are on the waiting list: %(event)s", event=name),
        "awaiting-approval": say(language, "Your registration is being looked at: %(event)s", event=name),
        "declined": say(language, "No place this time: %(event)s", event=name),
        "offer": say(language, "A place has come free: %(event)s", event=name),
        "offer-lapsed": say(language, "The offer has lapsed: %(event)s", event=name),
        "reminder": say(language, "Still coming? %(event)s", event=name),
        "registration-cancelled": say(language, "Your registration is cancelled: %(event)s", event=name),
        "event-changed": say(language, "Changed: %(event)s", event=name),
        "event-cancelled": say(language, "Cancelled: %(event)s", event=name),
        "thank-you": say(language, "Thank you for coming: %(event)s", event=name),
    }[kind]


def context(registration: Registration, event: Event, own: Words, language: str) -> dict[str, object]:
    """Return what the templates of a mail to a registrant need."""
    campaign = event.edition.campaign
    return {
        "registration": registration,
        "event": event,
        "campaign": campaign,
        "position": waiting.position(registration),
        "is_let_in": registration.approved_at is not None or not waiting.needs_approval(event),
        "my_page": address.registration_page(registration.token),
        "event_page": address.event_page(campaign.slug, event.edition.year, event.slug),
        "stop_page": address.stop_page(registration.token, derived_token(registration.token, STOP)),
        "own_paragraphs": rules.paragraphs(own.body),
        "own_language": own.language,
        "own_direction": direction(own.language),
        "locale": language,
        "direction": direction(language),
    }


def newest_event(campaign: Campaign) -> Event | None:
    """Return the event to show a campaign's mails with; None before the first."""
    newest = select(Event).join(Edition).where(Edition.campaign_id == campaign.id).order_by(Event.id.desc()).limit(1)
    return db.session.scalar(newest)


def somebody(campaign: Campaign, *, now: datetime) -> Registration:
    """Return a registration that is made up, for a preview."""
    return Registration(
        name="Leyla",
        email="leyla@example.org",
        language=campaign.default_language,
        status=Status.CONFIRMED,
        party_size=1,
        token="sample",  # noqa: S106  # opens nothing
        ticket="sample",
        code="K7PM-2QXA",
        created_at=now,
        hold_until=now,
    )


def _values(registration: Registration, event: Event, language: str) -> dict[str, str]:
    campaign = event.edition.campaign
    may_know = event.shows_venue or registration.status in (Status.CONFIRMED, Status.ATTENDED)
    place = location(
        venue=event.venue if may_know else None,
        address=event.address if may_know else None,
        city=event.city,
        country=country_name(event.country, language) if event.country else None,
    )
    return {
        "name": registration.name,
        "event": pick(event.name, language, campaign.default_language)[0],
        "day": day(event.starts, language) if event.starts else say(language, "Date and time to be announced"),
        "place": place or say(language, "Online"),
        "link": address.registration_page(registration.token),
    }
