"""The only place where an address becomes a row; what isn't there for you is 404."""

import re
from datetime import UTC, datetime

from flask import abort, g, redirect, request
from flask_login import current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, lazyload

from campaign import address
from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain import event as event_rules
from campaign.domain.moment import YEARS
from campaign.domain.permission import Role, covers_country
from campaign.domain.slice import Slice, parse
from campaign.geo.countries import COUNTRIES
from campaign.models import (
    ApiToken,
    Campaign,
    DoorLink,
    Edition,
    Event,
    Host,
    Invitation,
    Letter,
    Member,
    MemberInvitation,
    Message,
    Photo,
    Proposal,
    Question,
    QuestionTemplate,
    Registration,
    Renewal,
    Report,
    Series,
    Tribute,
)
from campaign.services import (
    campaigns,
    coordinators,
    doors,
    hosts,
    invitations,
    mail_log,
    member_invitations,
    proposal_queue,
    proposals,
    proposed_events,
    question_library,
    registrations,
    reports,
    slices,
    tributes,
)
from campaign.services import own_calendar as calendars

EVENT = (
    select(Event)
    .join(Event.edition)
    .join(Edition.campaign)
    .where(Campaign.slug == bindparam("campaign"), Edition.year == bindparam("year"), Event.slug == bindparam("event"))
    .options(contains_eager(Event.edition).contains_eager(Edition.campaign))
    .options(lazyload(Event.language_rows), lazyload(Event.tag_rows))
)
EVENT_PATH = re.compile(r"([a-z0-9-]+)/(\d{4})/([a-z0-9-]+)/?", re.ASCII)


def public_campaign(slug: str) -> Campaign:
    """Return the campaign, for anybody; a former address leads to the present one, a withdrawn campaign is 410."""
    found = _campaign(slug)
    if found.slug != slug:
        abort(redirect(f"{address.base()}/{found.slug}{request.full_path[len(slug) + 1 :].rstrip('?')}", 308))
    return found


def public_feed_campaign(slug: str) -> Campaign:
    """Return the campaign that a feed's address names, by its present or a former one, in any case."""
    return _campaign(slug.lower())


def public_feed_slice(campaign: Campaign, path: str) -> Slice:
    """Return the slice that a feed's address spells, its series by the present name; 404 unknown, 410 withdrawn."""
    wanted = parse(path)
    if wanted is None or (wanted.country and wanted.country not in COUNTRIES):
        abort(404)
    present = slices.current_names(campaign, wanted)
    if present is None:
        abort(410)
    return present if slices.is_known(campaign, present) else abort(404)


def own_calendar(token: str) -> Registration:
    """Return the registration whose calendar's secret address this is."""
    return calendars.by_token(token) or abort(404)


def public_edition(campaign: str, year: int) -> Edition:
    """Return an edition that the public may see."""
    found = _edition(public_campaign(campaign).slug, year)
    return found if found and found.status in edition_rules.SHOWN else abort(404)


def public_event(campaign: str, year: int, slug: str) -> Event:
    """Return an event that the public may see."""
    found = _event(campaign, year, slug)
    if found is None or found.edition.campaign.withdrawn_at or found.edition.status not in edition_rules.SHOWN:
        public_edition(campaign, year)  # says what became of it, if it was there
        abort(404)
    return found if found.status in event_rules.PUBLIC else abort(404)


def public_event_at(url: str) -> Event | None:
    """Return the public event of any campaign whose page on this installation has this address."""
    path = url.removeprefix(f"{address.base()}/") if url.startswith(f"{address.base()}/") else ""
    found = EVENT_PATH.fullmatch(path)
    event = _event(found[1], int(found[2]), found[3]) if found else None
    if event is None or event.edition.campaign.withdrawn_at or event.edition.status not in edition_rules.SHOWN:
        return None
    return event if event.status in event_rules.PUBLIC else None


def public_series(campaign: str, slug: str) -> Series:
    """Return a series of a campaign."""
    found = public_campaign(campaign)
    present = slices.current_names(found, Slice(series=slug))
    if present is None:
        abort(410)
    named = select(Series).where(Series.campaign_id == found.id, Series.slug == present.series)
    return db.session.scalar(named) or abort(404)


def public_invitation(event: Event, token: str) -> Invitation:
    """Return the invitation that a link carries; one that is used up, closed or too old isn't there either."""
    found = invitations.by_token(event, token)
    return found if found and invitations.is_usable(found, now=datetime.now(UTC)) else abort(404)


def own_registration(token: str) -> Registration:
    """Return the registration whose secret address this is."""
    return registrations.by_token(token) or abort(404)


def own_host(token: str) -> Host:
    """Return the host whose secret address this is."""
    return hosts.by_token(token) or abort(404)


def hosted_event(host: Host, year: int, slug: str) -> Event:
    """Return an event that the host carries out."""
    of_year = select(Event).join(Edition).where(Event.host_id == host.id, Edition.year == year, Event.slug == slug)
    return db.session.scalar(of_year) or abort(404)


def own_renewal(host: Host, year: int, slug: str) -> Renewal:
    """Return what a host is asked for a year's edition about an event of the year before."""
    asked = select(Renewal).join(Edition, Edition.id == Renewal.edition_id).join(Event, Event.id == Renewal.event_id)
    theirs = asked.where(Renewal.host_id == host.id, Edition.year == year, Event.slug == slug)
    return db.session.scalar(theirs) or abort(404)


def public_report(campaign: str, year: int) -> Edition:
    """Return an edition whose report the public may see."""
    found = public_edition(campaign, year)
    return found if found.reported_at else abort(404)


def public_photo(name: str) -> Photo:
    """Return a photo of a year's report that the public may see."""
    return reports.public_photo(name) or abort(404)


def hosted_report(event: Event) -> Report:
    """Return what the host told of their event."""
    return reports.of_event(event) or abort(404)


def hosted_photo(event: Event, name: str) -> Photo:
    """Return a photo of what the host told of their event."""
    return reports.photo_of(hosted_report(event), name) or abort(404)


def managed_report(year: int, event: str) -> Report:
    """Return what was told of a managed event."""
    return reports.of_event(managed_event(year, event)) or abort(404)


def managed_photo(year: int, event: str, name: str) -> Photo:
    """Return a photo of what was told of a managed event."""
    return reports.photo_of(managed_report(year, event), name) or abort(404)


def public_book(slug: str) -> Campaign:
    """Return the campaign whose book of remembrance an address names; 404 where there is none to look at."""
    found = public_campaign(slug)
    return found if tributes.has_book(found) else abort(404)


def own_tribute(token: str) -> Tribute:
    """Return the tribute whose secret address this is."""
    return tributes.by_token(token) or abort(404)


def own_door(token: str) -> DoorLink:
    """Return the link to a door whose secret address this is; one that was revoked is 404."""
    return doors.by_token(token) or abort(404)


def managed_door(event: Event, number: int) -> DoorLink:
    """Return one of the links to a managed event's door, by its place in their order."""
    return doors.by_number(event, number) or abort(404)


def member(campaign: str) -> Member:
    """Return the signed-in person's membership in a campaign."""
    found = select(Member).join(Campaign).where(Campaign.slug == campaign, Member.user_id == current_user.id)
    return db.session.scalar(found) or abort(404)


def managed_campaign() -> Campaign:
    """Return the campaign of the address, whose member `requires` has found."""
    found: Member = g.member
    return found.campaign


def managed_edition(year: int) -> Edition:
    """Return any edition of the managed campaign."""
    return _edition(managed_campaign().slug, year) or abort(404)


def managed_year(year: int) -> Edition | None:
    """Return the managed campaign's edition of a year, None while nobody set it up; 404 for no possible year."""
    return abort(404) if year not in YEARS else _edition(managed_campaign().slug, year)


def managed_event(year: int, slug: str) -> Event:
    """Return any event of the managed campaign; a coordinator's only in their countries."""
    edition = managed_edition(year)
    found = db.session.scalar(select(Event).where(Event.edition_id == edition.id, Event.slug == slug)) or abort(404)
    if not proposed_events.is_in_sight(found):
        abort(404)
    check_country(found.country)
    return found


def managed_question(year: int, event: str, number: int) -> Question:
    """Return a question that the managed event's form asks now."""
    asked = managed_event(year, event).questions
    return next((question for question in asked if question.id == number), None) or abort(404)


def managed_api_token(number: int) -> ApiToken:
    """Return one of the signed-in member's own secrets for programs."""
    own = select(ApiToken).where(ApiToken.id == number, ApiToken.member_id == g.member.id)
    return db.session.scalar(own) or abort(404)


def managed_template(number: int) -> QuestionTemplate:
    """Return a question that the managed campaign keeps."""
    return question_library.by_id(managed_campaign(), number) or abort(404)


def managed_invitation(year: int, event: str, token: str) -> Invitation:
    """Return an invitation to a managed event, whatever became of it."""
    return invitations.by_token(managed_event(year, event), token) or abort(404)


def managed_registration(year: int, event: str, code: str) -> Registration:
    """Return the registration of a managed event by the letters of its ticket."""
    return registrations.by_code(managed_event(year, event), code) or abort(404)


def managed_message(event: Event, number: int) -> Message:
    """Return a mail about a managed event."""
    return mail_log.by_number(event, number) or abort(404)


def managed_letter(year: int, number: int) -> Letter:
    """Return a letter of the managed campaign's year; a coordinator's only if it stays in their countries."""
    edition = managed_edition(year)
    found = db.session.scalar(select(Letter).where(Letter.edition_id == edition.id, Letter.id == number)) or abort(404)
    check_country(found.reaches)
    return found


def own_countries() -> list[str] | None:
    """Return the countries to which the member of this request is limited; None for one who may act everywhere."""
    found: Member = g.member
    return _countries() if found.role is Role.COORDINATOR else None


def check_country(country: str | None) -> None:
    """Refuse a coordinator whose countries don't include this one."""
    if not may_act_in(country):
        abort(403)


def may_act_in(country: str | None) -> bool:
    """Return whether the member of this request may act in a country."""
    return covers_country(g.member.role, _countries(), country)


def managed_proposal(year: int, number: int) -> Proposal:
    """Return a proposal of the managed campaign's year that its host has confirmed; a coordinator's only in theirs."""
    found = proposal_queue.by_number(managed_edition(year), number) or abort(404)
    check_country(found.country)
    return found


def managed_me() -> Member:
    """Return the membership of whoever asks, which `requires` has found."""
    found: Member = g.member
    return found


def managed_member(number: int) -> Member:
    """Return a member of the managed campaign."""
    found = select(Member).where(Member.campaign_id == managed_campaign().id, Member.id == number)
    return db.session.scalar(found) or abort(404)


def managed_member_invitation(number: int) -> MemberInvitation:
    """Return an invitation to the managed campaign that is still open."""
    return member_invitations.by_number(managed_campaign(), number) or abort(404)


def own_member_invitation(token: str) -> MemberInvitation:
    """Return the invitation to become an organizer whose secret address this is, as long as it holds."""
    return member_invitations.by_token(token, now=datetime.now(UTC)) or abort(404)


def own_proposal(token: str, year: int, slug: str) -> Proposal:
    """Return what a host proposed of an event of theirs, by the host's secret address."""
    return proposals.newest(hosted_event(own_host(token), year, slug)) or abort(404)


def _countries() -> list[str]:
    """Return where the member of this request may act as a coordinator, absent colleagues' countries included."""
    known: tuple[Member, list[str]] | None = g.get("countries")
    if known is None or known[0] is not g.member:
        known = g.member, coordinators.countries_of(g.member, today=datetime.now(UTC).date())
        g.countries = known
    return known[1]


def _campaign(slug: str) -> Campaign:
    found = db.session.scalar(select(Campaign).where(Campaign.slug == slug)) or campaigns.by_former_slug(slug)
    return abort(404) if found is None else abort(410) if found.withdrawn_at else found


def _edition(campaign: str, year: int) -> Edition | None:
    if year not in YEARS:
        return None
    found = select(Edition).join(Campaign).where(Campaign.slug == campaign, Edition.year == year)
    return db.session.scalar(found)


def _event(campaign: str, year: int, slug: str) -> Event | None:
    """Return an event with its edition and campaign, by one query: most pages of strangers begin with it."""
    if year not in YEARS:
        return None
    return db.session.scalar(EVENT, {"campaign": campaign, "year": year, "event": slug})
