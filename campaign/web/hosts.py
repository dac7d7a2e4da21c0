"""A host's own page, opened by the link in every mail to them: what they carry out, and what is to be done for it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from campaign import erasure_list
from campaign.db import unit_of_work
from campaign.domain.edition import SHOWN
from campaign.domain.event import PUBLIC, Draft, Status
from campaign.models import Event, Host, Proposal, Renewal
from campaign.services import hosted_events, hosts, idle_hosts, proposals, renewal_answers, renewal_drafts
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.fields import Needed
from campaign.web.registrations import ActForm

blueprint = Blueprint("hosts", __name__, url_prefix="/h/<token>")


@dataclass(frozen=True)
class Question:
    """Whether an event takes place again, what a yes would mean, and whether one may still answer."""

    renewal: Renewal
    draft: Draft
    is_open: bool


@dataclass(frozen=True)
class Shown:
    """One of the host's events, and what they can do with it."""

    event: Event
    is_over: bool
    may_change: bool
    is_public: bool
    has_people: bool
    proposal: Proposal | None
    """What was last proposed about it."""
    can_withdraw: bool


class ForgetForm(FlaskForm):
    """The one act that can't be undone asks for a tick."""

    is_meant = BooleanField(_l("Forget me; I know that this page is gone then"), validators=[Needed()])


@blueprint.get("/")
@public
def show(token: str) -> str:
    """Show a host what they carry out; looking changes nothing."""
    return _page(scope.own_host(token), ForgetForm())


@blueprint.post("/forget")
@public
def forget(token: str) -> ResponseReturnValue:
    """Delete name, address and link of the host; the events stay."""
    host, form = scope.own_host(token), ForgetForm()
    if not form.validate():
        return _page(host, form), 422
    now = datetime.now(UTC)
    # The list first: whoever is on it is forgotten within the hour, also if this process dies in between.
    erasure_list.append(current_app.config["SETTINGS"].instance, [idle_hosts.erased(host, now=now)])
    with unit_of_work():
        hosts.erase(host, now=now)
    flash(_("Your name and address are deleted. The events stay in the programme."), "message")
    return redirect(url_for("site.home"), 303)


def _page(host: Host, forget_form: ForgetForm) -> str:
    now = datetime.now(UTC)
    events = sorted(host.events, key=lambda event: event.edition.year, reverse=True)
    return render_template(
        "hosts/show.html",
        host=host,
        campaign=host.campaign,
        token=host.token,
        questions=[_question(one, now=now) for one in renewal_answers.of_host(host, now=now)],
        events=[_shown(event, now=now) for event in events],
        waiting=hosted_events.waiting(events),
        act=ActForm(),
        forget_form=forget_form,
    )


def _question(renewal: Renewal, *, now: datetime) -> Question:
    return Question(renewal, renewal_drafts.offered(renewal), renewal_answers.is_open(renewal, now=now))


def _shown(event: Event, *, now: datetime) -> Shown:
    return Shown(
        event,
        is_over=hosted_events.is_over(event, now=now),
        may_change=hosted_events.may_change(event, now=now),
        is_public=event.status in PUBLIC and event.edition.status in SHOWN and not event.edition.campaign.withdrawn_at,
        has_people=event.status is Status.PUBLISHED,
        proposal=proposals.newest(event),
        can_withdraw=hosted_events.pending(event) is not None,
    )
