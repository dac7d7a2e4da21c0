"""Opening next year's events from last year's, for programs: the plan, or the step."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, g, jsonify, request

from campaign.api.auth import requires
from campaign.db import unit_of_work
from campaign.domain.permission import Permission
from campaign.domain.roll_over import Choice, Item, Outcome
from campaign.geo.countries import COUNTRIES
from campaign.services import roll_over
from campaign.services.roll_over import Plan
from campaign.web import scope

blueprint = Blueprint("api_roll_over", __name__, url_prefix="/api/v1/campaigns")


@dataclass(frozen=True)
class Wanted:
    """What a call asks for."""

    from_year: int | None = None
    dry_run: bool = False
    countries_left_out: frozenset[str] = frozenset()


@blueprint.post("/<campaign>/editions/<int:year>/roll-over")
@requires(Permission.EDIT_EDITION)
def carry_out(campaign: str, year: int) -> Response:
    """Take last year's events over as drafts; with `dry_run`, only say what would become of each."""
    found, wanted = scope.managed_campaign(), _wanted()
    choice = Choice(without=wanted.countries_left_out)
    if wanted.dry_run:
        return _answer(roll_over.plan(found, year, choice, from_year=wanted.from_year))
    actor, now = g.member.user, datetime.now(UTC)
    with unit_of_work():
        done = roll_over.carry_out(found, year, choice, from_year=wanted.from_year, actor=actor, now=now)
    return _answer(done)


def _wanted() -> Wanted:
    """Return what the body says; one that says anything else is 400."""
    sent = request.get_json(silent=True) if request.content_length else {}
    if not isinstance(sent, dict) or not sent.keys() <= {"from_year", "dry_run", "countries_left_out"}:
        abort(400)
    from_year, dry_run = sent.get("from_year"), sent.get("dry_run", False)
    left_out = sent.get("countries_left_out", [])
    is_whole = type(from_year) in (int, type(None)) and type(dry_run) is bool and isinstance(left_out, list)
    if not is_whole or not all(isinstance(code, str) and code in COUNTRIES for code in left_out):
        abort(400)
    return Wanted(from_year, dry_run, frozenset(left_out))


def _answer(plan: Plan) -> Response:
    return jsonify(
        year=plan.year,
        from_year=plan.source.year,
        first_day=plan.first_day.isoformat(),
        last_day=plan.last_day.isoformat(),
        new=plan.count(Outcome.NEW),
        already_there=plan.count(Outcome.THERE),
        left_out=plan.count(Outcome.LEFT_OUT),
        events=[_event(item) for item in plan.items],
    )


def _event(item: Item) -> dict[str, object]:
    return {
        "name": item.name,
        "country": item.source.country,
        "city": item.source.city,
        "zone": item.source.zone,
        "starts": item.starts.isoformat() if item.starts else None,
        "ends": item.ends.isoformat() if item.ends else None,
        "outcome": item.outcome,
        "why": item.why,
        "notes": item.notes,
    }
