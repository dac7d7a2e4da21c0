"""The coordinators' queue: what hosts propose and want to change, taken in hand, asked about, approved or declined."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from campaign.db import unit_of_work
from campaign.domain import draft_changes
from campaign.domain.errors import Refused
from campaign.domain.event import DELETABLE, PUBLIC
from campaign.domain.event import missing as missing_facts
from campaign.domain.permission import Permission
from campaign.domain.proposal import OPEN, Kind
from campaign.models import Edition, Proposal
from campaign.services import coordinators, events, hosts, near_duplicates, proposal_queue, proposals
from campaign.services.proposal_queue import REASON_LIMIT, Wanted
from campaign.web import difference_words, filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import Needed, ProseField
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_proposals", __name__, url_prefix="/manage/<campaign>/<int:year>/proposals")
NOBODYS, ONLINE = "nobody", "online"
"""What stands in the address in place of a country."""


class QuestionForm(FlaskForm):
    """What a coordinator asks the host."""

    question = ProseField(_l("What you want to know"), limit=REASON_LIMIT, validators=[Needed()])


class ReasonForm(FlaskForm):
    """Why a proposal is declined."""

    reason = ProseField(
        _l("Why it is declined"), limit=REASON_LIMIT, validators=[Needed()], description=_l("The host reads it.")
    )


@blueprint.get("/")
@requires(Permission.PUBLISH_EVENT)
def listing(campaign: str, year: int) -> str:
    """List what waits to be decided, oldest first, by country and language."""
    edition = scope.managed_edition(year)
    covered = _covered(edition)
    country, spoken = request.args.get("country", ""), request.args.get("lang", "")
    page = proposal_queue.find(
        edition, _wanted(country, spoken, covered), page=request.args.get("page", default=1, type=int)
    )
    counts = proposal_queue.counts(edition, scope.own_countries())
    now = datetime.now(UTC)
    return render_template(
        "manage/proposals/list.html",
        campaign=edition.campaign,
        edition=edition,
        page=page,
        country=country,
        spoken=spoken,
        countries=_sums(counts, lambda key: key[0]),
        spoken_there=_sums(counts, lambda key: key[1]),
        nobodys=sum(count for (code, _language), count in counts.items() if code not in covered),
        covered=covered,
        here=partial(url_for, "manage_proposals.listing", campaign=campaign, year=year),
        claimants={one.id: proposal_queue.claimant(one, now=now) for one in page.items},
        me=me(),
    )


@blueprint.get("/<int(max=2147483647):proposal>/")
@requires(Permission.PUBLISH_EVENT)
def show(campaign: str, year: int, proposal: int) -> str:
    """Show a proposal with all its facts, what it would change, and what it may be once more."""
    return _page(scope.managed_proposal(year, proposal), QuestionForm(), ReasonForm())


@blueprint.post("/<int(max=2147483647):proposal>/claim")
@requires(Permission.PUBLISH_EVENT)
def claim(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Take it in hand, so that no two people answer."""
    return _act(scope.managed_proposal(year, proposal), proposal_queue.claim, _("It is in your hands for some hours."))


@blueprint.post("/<int(max=2147483647):proposal>/release")
@requires(Permission.PUBLISH_EVENT)
def release(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Give it back to everybody."""
    return _act(scope.managed_proposal(year, proposal), proposal_queue.release, _("Others can take it now."))


@blueprint.post("/<int(max=2147483647):proposal>/approve")
@requires(Permission.PUBLISH_EVENT)
def approve(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Publish the event, or apply the change; the host is told."""
    found = scope.managed_proposal(year, proposal)
    scope.check_country(proposals.wanted(found).country)
    done = _("The event is published, and its host is told.")
    changed = _("The change is made; calendars and registrants follow, and the host is told.")
    return _act(found, proposal_queue.approve, done if found.kind is Kind.NEW else changed)


@blueprint.post("/<int(max=2147483647):proposal>/ask")
@requires(Permission.PUBLISH_EVENT)
def ask(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Ask the host; the answer brings it back."""
    found, form = scope.managed_proposal(year, proposal), QuestionForm()
    if not form.validate():
        return _page(found, form, ReasonForm(formdata=None)), 422
    service = partial(_with_words, proposal_queue.ask_back, str(form.question.data))
    return _act(found, service, _("Your question is on its way. The proposal comes back with the answer."))


@blueprint.post("/<int(max=2147483647):proposal>/decline")
@requires(Permission.PUBLISH_EVENT)
def decline(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Decline it, and tell the host why."""
    found, form = scope.managed_proposal(year, proposal), ReasonForm()
    if not form.validate():
        return _page(found, QuestionForm(formdata=None), form), 422
    service = partial(_with_words, proposal_queue.decline, str(form.reason.data))
    return _act(found, service, _("It is declined, and the host is told why."))


@blueprint.post("/<int(max=2147483647):proposal>/trust")
@requires(Permission.PUBLISH_EVENT)
def trust(campaign: str, year: int, proposal: int) -> ResponseReturnValue:
    """Let what this host proposes and changes from now on go straight through, or no longer."""
    found = scope.managed_proposal(year, proposal)
    is_trusted = not found.host.is_trusted
    with unit_of_work():
        hosts.trust(found.host, is_trusted=is_trusted, actor=me(), now=datetime.now(UTC))
    done = _("What this host proposes goes straight through from now on.")
    flash(done if is_trusted else _("What this host proposes waits for you again."), "message")
    return redirect(_address(found), 303)


def _act(found: Proposal, service: Callable[..., None], done: str) -> ResponseReturnValue:
    try:
        with unit_of_work():
            service(found, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(_address(found), 303)


def _with_words(service: Callable[..., None], words: str, found: Proposal, **facts: object) -> None:
    service(found, words, **facts)


def _page(found: Proposal, question: QuestionForm, reason: ReasonForm) -> str:
    event, edition, now = found.event, found.edition, datetime.now(UTC)
    draft = proposals.wanted(found)
    claimant = proposal_queue.claimant(found, now=now)
    return render_template(
        "manage/proposals/show.html",
        campaign=edition.campaign,
        edition=edition,
        proposal=found,
        event=event,
        draft=draft,
        differences=difference_words.rows(draft_changes.differences(events.draft_of(event), draft)),
        missing=missing_facts(events.facts_of(event)) if found.kind is Kind.NEW else [],
        near=near_duplicates.of_draft(edition, draft, but=event, statuses=PUBLIC | DELETABLE),
        is_open=found.status in OPEN,
        claimant=claimant,
        is_mine=claimant is not None and claimant.id == me().id,
        is_nobodys=found.country not in _covered(edition),
        question_form=question,
        reason_form=reason,
        act=ActForm(),
    )


def _address(found: Proposal) -> str:
    edition = found.edition
    return url_for("manage_proposals.show", campaign=edition.campaign.slug, year=edition.year, proposal=found.id)


def _covered(edition: Edition) -> set[str]:
    return coordinators.covered(edition.campaign, today=datetime.now(UTC).date())


def _wanted(country: str, spoken: str, covered: set[str]) -> Wanted:
    return Wanted(
        countries=scope.own_countries(),
        country=country[:2] if country not in ("", NOBODYS, ONLINE) else None,
        language=spoken[:8] or None,
        is_online=country == ONLINE,
        is_nobodys=country == NOBODYS,
        covered=covered,
    )


def _sums(
    counts: Mapping[tuple[str | None, str], int], of: Callable[[tuple[str | None, str]], str | None]
) -> list[tuple[str, int]]:
    """Return how many there are of each country or language, online ones without a country last."""
    sums: dict[str, int] = {}
    for key, count in counts.items():
        code = of(key) or ONLINE
        sums[code] = sums.get(code, 0) + count
    return sorted(sums.items(), key=lambda row: (row[0] == ONLINE, filters.country_order(row[0])))
