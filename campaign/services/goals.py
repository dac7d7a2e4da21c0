"""How many events a campaign hopes for in a country of an edition."""

from datetime import datetime

from sqlalchemy import select

from campaign.db import db
from campaign.models import Edition, Goal, User
from campaign.services import audit


def of_edition(edition: Edition) -> dict[str, int]:
    """Return the edition's goals, by country."""
    rows = select(Goal.country, Goal.events).where(Goal.edition_id == edition.id)
    return {row.country: row.events for row in db.session.execute(rows)}


def put(edition: Edition, country: str, events: int | None, *, actor: User | None, now: datetime) -> None:
    """Say how many events the campaign hopes for in a country; None takes the goal away."""
    goal = db.session.get(Goal, (edition.id, country))
    if goal is not None and events is None:
        db.session.delete(goal)
    elif goal is not None and events is not None:
        goal.events = events
    elif events is not None:
        db.session.add(Goal(edition_id=edition.id, country=country, events=events))
    db.session.flush()
    audit.record("goal", edition, campaign=edition.campaign, actor=actor, now=now, country=country, events=events)
