"""Somebody who asked to be forgotten, at an event or as a host, as a line of text that tells nobody who it was."""

from dataclasses import dataclass
from datetime import datetime

HOST = "host:"


@dataclass(frozen=True)
class Erased:
    """Whom an event forgot, and when: what was registered later is kept."""

    event: str
    """The event's UID, which a backup and the present database share; for a host, `of_host`."""
    email_hash: bytes
    """Keyed: without the key nobody can try addresses out on it."""
    at: datetime


def of_host(campaign: str) -> str:
    """Return what stands in place of an event's UID for a host of a campaign, by its slug."""
    return f"{HOST}{campaign}"


def campaign_of(erased: Erased) -> str | None:
    """Return the slug of the campaign whose host was erased; None for somebody who was erased at an event."""
    return erased.event.removeprefix(HOST) if erased.event.startswith(HOST) else None


def line(erased: Erased) -> str:
    """Return moment, hash in hex and UID, with spaces between them."""
    return f"{erased.at.isoformat()} {erased.email_hash.hex()} {erased.event}"


def parse(text: str) -> Erased | None:
    """Return what a line says; None for one that was not written to its end."""
    at, _space, rest = text.strip().partition(" ")
    digest, _space, event = rest.partition(" ")
    try:
        moment, email_hash = datetime.fromisoformat(at), bytes.fromhex(digest)
    except ValueError:
        return None
    return Erased(event, email_hash, moment) if event and len(email_hash) == 32 and moment.tzinfo else None
