"""The door: whom a ticket lets in, how many of a party, when a door's link holds, and a code however it was typed."""

import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from campaign.domain.moment import instant
from campaign.domain.registration import ENDED, Status
from campaign.domain.text import fold


class Outcome(StrEnum):
    """What became of a ticket that was shown."""

    LET_IN = "let-in"
    ALREADY_HERE = "already-here"
    NOT_CONFIRMED = "not-confirmed"
    WAITING = "waiting"
    ENDED = "ended"
    OTHER_EVENT = "other-event"
    UNKNOWN = "unknown"
    TAKEN_BACK = "taken-back"
    NOTHING_TO_TAKE_BACK = "nothing-to-take-back"


ADMITTED = frozenset({Status.CONFIRMED, Status.ATTENDED})
PIN_DIGITS = 6
PIN_TRIES = 10
"""So many wrong PINs in a row lock a door's link."""
NIGHT = timedelta(hours=6)
"""How long past midnight a day's door stays open: a concert may end late."""
LATE = timedelta(hours=24)
"""How much longer a device that had no network may send what it kept."""
OLDEST = timedelta(hours=48)

# Letters that are taken for one another, on paper, by ear, or on a keyboard of another alphabet.
ALIKE = dict(zip("OQDILZSBUGАСЕНКМРТХ", "00011258V6ACEHKMPTX", strict=True))
CODE_LENGTH = 8


def refusal(status: Status) -> Outcome | None:
    """Return why a registration in this state isn't let in; None where it is."""
    if status in ADMITTED:
        return None
    if status in ENDED:
        return Outcome.ENDED
    return Outcome.WAITING if status is Status.WAITING else Outcome.NOT_CONFIRMED


def admit(*, party: int, come: int, wanted: int) -> int:
    """Return how many of those who are wanted in still have a place of their party's."""
    return max(0, min(wanted, party - come))


def first_arrival(known: datetime | None, at: datetime) -> datetime:
    """Return since when a party is here, whichever door tells of it first."""
    return min(known, at) if known else at


def on_our_clock(at: datetime, *, sent_at: datetime, now: datetime) -> datetime:
    """Return when a ticket was shown, by our clock, from the device's: never ahead, at most two days ago."""
    return max(min(at + (now - sent_at), now), now - OLDEST)


def opening(day: date, zone: str | None) -> tuple[datetime, datetime]:
    """Return from when until when the door's link of a day holds, as aware UTC."""
    zone = zone or "UTC"
    midnight = time()
    end = instant(datetime.combine(day + timedelta(days=1), midnight), zone) + NIGHT
    return instant(datetime.combine(day, midnight), zone), end


def code_key(typed: str) -> str:
    """Return what two spellings of one code have in common: no case, blanks or hyphens, letters alike as one."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    letters = (ALIKE.get(letter, _digit(letter)) for letter in plain if letter.isalnum())
    return "".join(letters)


def may_be_code(typed: str) -> bool:
    """Return whether what was typed has the length of a code."""
    return len(code_key(typed)) == CODE_LENGTH


def is_named(name: str, words: str) -> bool:
    """Return whether each of the words begins a part of the name, accents and case aside."""
    parts = fold(name).replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in fold(words).replace("-", " ").split())


def _digit(letter: str) -> str:
    """Return the ASCII digit of a digit in any script, any other letter as it is."""
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)
