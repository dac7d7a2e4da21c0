"""What a robot finds dear and a person hardly notices: some time before sending, and a proof of work or half a minute.

Each is a signed note in the form, so that showing it stores nothing; what is accepted once is spent.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import altcha
from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from campaign.domain.errors import Refused
from campaign.services import limits

QUICKEST = timedelta(seconds=2)
"""Nobody reads and fills in a form in less, unless the browser does it for them."""
OLDEST = timedelta(hours=12)
SOLVABLE_FOR = timedelta(hours=1)
WAIT = timedelta(seconds=30)
"""What those wait whose browser does no work for them."""
Subject = int | str
"""What a form is for: the number of an event, or the name of another form."""
ALGORITHM, COST, PREFIX = "PBKDF2/SHA-256", 5_000, "00"
"""256 tries on average, each of 5,000 rounds: about a second of a telephone, and 2 ms for us to check."""


@dataclass(frozen=True)
class Notes:
    """What a form carries hidden: when it was shown; where a proof is asked, the task and the note to wait with."""

    shown: str
    task: str | None = None
    waited: str | None = None


def notes(subject: Subject, *, asks_proof: bool, now: datetime) -> Notes:
    """Return the notes for a form that is shown; one that comes back keeps the hours of its first showing."""
    shown = request.form.get("shown", "")
    kept = shown if _read("shown", shown, now=now) else _sign("shown", now=now)
    if not asks_proof:
        return Notes(kept)
    waited = None
    if request.method == "POST":
        sent = request.form.get("waited", "")
        waited = sent if _waited(subject, now=now) else _sign("waited", *_asker(subject), now=now)
    return Notes(kept, _task(subject, now=now), waited)


def check_pace(*, now: datetime) -> None:
    """Refuse a form that was hardly looked at ("form-too-quick"), or is old or nobody's ("form-too-old")."""
    shown_at = _read("shown", request.form.get("shown", ""), now=now)
    if shown_at is None:
        raise Refused("form-too-old")
    if now - shown_at < QUICKEST:
        raise Refused("form-too-quick")


def check(subject: Subject, *, now: datetime) -> None:
    """Spend the proof that was sent, or the half minute that was waited ("proof-missing", "proof-too-early")."""
    solved = _solved(subject)
    if solved and limits.spend(_digest(solved), until=now + SOLVABLE_FOR):
        return
    waited_from = _waited(subject, now=now)
    if waited_from is None:
        raise Refused("proof-missing")
    if now - waited_from < WAIT:
        raise Refused("proof-too-early")
    named = json.dumps([*_asker(subject), waited_from.timestamp()])
    if not limits.spend(_digest(named), until=now + OLDEST):
        raise Refused("proof-missing")


def _task(subject: Subject, *, now: datetime) -> str:
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        key_prefix=PREFIX,
        expires_at=now + SOLVABLE_FOR,
        data={"for": subject},
        hmac_secret=_secret(),
    )
    return json.dumps(made.to_dict())


def _solved(subject: Subject) -> str | None:
    """Return the signature of the task that was solved, however its solution was written down.

    None unless the task is ours, for this form, and still of use.
    """
    sent = request.form.get("proof", "")
    if not sent or not altcha.verify_solution(sent, _secret()).verified:
        return None
    task = altcha.Payload.from_base64(sent).challenge
    return task.signature if task.parameters.data == {"for": subject} else None


def _waited(subject: Subject, *, now: datetime) -> datetime | None:
    """Return when this sending of the form was asked to wait."""
    return _read("waited", request.form.get("waited", ""), *_asker(subject), now=now)


def _asker(subject: Subject) -> tuple[Subject, str]:
    """Return what names one filling in of one form, so that no note can be taken to another."""
    return subject, request.form.get("submission", "")[:64]


def _sign(purpose: str, *facts: object, now: datetime) -> str:
    signed: str = _signer(purpose).dumps([*facts, round(now.timestamp(), 3)])
    return signed


def _read(purpose: str, note: str, *facts: object, now: datetime) -> datetime | None:
    """Return when a note of ours with these facts was signed; None for one that is not ours, or too old."""
    try:
        *found, at = _signer(purpose).loads(note)
    except BadData:
        return None
    signed_at = datetime.fromtimestamp(float(at), UTC)
    return signed_at if found == list(facts) and now - signed_at <= OLDEST else None


def _signer(purpose: str) -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt=f"form-{purpose}")


def _secret() -> str:
    return f"proof {current_app.config['SECRET_KEY']}"


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
