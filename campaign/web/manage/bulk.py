"""What is done with the registrations that an organizer ticked, and taking it back."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.db import unit_of_work
from campaign.domain.cell import tags as tags_of
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.text import clean_text
from campaign.domain.url import is_local_path
from campaign.models import Registration
from campaign.services import bulk
from campaign.services.bulk import Last, Outcome
from campaign.services.people import PAGE_SIZE
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence

blueprint = Blueprint("manage_bulk", __name__, url_prefix="/manage")
Act = Callable[[Sequence[Registration], datetime], Outcome]
FINAL = ("decline", "cancel")
"""What can't be taken back: the people get a mail at once."""


@blueprint.post("/<campaign>/<int:year>/registrations/act")
@requires(Permission.VIEW_REGISTRATIONS)
def act(campaign: str, year: int) -> ResponseReturnValue:
    """Do something with those who are ticked; what can't be taken back only after another yes."""
    edition, what = scope.managed_edition(year), request.form.get("what", "")
    ticked = _ticked()
    if not ticked:
        flash(_("Tick at least one registration."), "error")
        return redirect(_back(campaign, year), 303)
    if what in FINAL and "sure" not in request.form:
        return render_template(
            "manage/registrations/sure.html",
            campaign=edition.campaign,
            edition=edition,
            what=what,
            ticked=request.form.getlist("who"),
            count=len(ticked),
            back=_back(campaign, year),
        )
    try:
        do = _act(what)
        with unit_of_work():
            outcome = do(ticked, datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        _tell(what, outcome)
    return redirect(_back(campaign, year), 303)


@blueprint.post("/<campaign>/<int:year>/events/<event>/registrations/<code>/note")
@requires(Permission.VIEW_REGISTRATIONS)
def rewrite(campaign: str, year: int, event: str, code: str) -> ResponseReturnValue:
    """Put another note and other tags in place of a registration's."""
    found = scope.managed_registration(year, event, code)
    note, words = request.form.get("note", ""), tags_of(request.form.get("tags", ""))
    with unit_of_work():
        outcome = bulk.rewrite(found, note=note, words=words, actor=me(), now=datetime.now(UTC))
    _tell("rewrite", outcome)
    return redirect(_back(campaign, year), 303)


@blueprint.post("/<campaign>/<int:year>/registrations/undo")
@requires(Permission.VIEW_REGISTRATIONS)
def undo(campaign: str, year: int) -> ResponseReturnValue:
    """Take back what this organizer did last."""
    edition, now = scope.managed_edition(year), datetime.now(UTC)
    with unit_of_work():
        outcome = bulk.undo(edition.campaign, may=scope.may_act_in, actor=me(), now=now)
    if outcome.done or outcome.refused:
        _tell("undo", outcome)
    else:
        flash(_("There is nothing left to take back."), "message")
    return redirect(_back(campaign, year), 303)


@blueprint.app_template_filter()
def last_phrase(last: Last) -> str:
    """Return what an organizer did last, as a sentence."""
    return _done(last.action, last.count)


def _ticked() -> list[Registration]:
    """Return the registrations that a form names, each found as if its own page had been asked for."""
    found = []
    for handle in dict.fromkeys(request.form.getlist("who")[:PAGE_SIZE]):
        year, _slash, rest = handle.partition("/")
        event, _slash, code = rest.partition("/")
        if not (year.isascii() and year.isdigit()):
            abort(404)
        found.append(scope.managed_registration(int(year), event, code))
    return found


def _act(what: str) -> Act:
    """Return what a button does; raises Refused for a word that is missing, or too long a note."""
    user = me()
    if what in ("tag", "untag"):
        words = tags_of(request.form.get("tags", ""))
        if not words:
            raise Refused("tag-missing")
        write = bulk.tag if what == "tag" else bulk.untag
        return lambda rows, now: write(rows, words, actor=user, now=now)
    if what == "note":
        note = clean_text(request.form.get("note", ""), limit=bulk.NOTE_LIMIT)
        if not note:
            raise Refused("note-missing")
        return lambda rows, now: bulk.add_note(rows, note, actor=user, now=now)
    service = {"approve": bulk.approve, "decline": bulk.decline, "cancel": bulk.cancel}.get(what) or abort(404)
    return lambda rows, now: service(rows, actor=user, now=now)


def _tell(what: str, outcome: Outcome) -> None:
    if outcome.done:
        flash(_done(what, outcome.done), "message")
    if outcome.refused:
        stay = ngettext("%(num)s stays as it is.", "%(num)s stay as they are.", outcome.refused)
        why = sentence(outcome.reason) if outcome.reason else ""
        flash(f"{stay} {why}", "error")


def _done(what: str, count: int) -> str:
    if what == "approve":
        return ngettext("%(num)s registration is approved.", "%(num)s registrations are approved.", count)
    if what == "decline":
        return ngettext("%(num)s registration is declined.", "%(num)s registrations are declined.", count)
    if what == "cancel":
        return ngettext("%(num)s registration is cancelled.", "%(num)s registrations are cancelled.", count)
    if what == "undo":
        return ngettext("Taken back for %(num)s registration.", "Taken back for %(num)s registrations.", count)
    if what == "tag":
        return ngettext("%(num)s registration has the tag.", "%(num)s registrations have the tag.", count)
    if what == "untag":
        return ngettext("The tag is taken from %(num)s.", "The tag is taken from %(num)s.", count)
    return ngettext("The note of %(num)s registration is saved.", "The notes of %(num)s are saved.", count)


def _back(campaign: str, year: int) -> str:
    """Return the page that the form was on."""
    path = request.form.get("back", "")
    if is_local_path(path) and path.startswith(f"/manage/{campaign}/"):
        return path
    return url_for("manage_registrations.of_edition", campaign=campaign, year=year)
