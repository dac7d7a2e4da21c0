"""The form builder: an event's questions, their order and conditions, the campaign's library, a preview."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.models import Event, Question
from campaign.services import question_library, questions
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.limits import room_for_organizers
from campaign.web.manage.question_form import QuestionForm, category_name, kind_names
from campaign.web.question_fields import condition_text, limits_text
from campaign.web.registrations import ActForm, RegistrationForm

REQUEST_BYTES = 1_000_000
"""Room for thirty options in every language: in a form, a letter of some alphabets takes six bytes."""
blueprint = Blueprint("manage_questions", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


@blueprint.get("/<campaign>/<int:year>/events/<event>/questions/")
@requires(Permission.EDIT_EVENT)
def listing(campaign: str, year: int, event: str) -> str:
    """Show what the event's form asks, and what the library holds."""
    found = scope.managed_event(year, event)
    return render_template(
        "manage/questions/list.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        kinds=kind_names(),
        conditions={one.id: condition_text(one) for one in found.questions},
        limits={one.id: limits_text(one) for one in found.questions},
        library=question_library.of_campaign(found.edition.campaign),
        act=ActForm(),
    )


@blueprint.get("/<campaign>/<int:year>/events/<event>/questions/preview/")
@requires(Permission.EDIT_EVENT)
def preview(campaign: str, year: int, event: str) -> str:
    """Show the form as registrants will see it."""
    found = scope.managed_event(year, event)
    return render_template(
        "manage/questions/preview.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        form=RegistrationForm(found),
    )


@blueprint.route("/<campaign>/<int:year>/events/<event>/questions/new/", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def add(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Ask one question more."""
    found = scope.managed_event(year, event)
    form = QuestionForm(found)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                questions.add(found, form.draft(), actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            flash(_("The question is added to the form."), "message")
            return redirect(_page(found), 303)
    return _form_page(form, found, None)


@blueprint.route("/<campaign>/<int:year>/events/<event>/questions/<int:question>/", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(campaign: str, year: int, event: str, question: int) -> ResponseReturnValue:
    """Change a question."""
    found = scope.managed_question(year, event, question)
    form = QuestionForm(found.event, found)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                version = questions.edit(found, form.draft(), actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            kept = _("The question is changed. Answers given before keep its former words.")
            flash(kept if version is not found else _("The question is changed."), "message")
            return redirect(_page(version.event), 303)
    return _form_page(form, found.event, found)


@blueprint.post("/<campaign>/<int:year>/events/<event>/questions/<int:question>/move")
@requires(Permission.EDIT_EVENT)
def move(campaign: str, year: int, event: str, question: int) -> ResponseReturnValue:
    """Let a question change places with the one before or after it."""
    up = request.form.get("direction") == "up"
    return _act(
        scope.managed_question(year, event, question),
        lambda row, now: questions.move(row, up=up, actor=me(), now=now),
        _("The order is changed."),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/questions/<int:question>/remove")
@requires(Permission.EDIT_EVENT)
def remove(campaign: str, year: int, event: str, question: int) -> ResponseReturnValue:
    """Take a question off the form."""
    return _act(
        scope.managed_question(year, event, question),
        lambda row, now: questions.remove(row, actor=me(), now=now),
        _("The question is removed."),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/questions/<int:question>/keep")
@requires(Permission.EDIT_EVENT)
def keep(campaign: str, year: int, event: str, question: int) -> ResponseReturnValue:
    """Keep a question in the campaign's library."""
    return _act(
        scope.managed_question(year, event, question),
        lambda row, now: question_library.keep(row, actor=me(), now=now),
        _("The question is in the library; every event of the campaign can take it."),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/questions/take/<int:template>")
@requires(Permission.EDIT_EVENT)
def take(campaign: str, year: int, event: str, template: int) -> ResponseReturnValue:
    """Ask a question of the library."""
    found, kept = scope.managed_event(year, event), scope.managed_template(template)
    try:
        with unit_of_work():
            question_library.take(found, kept, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The question is added to the form."), "message")
    return redirect(_page(found), 303)


@blueprint.get("/<campaign>/questions/")
@requires(Permission.EDIT_EVENT)
def library(campaign: str) -> str:
    """Show the questions that the campaign keeps."""
    found = scope.managed_campaign()
    return render_template(
        "manage/questions/library.html",
        campaign=found,
        kinds=kind_names(),
        library=question_library.of_campaign(found),
        act=ActForm(),
    )


@blueprint.post("/<campaign>/questions/<int:template>/forget")
@requires(Permission.EDIT_CAMPAIGN)
def forget(campaign: str, template: int) -> ResponseReturnValue:
    """Keep a question no longer."""
    kept = scope.managed_template(template)
    with unit_of_work():
        question_library.forget(kept, campaign=scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    flash(_("The question has left the library. Events that took it go on asking it."), "message")
    return redirect(url_for("manage_questions.library", campaign=campaign), 303)


def _act(question: Question, service: Callable[[Question, datetime], object], done: str) -> ResponseReturnValue:
    event = question.event
    try:
        with unit_of_work():
            service(question, datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(_page(event), 303)


def _page(event: Event) -> str:
    edition = event.edition
    return url_for("manage_questions.listing", campaign=edition.campaign.slug, year=edition.year, event=event.slug)


def _form_page(form: QuestionForm, event: Event, question: Question | None) -> ResponseReturnValue:
    page = render_template(
        "manage/questions/form.html",
        form=form,
        campaign=event.edition.campaign,
        edition=event.edition,
        event=event,
        question=question,
        category=category_name(form.category) if form.category else None,
    )
    return (page, 422) if form.is_submitted() else page
