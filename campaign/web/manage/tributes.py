"""Reading tributes before they are shown, language by language, and whether the book is open."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField

from campaign.db import unit_of_work
from campaign.domain.permission import Permission
from campaign.domain.text import tidy_line
from campaign.domain.tribute import Status
from campaign.domain.url import is_local_path
from campaign.services import moderation
from campaign.services.moderation import Last
from campaign.services.tributes import PAGE_SIZE
from campaign.web import scope
from campaign.web.auth import me, requires

blueprint = Blueprint("manage_tributes", __name__, url_prefix="/manage/<campaign>/tributes")
BUTTONS = {"show": Status.SHOWN, "decline": Status.DECLINED, "put-back": Status.WAITING}
NUMBER_LIMIT = 10
"""Digits of a tribute's number."""


class BookForm(FlaskForm):
    """Whether there is a book, and who finds it."""

    takes_tributes = BooleanField(_l("Take what people write into the book of remembrance"))
    hides_tributes = BooleanField(_l("Ask search engines to leave the book out"))


@blueprint.get("/")
@requires(Permission.MODERATE_TRIBUTES)
def listing(campaign: str) -> str:
    """List the tributes in one state, those that wait unless told otherwise."""
    found, now = scope.managed_campaign(), datetime.now(UTC)
    asked = request.args.get("status", "")
    status = Status(asked) if asked in list(Status) else Status.WAITING
    counts = moderation.counts(found, status)
    language = request.args.get("lang")
    language = language if language in dict(counts) else None
    words = tidy_line(request.args.get("q", ""))[:80]
    return render_template(
        "manage/tributes/list.html",
        campaign=found,
        page=moderation.find(found, status, language=language, words=words, before=_number(request.args.get("before"))),
        status=status,
        statuses=list(Status),
        counts=counts,
        language=language,
        words=words,
        last=moderation.last(found, actor=me(), now=now),
        form=BookForm(obj=found),
        here=request.full_path.rstrip("?"),
    )


@blueprint.post("/act")
@requires(Permission.MODERATE_TRIBUTES)
def act(campaign: str) -> ResponseReturnValue:
    """Show, decline or put back one tribute, or all that are ticked."""
    found, button = scope.managed_campaign(), request.form.get("what", "")
    what, _slash, only = button.partition("/")
    status = BUTTONS.get(what)
    if status is None:
        flash(_("Choose what to do."), "error")
        return redirect(_back(campaign), 303)
    typed = [only] if only else request.form.getlist("which")[:PAGE_SIZE]
    ids = {number for one in typed if (number := _number(one)) is not None}
    with unit_of_work():
        count = moderation.decide(found, ids, status, actor=me(), now=datetime.now(UTC))
    if count:
        flash(_done(status, count), "message")
    else:
        flash(_("Nothing was changed. Tick at least one.") if not ids else _("It was decided already."), "error")
    return redirect(_back(campaign), 303)


@blueprint.post("/undo")
@requires(Permission.MODERATE_TRIBUTES)
def undo(campaign: str) -> ResponseReturnValue:
    """Take back what this moderator decided last."""
    found = scope.managed_campaign()
    with unit_of_work():
        count = moderation.undo(found, actor=me(), now=datetime.now(UTC))
    if count:
        flash(ngettext("Taken back for %(num)s tribute.", "Taken back for %(num)s tributes.", count), "message")
    else:
        flash(_("There is nothing left to take back."), "message")
    return redirect(_back(campaign), 303)


@blueprint.post("/settings")
@requires(Permission.EDIT_CAMPAIGN)
def settings(campaign: str) -> ResponseReturnValue:
    """Open or close the book, and show it to search engines or not."""
    found, form = scope.managed_campaign(), BookForm()
    if not form.validate():
        abort(400)
    is_open, is_hidden = bool(form.takes_tributes.data), bool(form.hides_tributes.data)
    with unit_of_work():
        moderation.set_book(found, is_open=is_open, is_hidden=is_hidden, actor=me(), now=datetime.now(UTC))
    flash(_("The book is open: people can write.") if is_open else _("The book takes nothing new."), "message")
    return redirect(url_for("manage_tributes.listing", campaign=campaign), 303)


@blueprint.app_template_filter()
def decision_phrase(last: Last) -> str:
    """Return what a moderator decided last, as a sentence."""
    return _done(last.status, last.count)


def _done(status: Status, count: int) -> str:
    if status is Status.SHOWN:
        return ngettext("%(num)s tribute is shown.", "%(num)s tributes are shown.", count)
    if status is Status.DECLINED:
        return ngettext("%(num)s tribute is declined.", "%(num)s tributes are declined.", count)
    return ngettext("%(num)s tribute waits again.", "%(num)s tributes wait again.", count)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < NUMBER_LIMIT else None


def _back(campaign: str) -> str:
    """Return the page that the form was on."""
    path, listing = request.form.get("back", ""), url_for("manage_tributes.listing", campaign=campaign)
    return path if is_local_path(path) and path.startswith(listing) else listing
