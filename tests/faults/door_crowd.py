"""One of several doors at which the same people are let in at once; run by test_two_doors.

Waits for a line on standard input, lets two of each party in, each under an id that another door sends as well, then
one more under an id of its own, and prints how many came in. `--unguarded` takes the locks away, as in crowd.py.
"""

import sys
import uuid
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.models import Event, Registration
from campaign.services import checkin
from campaign.services.checkin import Showing
from tests.faults.crowd import take_the_guards_away

SPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def let_in(event: Event, ticket: str, id: str, people: int, door: str) -> int:
    """Show one ticket; return how many came in."""
    now = datetime.now(UTC)
    try:
        with unit_of_work():
            return checkin.take(event, [Showing(id, ticket, people, now, door)], now=now)[0].people
    except (IntegrityError, OperationalError):  # what only happens without the guards
        return 0


def main(event_id: int, door: int, *, is_guarded: bool) -> None:
    """Let everybody in, as fast as it goes."""
    if not is_guarded:
        take_the_guards_away()
        checkin.lock = lambda row: db.session.refresh(row)  # type: ignore[assignment]
    with create_app().app_context():
        event = db.session.get_one(Event, event_id)
        tickets = list(db.session.scalars(select(Registration.ticket).where(Registration.event_id == event_id)))
        db.session.rollback()
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        for ticket in tickets:
            let_in(event, ticket, str(uuid.uuid5(SPACE, f"{ticket}{door // 2}")), 2, f"door {door // 2}")
            let_in(event, ticket, str(uuid.uuid4()), 1, f"door {door}")
        print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), is_guarded="--unguarded" not in sys.argv)
