"""The command that checks calendars: what it says, and how it ends."""

from datetime import datetime

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from campaign.db import db, unit_of_work
from campaign.demo.load import load, samples
from campaign.models import Entry, Event
from campaign.services import campaigns, members
from tests import servers
from tests.make import Maker


@pytest.fixture
def run(app: Flask):
    """Return what runs the command."""

    def run(*options: str) -> Result:
        return app.test_cli_runner().invoke(args=["feeds", "check", *options])

    return run


def spoil(event: Event, old: bytes, new: bytes) -> None:
    """Change a stored entry behind everybody's back."""
    entry = db.session.get_one(Entry, (event.id, "en"))
    assert old in entry.body
    with unit_of_work():
        body = entry.body.replace(old, new)
        db.session.execute(update(Entry).where(Entry.event_id == event.id, Entry.language == "en").values(body=body))
        campaigns.touch(event.edition.campaign, now=event.created_at)


def test_the_sample_campaigns_have_nothing_wrong(run, app: Flask, now: datetime) -> None:
    with unit_of_work():
        owner = members.create_user("organizer@example.org", password_hash=None, may_create_campaigns=True, now=now)
        for sample in samples():
            load(sample, owner=owner, now=now)
    result = run()
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    feeds, entries, findings = (int(part.split()[0]) for part in line.split(", "))
    assert feeds > 100
    assert entries > feeds
    assert findings == 0


def test_check(run, make: Maker) -> None:
    make.event()
    result = run()
    assert (result.exit_code, result.stdout) == (0, "12 feeds, 12 entries, 0 findings\n")


def test_no_campaigns(run, app: Flask) -> None:
    assert run().stdout == "0 feeds, 0 entries, 0 findings\n"


def test_a_spoilt_entry(run, make: Maker) -> None:
    event = make.event()
    spoil(event, b"TRANSP:OPAQUE", b"TRANSP:OPAQUE\r\nRRULE:FREQ=YEARLY")
    result = run()
    address, sentence, last = result.stdout.splitlines()
    assert result.exit_code == 1
    assert address.endswith("/feeds/khojaly.ics")
    assert f"entry {event.uid}: The entry recurs by a rule; Outlook knows only some rules." in sentence
    assert last == "12 feeds, 12 entries, 1 findings"


def test_a_damaged_entry(run, make: Maker) -> None:
    event = make.event()
    spoil(event, b"END:VEVENT", b"END:VEV")
    result = run()
    assert result.exit_code == 1
    assert f"    entry {event.uid}: The stored entry is damaged and left out" in result.stdout
    assert result.stdout.endswith("12 feeds, 6 entries, 1 findings\n")


def test_one_campaign(run, make: Maker) -> None:
    spoil(make.event(), b"END:VEVENT", b"END:VEV")
    make.campaign("another")
    assert run("--campaign", "another").stdout == "2 feeds, 0 entries, 0 findings\n"
    assert run("--campaign", "khojaly").exit_code == 1


def test_a_campaign_that_does_not_exist(run, app: Flask) -> None:
    result = run("--campaign", "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no campaign 'nowhere'." in result.stderr


def test_over_http_when_nobody_answers(run, make: Maker) -> None:
    make.campaign()
    result = run("--http")
    assert result.exit_code == 1
    assert result.stdout.count("Nothing answers at this address") == 2
    assert result.stdout.endswith("2 feeds, 0 entries, 2 findings\n")


def test_over_http(environment: dict[str, str], app: Flask, make: Maker, run) -> None:
    make.event()
    with servers.site(environment):
        result = run("--http")
    assert (result.exit_code, result.stdout) == (0, "12 feeds, 12 entries, 0 findings\n")
