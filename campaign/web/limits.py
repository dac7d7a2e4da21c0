"""How much one request may hold, and how often the public may do what sends mail or tries passwords."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, request
from flask_login import current_user

from campaign.db import Base, part_of_work, unit_of_work
from campaign.domain import limit as rules
from campaign.domain.errors import Refused
from campaign.domain.limit import Limit
from campaign.keys import address_hash
from campaign.models import Event
from campaign.services import hosts
from campaign.web import challenge, tally
from campaign.web.tally import Counted

TRY_AGAIN = frozenset({"form-too-quick", "form-too-old", "proof-missing", "proof-too-early"})
"""Refusals after which the same form, sent once more, is taken."""
ACCOUNT_LIMITS: Mapping[str, Limit] = {
    "security.login": rules.SIGNING_IN_FROM_NETWORK,
    "security.forgot_password": rules.PASSWORDS_FROM_NETWORK,
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aim:
    """What the limits know of what somebody sends a form for, read before a unit of work begins."""

    subject: challenge.Subject
    """The event that somebody registers for, or the name of another form."""
    limit: Limit
    """How often everybody together may."""
    is_attacked: bool
    from_network: Limit = rules.REGISTERING_FROM_NETWORK


def room_for_organizers(size: int) -> Callable[[str | None, dict[str, object] | None], None]:
    """Return what lets whoever is signed in send so many bytes; a blueprint runs it before anything reads the form."""

    def make_room(endpoint: str | None, values: dict[str, object] | None) -> None:
        if current_user.is_authenticated:
            request.max_content_length = request.max_form_memory_size = size

    return make_room


def room_for_hosts(size: int, *, endpoint: str) -> Callable[[str | None, dict[str, object] | None], None]:
    """Return what lets whoever holds a host's link send so many bytes to one endpoint, before anything reads them."""

    def make_room(called: str | None, values: dict[str, object] | None) -> None:
        if called == endpoint and hosts.by_token(str((values or {}).get("token", ""))):
            request.max_content_length = size

    return make_room


def form_notes(event: Event) -> challenge.Notes:
    """Return what the registration form carries hidden; only reads."""
    return notes_for(_aim(event))


def notes_for(aim: Aim) -> challenge.Notes:
    """Return what a form of the public carries hidden; only reads."""
    now = datetime.now(UTC)
    return challenge.notes(aim.subject, asks_proof=_asks_proof(aim, now=now), now=now)


def registering(event: Event, email: str, *, others: Sequence[Event] = ()) -> AbstractContextManager[None]:
    """Register somebody inside, as `sending` has it; what is registered for beside the event counts there, too."""
    aims = [_aim(one) for one in (event, *others)]
    return sending(aims, email, keeping=(event.edition, event.edition.campaign))


@contextmanager
def sending(aims: Sequence[Aim], email: str | None = None, *, keeping: Sequence[Base] = ()) -> Iterator[None]:
    """Do inside what a form of the public asks for, in a unit of work that counts it: that stays, whatever is refused.

    Where the address may have no more mail, it is only rehearsed, so that the answer and its time are the same:
    how often others wrote to it today is nobody's business. Without an address no mail is counted. Raises
    Refused("form-too-quick"), ("form-too-old"), ("proof-missing"), ("proof-too-early") or ("too-many", minutes=…),
    and what is raised inside.
    """
    now = datetime.now(UTC)
    if not is_exempt():
        challenge.check_pace(now=now)
    asks_proof = _asks_proof(aims[0], now=now)
    with unit_of_work(keeping=keeping):
        try:
            with part_of_work(keep=_let_in(aims, email, asks_proof=asks_proof, now=now)):
                yield
        except Refused as error:
            refused = error
        else:
            return
    raise refused


def may_be_mailed(limit: Limit, email: str, *, now: datetime) -> bool:
    """Count one mail to an address, in a unit of work; return whether it is not one too many."""
    return is_exempt() or not limit.is_exceeded(*tally.add((limit, address_hash(email).hex()), now=now))


def check_account_form() -> None:
    """Count one sending of a form that tries a password or asks for a mail; raises Refused("too-many", minutes=…)."""
    limit = ACCOUNT_LIMITS.get(request.endpoint or "")
    if limit is not None and request.method == "POST":
        check_network(limit)


def check_network(limit: Limit) -> None:
    """Count one try from this network; raises Refused("too-many", minutes=…)."""
    if is_exempt():
        return
    now, wanted = datetime.now(UTC), (limit, _network())
    with unit_of_work():
        counts = tally.add(wanted, now=now)
    _check([wanted], counts, now=now)


def status(refused: Refused) -> tuple[int, dict[str, str]]:
    """Return the status and headers of a page that shows a refused form again."""
    if refused.code == "too-many":
        return 429, {"Retry-After": str(60 * int(str(refused.facts["minutes"])))}
    return (422 if refused.code in TRY_AGAIN else 409), {}


def is_exempt() -> bool:
    """Return whether this request comes from the machine itself while somebody develops, measures or tests there."""
    is_development: bool = current_app.config["SETTINGS"].is_development
    return is_development and rules.is_this_machine(request.remote_addr or "")


def _aim(event: Event) -> Aim:
    is_attacked = event.edition.campaign.attack_mode_at is not None
    return Aim(event.id, rules.registering_at_event(event.capacity), is_attacked)


def _let_in(aims: Sequence[Aim], email: str | None, *, asks_proof: bool, now: datetime) -> bool:
    """Count the wish and look at the proof where one is asked; return whether the address may have one more mail."""
    at_network = (aims[0].from_network, _network())
    at_subjects = [(aim.limit, str(aim.subject)) for aim in sorted(aims, key=lambda aim: str(aim.subject))]
    if asks_proof:
        # One after the other: a flood without proofs must not close the event for people.
        _count(at_network, now=now)
        challenge.check(aims[0].subject, now=now)
        _count(*at_subjects, now=now)
        return email is None or may_be_mailed(rules.MAILS_TO_ADDRESS, email, now=now)
    if is_exempt():
        return True
    mails = [(rules.MAILS_TO_ADDRESS, address_hash(email).hex())] if email else []
    wanted = (at_network, *at_subjects)
    counts = tally.add(*wanted, *mails, now=now)
    _check(wanted, counts[: len(wanted)], now=now)
    return not any(map(rules.MAILS_TO_ADDRESS.is_exceeded, counts[len(wanted) :]))


def _asks_proof(aim: Aim, *, now: datetime) -> bool:
    """Return whether the form asks for a proof now: under attack, or once more than half of a limit is used."""
    if aim.is_attacked or is_exempt():
        return aim.is_attacked
    at_network, at_subject = tally.look((aim.from_network, _network()), (aim.limit, str(aim.subject)), now=now)
    return aim.from_network.is_near(at_network + 1) or aim.limit.is_near(at_subject)


def _count(*wanted: Counted, now: datetime) -> None:
    """Count each once more, provided that this request is counted; raises Refused("too-many", minutes=…)."""
    if not is_exempt():
        _check(wanted, tally.add(*wanted, now=now), now=now)


def _check(wanted: Sequence[Counted], counts: Sequence[int], *, now: datetime) -> None:
    """Refuse what was done once too often ("too-many", minutes=…)."""
    for (limit, _whose), count in zip(wanted, counts, strict=True):
        if limit.is_exceeded(count):
            hint = "; is TRUSTED_PROXIES set?" if rules.is_this_machine(request.remote_addr or "") else ""
            log.warning("the limit %s is reached%s", limit.name, hint)
            raise Refused("too-many", minutes=-(-(limit.ends(now) - now).seconds // 60))


def _network() -> str:
    return rules.network(request.remote_addr or "")
