"""How events went: their hosts tell it with photos, a coordinator looks at it, and the public sees what was checked."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, lazyload, selectinload, undefer

from campaign.db import db, lock
from campaign.domain import edition as edition_rules
from campaign.domain import event as event_rules
from campaign.domain import report as rules
from campaign.domain.report import Status
from campaign.models import Campaign, Edition, Event, Photo, Report, User
from campaign.services import audit, hosts


def of_event(event: Event) -> Report | None:
    """Return what was told of an event."""
    return db.session.scalar(select(Report).where(Report.event_id == event.id))


def over_at(event: Event) -> datetime:
    """Return from when on the event is over."""
    return rules.over_at(ends_at=event.ends_at, starts_at=event.starts_at, last_day=event.edition.last_day)


def took_place(event: Event, *, now: datetime) -> bool:
    """Return whether the event was held: public, not cancelled, and over."""
    return event.status is event_rules.Status.PUBLISHED and over_at(event) <= now


def check_open(event: Event, *, now: datetime) -> None:
    """Refuse telling of an event that can't be told of ("report-not-held", "report-not-yet", "year-archived")."""
    rules.check_open(
        is_held=event.status is event_rules.Status.PUBLISHED,
        over_at=over_at(event),
        is_archived=event.edition.status is edition_rules.Status.ARCHIVED,
        now=now,
    )


def tell(event: Event, *, came: int, words: str, language: str, now: datetime) -> Report:
    """Store what the host tells, in place of what was told before; a coordinator looks at it (again)."""
    lock(event)
    check_open(event, now=now)
    report = of_event(event)
    if report is None:
        report = Report(event=event, status=Status.SENT, sent_at=now)
        db.session.add(report)
    else:
        _send_again(report, now=now)
    report.came, report.words, report.language = came, words, language
    db.session.flush()
    audit.record("tell", report, campaign=event.edition.campaign, actor=None, now=now)
    return report


def add_photo(report: Report, body: bytes, *, width: int, height: int, caption: str, now: datetime) -> Photo:
    """Add a photo whose recognisable people agreed; raises Refused("too-many-photos")."""
    check_open(report.event, now=now)
    lock(report)
    rules.check_room(db.session.scalars(select(func.count(Photo.id)).where(Photo.report_id == report.id)).one())
    name = secrets.token_hex(16)
    photo = Photo(name=name, body=body, width=width, height=height, caption=caption, agreed_at=now, is_left_out=False)
    report.photos.append(photo)
    _send_again(report, now=now)
    db.session.flush()
    audit.record("add-photo", report, campaign=report.event.edition.campaign, actor=None, now=now)
    return photo


def remove_photo(photo: Photo, *, now: datetime) -> None:
    """Delete a photo for good, also of an archived year: somebody in it may have changed their mind."""
    report = photo.report
    report.photos.remove(photo)
    db.session.flush()
    audit.record("remove-photo", report, campaign=report.event.edition.campaign, actor=None, now=now)


def leave_out(photo: Photo, *, is_left_out: bool, actor: User | None, now: datetime) -> None:
    """Keep a photo out of the year's report, or let it in again."""
    photo.is_left_out = is_left_out
    action = "leave-out-photo" if is_left_out else "take-in-photo"
    audit.record(action, photo.report, campaign=photo.report.event.edition.campaign, actor=actor, now=now)


def check(report: Report, *, actor: User | None, now: datetime) -> None:
    """Say that the year's report may show what was told; raises Refused("report-move")."""
    lock(report)
    rules.check_move(report.status, Status.CHECKED)
    report.status, report.checked_at, report.checked_by_id = Status.CHECKED, now, actor.id if actor else None
    report.question = None
    audit.record("check", report, campaign=report.event.edition.campaign, actor=actor, now=now)


def send_back(report: Report, question: str, *, actor: User | None, now: datetime) -> None:
    """Ask the host for something else, by mail; raises Refused("report-move")."""
    lock(report)
    rules.check_move(report.status, Status.RETURNED)
    report.status, report.question, report.checked_at, report.checked_by_id = Status.RETURNED, question, None, None
    event = report.event
    if event.host is not None:
        key = f"report-returned:{report.id}:{report.lock_version}"
        hosts.write("report-returned", event.host, key=key, event=event, now=now, question=question)
    audit.record("send-back", report, campaign=event.edition.campaign, actor=actor, now=now)


def of_edition(edition: Edition, *, countries: Sequence[str] | None) -> list[Report]:
    """Return what was told of a year's events with their photos, without the pictures themselves."""
    told = select(Report).join(Report.event).where(Event.edition_id == edition.id)
    if countries is not None:
        told = told.where(Event.country.in_(countries))
    events = contains_eager(Report.event)
    rows = told.options(events.lazyload(Event.language_rows), events.lazyload(Event.tag_rows))
    return list(db.session.scalars(rows.options(selectinload(Report.photos)).order_by(Report.sent_at, Report.id)))


def silent(edition: Edition, *, countries: Sequence[str] | None, now: datetime) -> list[tuple[str | None, int]]:
    """Return the countries whose events took place and weren't told of, with how many there are."""
    over = func.coalesce(Event.ends_at, Event.starts_at)
    untold = ~select(Report.id).where(Report.event_id == Event.id).exists()
    held = (Event.edition_id == edition.id) & (Event.status == event_rules.Status.PUBLISHED) & (over <= now)
    rows = select(Event.country, func.count()).where(held, untold).group_by(Event.country)
    if countries is not None:
        rows = rows.where(Event.country.in_(countries))
    return [(code, count) for code, count in db.session.execute(rows)]


def public_photo(name: str) -> Photo | None:
    """Return a photo that the public may see, with its picture."""
    shown = select(Photo).join(Photo.report).join(Report.event).join(Event.edition).join(Edition.campaign)
    return db.session.scalar(shown.where(Photo.name == name, *is_public()).options(undefer(Photo.body)))


def photo_of(report: Report, name: str) -> Photo | None:
    """Return one of a report's photos, with its picture."""
    own = select(Photo).where(Photo.report_id == report.id, Photo.name == name)
    return db.session.scalar(own.options(undefer(Photo.body), lazyload("*")))


def is_public() -> tuple[ColumnElement[bool], ...]:
    """Return what holds of photos, with their reports, events, editions and campaigns, that the public sees."""
    return (
        Photo.is_left_out.is_(False),
        Report.status == Status.CHECKED,
        Event.status == event_rules.Status.PUBLISHED,
        Edition.reported_at.is_not(None),
        Edition.status.in_(edition_rules.SHOWN),
        Campaign.withdrawn_at.is_(None),
    )


def _send_again(report: Report, *, now: datetime) -> None:
    """Put a report that was checked or returned before a coordinator once more."""
    if report.status is not Status.SENT:
        rules.check_move(report.status, Status.SENT)
        report.status = Status.SENT
    report.sent_at, report.checked_at, report.checked_by_id = now, None, None
