"""How much one request may hold, and how often the public may do what sends mail or tries passwords."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, request
from flask_login import current_user

from campaign.db import unit_of_work
from campaign.domain import limit as rules
from campaign.domain.errors import Refused
from campaign.domain.limit import Limit
from campaign.keys import address_hash
from campaign.models import Event
from campaign.services import hosts
from campaign.web import challenge, tally

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
    return challenge.notes(aim.subject, asks_proof=_asks_proof(aim, *_counts(aim, now=now)), now=now)


def check_form(aim: Aim) -> None:
    """Count one sending of a form that sends no mail; refuses as `let_register` does."""
    now = datetime.now(UTC)
    if not is_exempt():
        challenge.check_pace(now=now)
    elif not aim.is_attacked:
        return
    with unit_of_work():
        refused = _refusal(aim, (), now=now)
    if refused:
        raise refused


def let_register(event: Event, email: str, *, others: Sequence[Event] = ()) -> bool:
    """Count one wish to register, apart from what becomes of it; return whether the address may have one more mail.

    Where it may not, registering is only to be rehearsed, so that the answer and its time are the same: how often
    others wrote to an address today is nobody's business. What is registered for beside the event counts there, too.
    Raises Refused("form-too-quick"), ("form-too-old"), ("proof-missing"), ("proof-too-early") or
    ("too-many", minutes=…).
    """
    return let_mail(_aim(event), email, beside=[_aim(one) for one in others])


def let_mail(aim: Aim, email: str, *, beside: Sequence[Aim] = ()) -> bool:
    """Count one sending of a form that sends a mail; return and refuse as `let_register` does."""
    now = datetime.now(UTC)
    if not is_exempt():
        challenge.check_pace(now=now)
    elif not aim.is_attacked:
        return True
    with unit_of_work():  # of its own: what is counted stays, whatever is refused
        refused = _refusal(aim, beside, now=now)
        has_room = refused is None and may_be_mailed(rules.MAILS_TO_ADDRESS, email, now=now)
    if refused:
        raise refused
    return has_room


def may_be_mailed(limit: Limit, email: str, *, now: datetime) -> bool:
    """Count one mail to an address, in a unit of work; return whether it is not one too many."""
    return is_exempt() or not limit.is_exceeded(tally.add(limit, address_hash(email).hex(), now=now))


def check_account_form() -> None:
    """Count one sending of a form that tries a password or asks for a mail; raises Refused("too-many", minutes=…)."""
    limit = ACCOUNT_LIMITS.get(request.endpoint or "")
    if limit is not None and request.method == "POST":
        check_network(limit)


def check_network(limit: Limit) -> None:
    """Count one try from this network; raises Refused("too-many", minutes=…)."""
    if is_exempt():
        return
    now = datetime.now(UTC)
    with unit_of_work():
        refused = _too_many(limit, _network(), now=now)
    if refused:
        raise refused


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


def _refusal(aim: Aim, beside: Sequence[Aim], *, now: datetime) -> Refused | None:
    """Count the network, look at the proof where one is asked, count the events; return what is against it."""
    if not is_exempt() and (refused := _too_many(aim.from_network, _network(), now=now)):
        return refused
    if _asks_proof(aim, *_counts(aim, now=now)) and (refused := challenge.refusal(aim.subject, now=now)):
        return refused
    if is_exempt():
        return None
    # Only what came so far: a flood without proofs must not close the event for people.
    counted = sorted((aim, *beside), key=lambda one: str(one.subject))
    return next(filter(None, (_too_many(one.limit, str(one.subject), now=now) for one in counted)), None)


def _asks_proof(aim: Aim, at_network: int, at_event: int) -> bool:
    is_near = aim.from_network.is_near(at_network) or aim.limit.is_near(at_event)
    return aim.is_attacked or is_near


def _counts(aim: Aim, *, now: datetime) -> tuple[int, int]:
    """Return how often this hour the network tried, and people registered for the event."""
    if is_exempt():
        return 0, 0
    wanted = (aim.from_network, _network()), (aim.limit, str(aim.subject))
    at_network, at_event = tally.look(wanted, now=now)
    return at_network, at_event


def _too_many(limit: Limit, subject: str, *, now: datetime) -> Refused | None:
    if not limit.is_exceeded(tally.add(limit, subject, now=now)):
        return None
    hint = "; is TRUSTED_PROXIES set?" if rules.is_this_machine(request.remote_addr or "") else ""
    log.warning("the limit %s is reached%s", limit.name, hint)
    return Refused("too-many", minutes=-(-(limit.ends(now) - now).seconds // 60))


def _network() -> str:
    return rules.network(request.remote_addr or "")
