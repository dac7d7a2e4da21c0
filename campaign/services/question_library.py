"""The questions that a campaign keeps for its events."""

from datetime import datetime

from sqlalchemy import func, select

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.question import LIBRARY_LIMIT, Draft
from campaign.models import Campaign, Event, Question, QuestionTemplate, User
from campaign.services import audit, questions

KEPT = ("kind", "label", "help", "is_required", "options", "low", "high", "is_sensitive")


def of_campaign(campaign: Campaign) -> list[QuestionTemplate]:
    """Return what the campaign keeps, in the order of keeping."""
    kept = select(QuestionTemplate).where(QuestionTemplate.campaign_id == campaign.id).order_by(QuestionTemplate.id)
    return list(db.session.scalars(kept))


def by_id(campaign: Campaign, number: int) -> QuestionTemplate | None:
    """Return one that the campaign keeps."""
    kept = select(QuestionTemplate).where(QuestionTemplate.campaign_id == campaign.id, QuestionTemplate.id == number)
    return db.session.scalar(kept)


def keep(question: Question, *, actor: User | None, now: datetime) -> QuestionTemplate:
    """Keep a question for the campaign's other events; keeping it twice is once.

    Raises Refused("library-full"). Section, condition and places belong to the event, and stay there.
    """
    campaign = question.event.edition.campaign
    lock(campaign)
    values = {name: getattr(question, name) for name in KEPT}
    for one in of_campaign(campaign):
        if all(getattr(one, name) == value for name, value in values.items()):
            return one
    count = db.session.scalar(select(func.count()).where(QuestionTemplate.campaign_id == campaign.id))
    if count and count >= LIBRARY_LIMIT:
        raise Refused("library-full", limit=LIBRARY_LIMIT)
    template = QuestionTemplate(campaign_id=campaign.id, **values)
    db.session.add(template)
    audit.record("keep", template, campaign=campaign, actor=actor, now=now)
    return template


def take(event: Event, template: QuestionTemplate, *, actor: User | None, now: datetime) -> Question:
    """Ask a question of the library at the end of the event's form; refuses as `questions.add` does."""
    draft = Draft(
        kind=template.kind,
        label=template.label,
        help=template.help,
        is_required=template.is_required,
        options=tuple(template.options),
        low=template.low,
        high=template.high,
        is_sensitive=template.is_sensitive,
    )
    return questions.add(event, draft, actor=actor, now=now)


def forget(template: QuestionTemplate, *, campaign: Campaign, actor: User | None, now: datetime) -> None:
    """Keep a question no longer; events that took it go on asking it."""
    audit.record("forget", template, campaign=campaign, actor=actor, now=now)
    db.session.delete(template)
