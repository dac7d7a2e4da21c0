"""What hosts told of their events: looked at by coordinators; and the year's report, which an editor publishes."""

from datetime import UTC, datetime
from itertools import groupby

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.report import QUESTION_LIMIT, Status
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Edition, Report
from campaign.services import annual_reports, reports
from campaign.web import certificates, filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import Needed, ProseField
from campaign.web.limits import room_for_organizers
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_reports", __name__, url_prefix="/manage/<campaign>/<int:year>/reports")
REQUEST_BYTES = 500_000
FOREWORD_LIMIT = 8000
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


class QuestionForm(FlaskForm):
    """What the host is to add or change."""

    question = ProseField(_l("What you ask the host"), limit=QUESTION_LIMIT, validators=[Needed()])


class ForewordForm(FlaskForm):
    """What stands before the year's report, in each language of the campaign; the fields are made below."""


for _code in LANGUAGES:
    setattr(ForewordForm, f"words_{_code}", ProseField(OWN_NAMES[_code], limit=FOREWORD_LIMIT))


@blueprint.get("/")
@requires(Permission.VIEW_EVENT)
def listing(campaign: str, year: int) -> str:
    """List what was told by country, a coordinator's only in theirs, and where nothing was told yet."""
    edition = scope.managed_edition(year)
    return _listing(edition, _foreword(edition))


@blueprint.post("/foreword")
@requires(Permission.EDIT_EDITION)
def write_foreword(campaign: str, year: int) -> ResponseReturnValue:
    """Set what stands before the year's report."""
    edition, form = scope.managed_edition(year), ForewordForm()
    if not form.validate():
        return _listing(edition, form), 422
    words = {code: str(form[f"words_{code}"].data) for code in _languages(edition) if form[f"words_{code}"].data}
    with unit_of_work():
        annual_reports.write_foreword(edition, words, actor=me(), now=datetime.now(UTC))
    flash(_("The foreword is kept."), "message")
    return redirect(url_for("manage_reports.listing", campaign=campaign, year=year, _anchor="annual"), 303)


@blueprint.post("/publish")
@requires(Permission.EDIT_EDITION)
def publish(campaign: str, year: int) -> ResponseReturnValue:
    """Let the public see the year's report."""
    edition = scope.managed_edition(year)
    try:
        with unit_of_work():
            annual_reports.publish(edition, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("Everybody can read the report of %(year)s now.", year=year), "message")
    return redirect(url_for("manage_reports.listing", campaign=campaign, year=year, _anchor="annual"), 303)


@blueprint.post("/take-back")
@requires(Permission.EDIT_EDITION)
def take_back(campaign: str, year: int) -> ResponseReturnValue:
    """Hide the year's report again."""
    edition = scope.managed_edition(year)
    with unit_of_work():
        annual_reports.take_back(edition, actor=me(), now=datetime.now(UTC))
    flash(_("The report of %(year)s and its photos are hidden again.", year=year), "message")
    return redirect(url_for("manage_reports.listing", campaign=campaign, year=year, _anchor="annual"), 303)


@blueprint.get("/<event>/")
@requires(Permission.VIEW_EVENT)
def show(campaign: str, year: int, event: str) -> str:
    """Show what was told of an event."""
    return _page(scope.managed_report(year, event), QuestionForm())


@blueprint.post("/<event>/check")
@requires(Permission.EDIT_EVENT)
def check(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Say that the year's report may show it."""
    report = scope.managed_report(year, event)
    try:
        with unit_of_work():
            reports.check(report, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("Checked: the report of the year may show it."), "message")
    return redirect(url_for("manage_reports.listing", campaign=campaign, year=year), 303)


@blueprint.post("/<event>/send-back")
@requires(Permission.EDIT_EVENT)
def send_back(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Ask the host for something else."""
    report, form = scope.managed_report(year, event), QuestionForm()
    if not form.validate():
        return _page(report, form), 422
    try:
        with unit_of_work():
            reports.send_back(report, str(form.question.data), actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        form.question.errors = [sentence(refused)]
        return _page(report, form), 409
    flash(_("The host gets your question by mail."), "message")
    return redirect(url_for("manage_reports.listing", campaign=campaign, year=year), 303)


@blueprint.get("/<event>/photos/<name>.jpg")
@requires(Permission.VIEW_EVENT)
def photo(campaign: str, year: int, event: str, name: str) -> Response:
    """Show a photo, whether the public may see it or not."""
    return Response(scope.managed_photo(year, event, name).body, mimetype="image/jpeg")


@blueprint.post("/<event>/photos/<name>/leave-out")
@requires(Permission.EDIT_EVENT)
def leave_out(campaign: str, year: int, event: str, name: str) -> ResponseReturnValue:
    """Keep a photo out of the year's report."""
    return _leave_out(campaign, year, event, name, is_left_out=True)


@blueprint.post("/<event>/photos/<name>/take-in")
@requires(Permission.EDIT_EVENT)
def take_in(campaign: str, year: int, event: str, name: str) -> ResponseReturnValue:
    """Let a photo into the year's report again."""
    return _leave_out(campaign, year, event, name, is_left_out=False)


@blueprint.get("/<event>/certificate.pdf")
@requires(Permission.EDIT_EVENT)
def certificate(campaign: str, year: int, event: str) -> Response:
    """Answer with the certificate of the event's host."""
    return certificates.answer(scope.managed_event(year, event), now=datetime.now(UTC))


def _leave_out(campaign: str, year: int, event: str, name: str, *, is_left_out: bool) -> ResponseReturnValue:
    found = scope.managed_photo(year, event, name)
    with unit_of_work():
        reports.leave_out(found, is_left_out=is_left_out, actor=me(), now=datetime.now(UTC))
    return redirect(url_for("manage_reports.show", campaign=campaign, year=year, event=event, _anchor="photos"), 303)


def _foreword(edition: Edition) -> ForewordForm:
    form = ForewordForm()
    for code in _languages(edition):
        form[f"words_{code}"].data = edition.report_words.get(code)
    return form


def _languages(edition: Edition) -> list[str]:
    return [code for code in edition.campaign.languages if code in LANGUAGES]


def _listing(edition: Edition, foreword: ForewordForm) -> str:
    countries = scope.own_countries()
    told = reports.of_edition(edition, countries=countries)
    told.sort(key=lambda report: filters.country_order(report.event.country))
    silent = reports.silent(edition, countries=countries, now=datetime.now(UTC))
    return render_template(
        "manage/reports/list.html",
        campaign=edition.campaign,
        edition=edition,
        told=[(code, list(some)) for code, some in groupby(told, key=lambda report: report.event.country)],
        waiting=sum(report.status is Status.SENT for report in told),
        silent=sorted(silent, key=lambda row: filters.country_order(row[0])),
        form=foreword,
        codes=_languages(edition),
        act=ActForm(),
    )


def _page(report: Report, form: QuestionForm) -> str:
    edition = report.event.edition
    return render_template(
        "manage/reports/show.html",
        campaign=edition.campaign,
        edition=edition,
        event=report.event,
        report=report,
        form=form,
        act=ActForm(),
        has_certificate=report.event.host is not None,
        languages_offered=certificates.languages(report.event),
    )
