"""A letter of organizers to registrants: who gets it."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from campaign.domain.errors import Refused
from campaign.domain.registration import Status

SUBJECT_LIMIT, BODY_LIMIT = 150, 10_000
QUIET = timedelta(hours=24)
"""How long an address is left alone after a letter."""


class Audience(StrEnum):
    """Which registrants a letter is for."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    ALL = "all"


_CONFIRMED = frozenset({Status.CONFIRMED, Status.ATTENDED})
_WAITING = frozenset({Status.WAITING, Status.OFFERED})
_REACHED = {Audience.CONFIRMED: _CONFIRMED, Audience.WAITING: _WAITING, Audience.ALL: _CONFIRMED | _WAITING}


def reached(audience: Audience) -> frozenset[Status]:
    """Return the states of registrations that the audience means: nobody whose address may be somebody else's."""
    return _REACHED[audience]


def check_written(subjects: Iterable[str], bodies: Iterable[str], *, default: str) -> None:
    """Refuse a letter without subject and text in the campaign's main language ("letter-incomplete")."""
    if default not in subjects or default not in bodies:
        raise Refused("letter-incomplete")
