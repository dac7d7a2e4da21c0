"""A real calendar program that looks again takes exactly what changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign import config
from campaign.app import create_app
from campaign.db import unit_of_work
from campaign.services import events
from tests.browser.subscriber import Subscriber
from tests.make import Maker

YEAR = datetime.now(UTC).year + 1
EVENTS = 12


def test_first_all_then_nothing_then_one_at_a_time(
    site: str, environment: dict[str, str], readers: Path, tmp_path: Path
) -> None:
    with create_app(config.read(environment)).app_context():
        now = datetime.now(UTC)
        make = Maker(now - timedelta(hours=1))
        edition, start = make.edition(year=YEAR), datetime(YEAR, 2, 26, 18)
        made = [
            make.event(edition, name={"en": f"Evening {number}"}, starts=start, ends=start + timedelta(hours=2))
            for number in range(EVENTS)
        ]
        subscriber = Subscriber(readers, tmp_path / "subscriber", f"{site}/feeds/khojaly.ics")
        assert len(subscriber.sync()) == EVENTS
        assert subscriber.sync() == []
        with unit_of_work():
            events.edit(made[3], replace(events.draft_of(made[3]), venue="Another hall"), actor=None, now=now)
        assert len(subscriber.sync()) == 2  # it names items by what is in them: one goes, one comes
        assert "Another hall" in subscriber.list(f"{YEAR}-02-26", 1)
        with unit_of_work():
            events.withdraw(made[5], actor=None, now=now)
        assert len(subscriber.sync()) == 1
        assert "Evening 5 " not in subscriber.list(f"{YEAR}-02-26", 1)
        assert subscriber.sync() == []
