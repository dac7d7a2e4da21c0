"""How a door's device and the server tell each other what happened: JSON, in which nothing is taken on trust."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue

from campaign.db import unit_of_work
from campaign.domain import checkin as rules
from campaign.domain.registration import ENDED, PARTY_LIMIT
from campaign.domain.text import tidy_line
from campaign.models import Registration
from campaign.services import checkin
from campaign.services.checkin import Answer, Showing
from campaign.web.checkin import Door

BATCH_LIMIT = 200
TICKET_LIMIT = 64


@dataclass(frozen=True)
class Sent:
    """What a device sent: what it has seen, and since when it knows nothing new."""

    showings: Sequence[Showing]
    since: datetime | None
    """None asks for the whole list."""
    look: str | None
    """A ticket that the device doesn't know."""


def sync(door: Door, *, with_people: bool = True) -> ResponseReturnValue:
    """Take what a device kept, and tell it what it doesn't know; 422 for what no device of ours sends."""
    now = datetime.now(UTC)
    try:
        sent = _read(request.get_json(silent=True), now=now)
    except (KeyError, TypeError, ValueError, OverflowError):
        return {"needs": "scans"}, 422
    takes_list = with_people and sent.since is None
    answers: list[Answer] = []
    if sent.showings or takes_list:
        with unit_of_work():
            answers = checkin.take(door.event, sent.showings, now=now)
            if takes_list:
                link = door.link.id if door.link else None
                checkin.note_look(door.event, way="door", actor=door.actor, link=link, now=now)
    return _told(door, sent, answers, with_people=with_people, now=now)


def _told(door: Door, sent: Sent, answers: Sequence[Answer], *, with_people: bool, now: datetime) -> dict[str, object]:
    known = checkin.news(door.event, since=sent.since) if sent.since else checkin.everybody(door.event)
    counts = checkin.counts(door.event)
    return {
        "at": now.isoformat(),
        "until": door.until.isoformat(),
        "here": counts.here,
        "expected": counts.expected,
        "people": [_person(one) for one in known] if with_people else [],
        "answers": [_answer(one) for one in answers],
        "looked": _answer(checkin.look(door.event, sent.look)) if sent.look and with_people else None,
    }


def _person(registration: Registration) -> dict[str, object]:
    """Return what a door needs of somebody; no name where there is nobody to let in any more."""
    return {
        "ticket": checkin.ticket_key(registration.ticket),
        "code": registration.code,
        "name": "" if registration.status in ENDED else registration.name,
        "party": registration.party_size,
        "come": registration.attended_size,
        "at": registration.attended_at.isoformat() if registration.attended_at else None,
        "refusal": rules.refusal(registration.status),
    }


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.id,
        "outcome": answer.outcome,
        "people": answer.people,
        "elsewhere": answer.is_from_elsewhere,
        "person": _person(answer.registration) if answer.registration else None,
    }


def _read(sent: object, *, now: datetime) -> Sent:
    """Return what was sent; KeyError, TypeError or ValueError for anything but the one form it has."""
    if not isinstance(sent, dict):
        raise TypeError("sent")
    raw, since, look = sent["scans"], sent["since"], sent["look"]
    if not isinstance(raw, list) or len(raw) > BATCH_LIMIT:
        raise ValueError("scans")
    device, sent_at = _uuid(sent["device"]), _instant(sent["sent_at"])
    showings = [_showing(one, device=device, sent_at=sent_at, now=now) for one in raw]
    return Sent(
        showings=showings,
        since=None if since is None else max(_instant(since), now - rules.OLDEST),
        look=None if look is None else _ticket(look),
    )


def _showing(raw: dict[str, object], *, device: str, sent_at: datetime, now: datetime) -> Showing:
    people, undoes = raw["people"], raw["undoes"]
    if type(people) is not int or not 0 <= people <= PARTY_LIMIT or (people == 0) != (undoes is not None):
        raise ValueError("people")
    return Showing(
        id=_uuid(raw["id"]),
        ticket=_ticket(raw["ticket"]),
        people=people,
        at=rules.on_our_clock(_instant(raw["at"]), sent_at=sent_at, now=now),
        door=device,
        undoes=None if undoes is None else _uuid(undoes),
    )


def _ticket(raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > TICKET_LIMIT:
        raise ValueError("ticket")
    return tidy_line(raw)


def _uuid(raw: object) -> str:
    return str(uuid.UUID(str(raw)))


def _instant(raw: object) -> datetime:
    found = datetime.fromisoformat(str(raw))
    if found.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return found.astimezone(UTC)
