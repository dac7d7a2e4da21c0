"""A process beside the one under test: it does to a campaign what each line on its standard input says."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.models import Campaign, Event
from campaign.services import campaigns, events
from tests.services.world import as_draft


def do(word: str, value: str) -> None:
    """Do one thing to the only campaign there is, or to its first event."""
    now = datetime.now(UTC)
    campaign = db.session.scalars(select(Campaign)).one()
    if word == "venue":
        event = db.session.scalars(select(Event).order_by(Event.id)).first()
        assert event is not None
        events.edit(event, replace(events.draft_of(event), venue=value), actor=None, now=now)
    elif word == "rename":
        campaigns.edit(campaign, replace(as_draft(campaign), slug=value), actor=None, now=now)
    elif word == "withdraw":
        campaigns.withdraw(campaign, actor=None, now=now)
    elif word == "restore":
        campaigns.restore(campaign, actor=None, now=now)
    elif word == "delete":
        db.session.delete(campaign)


def main() -> None:
    """Do what is said, and answer each line when it is done."""
    app = create_app()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        word, _space, value = line.strip().partition(" ")
        with app.app_context(), unit_of_work():
            do(word, value)
        print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
