"""Events for organizers: the list of a year, the editor, and what is done with an event."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain import event as rules
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.permission import Permission
from campaign.domain.text import SLUG_LIMIT, clean_line, tidy_line
from campaign.models import Edition, Event
from campaign.services import events, ledger, programme, series
from campaign.services.programme import Filters
from campaign.web import filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.limits import room_for_organizers
from campaign.web.manage.event_form import EventForm
from campaign.web.registrations import ActForm

REQUEST_BYTES = 1_000_000
"""Room for a description in every language: in a form, a letter of some alphabets takes six bytes."""
blueprint = Blueprint("manage_events", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
REASON_LIMIT = 300


@blueprint.get("/<campaign>/<int:year>/events/")
@requires(Permission.VIEW_EVENT)
def listing(campaign: str, year: int) -> str:
    """List the year's events by country, by state or by words."""
    edition = scope.managed_edition(year)
    status = request.args.get("status", "")
    statuses = (Status(status),) if status in set(Status) else tuple(Status)
    wanted = Filters(
        country=request.args.get("country") or None, words=tidy_line(request.args.get("q", ""))[:80], statuses=statuses
    )
    countries = sorted(
        programme.countries(edition, statuses=tuple(Status)), key=lambda row: filters.country_order(row[0])
    )
    number = request.args.get("page", default=1, type=int)
    page = programme.find(edition, wanted, page=number, countries=[code for code, _count in countries])
    return render_template(
        "manage/events/list.html",
        campaign=edition.campaign,
        edition=edition,
        page=page,
        page_url=lambda to: url_for(
            "manage_events.listing",
            campaign=campaign,
            year=year,
            page=to,
            country=wanted.country,
            status=status or None,
        ),
        countries=countries,
        statuses=list(Status),
        wanted=wanted,
        status=status,
        missing={event.id: rules.missing(events.facts_of(event)) for event in page.items},
        act=ActForm(),
    )


@blueprint.route("/<campaign>/<int:year>/events/new/", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def create(campaign: str, year: int) -> ResponseReturnValue:
    """Add an event to the year, as a draft."""
    edition = scope.managed_edition(year)
    form = EventForm(edition)
    if not form.is_submitted():
        form.suggest(edition)
    if form.validate_on_submit():
        draft = form.draft()
        scope.check_country(draft.country)
        try:
            with unit_of_work():
                event = events.create(edition, draft, actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            flash(_("The event is saved as a draft. Publish it when it is ready."), "message")
            return redirect(_page(edition, event), 303)
    return _form_page(form, edition, None)


@blueprint.get("/<campaign>/<int:year>/events/<event>/")
@requires(Permission.VIEW_EVENT)
def show(campaign: str, year: int, event: str) -> str:
    """Show an event to its organizers: its state, what it lacks, what can be done."""
    found = scope.managed_event(year, event)
    return render_template(
        "manage/events/show.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        missing=rules.missing(events.facts_of(found)),
        moves=rules.MOVES[found.status],
        can_delete=found.status in rules.DELETABLE,
        act=ActForm(),
        ledger=ledger.of_event(found),
    )


@blueprint.route("/<campaign>/<int:year>/events/<event>/edit/", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Change an event."""
    found = scope.managed_event(year, event)
    form = EventForm(found.edition)
    if not form.is_submitted():
        form.show(events.draft_of(found))
    if form.validate_on_submit():
        draft = form.draft(found)
        scope.check_country(draft.country)
        try:
            with unit_of_work():
                changes = events.edit(found, draft, actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            told = changes and found.status in rules.PUBLIC
            flash(
                _("The change is saved; calendars and registrants follow.") if told else _("The change is saved."),
                "message",
            )
            return redirect(_page(found.edition, found), 303)
    return _form_page(form, found.edition, found)


@blueprint.post("/<campaign>/<int:year>/events/<event>/publish")
@requires(Permission.PUBLISH_EVENT)
def publish(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Show the event to everybody."""
    return _act(
        scope.managed_event(year, event),
        lambda found, now: events.publish(found, actor=me(), now=now),
        _("The event is published."),
    )


@blueprint.post("/<campaign>/<int:year>/events/publish-ready")
@requires(Permission.PUBLISH_EVENT)
def publish_ready(campaign: str, year: int) -> ResponseReturnValue:
    """Publish every draft of the year that lacks nothing and lies in the member's countries."""
    edition = scope.managed_edition(year)
    with unit_of_work():
        count = events.publish_ready(edition, may=scope.may_act_in, actor=me(), now=datetime.now(UTC))
    flash(_("Published: %(count)s.", count=filters.number(count)), "message")
    return redirect(url_for("manage_events.listing", campaign=campaign, year=year), 303)


@blueprint.post("/<campaign>/<int:year>/events/<event>/cancel")
@requires(Permission.PUBLISH_EVENT)
def cancel(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Cancel the event; it stays visible, and everybody registered is told why."""
    found = scope.managed_event(year, event)
    try:
        reason = clean_line(request.form.get("reason", ""), limit=REASON_LIMIT)
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(_page(found.edition, found), 303)
    reasons = {found.edition.campaign.default_language: reason} if reason else {}
    return _act(
        found, lambda row, now: events.cancel(row, reason=reasons, actor=me(), now=now), _("The event is cancelled.")
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/withdraw")
@requires(Permission.PUBLISH_EVENT)
def withdraw(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Take the event back to a draft, out of every page and calendar."""
    found = scope.managed_event(year, event)
    return _act(
        found,
        lambda row, now: events.withdraw(row, actor=me(), now=now),
        _("The event is a draft again, and gone from every page and calendar."),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/series")
@requires(Permission.EDIT_EVENT)
def rename_series(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Give the event's lasting address another name."""
    found = scope.managed_event(year, event)
    slug = request.form.get("slug", "").strip()[: SLUG_LIMIT + 1]
    return _act(
        found,
        lambda row, now: series.rename(row.series, slug, actor=me(), now=now),
        _("The lasting address has a new name; the former one leads to it."),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/delete")
@requires(Permission.EDIT_EVENT)
def delete(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Delete an event that nobody outside has seen."""
    found = scope.managed_event(year, event)
    try:
        with unit_of_work():
            events.delete(found, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("manage_events.show", campaign=campaign, year=year, event=event), 303)
    flash(_("The draft is deleted."), "message")
    return redirect(url_for("manage_events.listing", campaign=campaign, year=year), 303)


def _act(event: Event, service: Callable[[Event, datetime], object], done: str) -> ResponseReturnValue:
    try:
        with unit_of_work():
            service(event, datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(_page(event.edition, event), 303)


def _page(edition: Edition, event: Event) -> str:
    return url_for("manage_events.show", campaign=edition.campaign.slug, year=edition.year, event=event.slug)


def _form_page(form: EventForm, edition: Edition, event: Event | None) -> ResponseReturnValue:
    page = render_template(
        "manage/events/form.html", form=form, campaign=edition.campaign, edition=edition, event=event
    )
    return (page, 422) if form.is_submitted() else page
