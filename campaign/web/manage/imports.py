"""Importing a spreadsheet or a calendar into a year: choose it, see what it would do, accept exactly that.

Between the pages the file travels in the form, so that nothing is stored before it is accepted.
"""

import base64
import binascii
import zlib
from datetime import UTC, datetime, time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from campaign.db import unit_of_work
from campaign.domain.columns import FIELDS, Table, ignored, match
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.models import Edition
from campaign.services import import_files, imports
from campaign.services.import_plan import Action, Options, Plan
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.fields import ClockField, LineField
from campaign.web.import_words import changes, field_name, found_phrases, reason_sentence, warning_sentence
from campaign.web.limits import room_for_organizers
from campaign.web.manage import choices, import_columns

REQUEST_BYTES = 8_000_000
"""Room for a file of 5 MB in base64, and the fields beside it."""
blueprint = Blueprint("manage_imports", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
ROWS_SHOWN = 200
REASON_LIMIT = 300
ABOUT_GONE = frozenset({"gone-unknown", "reason-missing"})


class ImportForm(FlaskForm):
    """A file, what holds where its rows say nothing, and what becomes of events that it lacks."""

    file = FileField(
        _l("Spreadsheet or calendar"),
        description=_l(
            "CSV (UTF-8) or XLSX, at most 5 MB and 20,000 rows; or an .ics file, at most 1 MB and 2,000 entries."
        ),
    )
    zone = SelectField(_l("Time zone, where none can be found"), default="")
    start = ClockField(_l("Start, where a row says none"))
    reason = LineField(
        _l("Reason"),
        limit=REASON_LIMIT,
        description=_l("In the main language; needed where an event is public, and told to everybody registered."),
    )
    content = HiddenField()
    digest = HiddenField()

    def offer(self) -> None:
        """Offer the time zones."""
        self.zone.choices = [("", _("none")), *choices.zones()]

    def read(self, year: int) -> Table:
        """Return the table of the file that was sent, now or with an earlier page; raises Refused."""
        if self.file.data:
            content = self.file.data.read(import_files.BYTE_LIMIT + 1)
        elif self.content.data:
            content = _unpacked(self.content.data)
        else:
            raise Refused("file-missing")
        table = import_files.read(content, year=year)
        self.content.data = _packed(content)
        return table

    def options(self, table: Table) -> Options:
        """Return what was chosen; on the first page no columns are. Raises Refused as `columns.assigned` does."""
        start = self.start.data if isinstance(self.start.data, time) else None
        return Options(import_columns.chosen(request.form, table), self.zone.data or None, start)

    def reasons(self, language: str) -> dict[str, str]:
        """Return why events are dropped, in the campaign's main language."""
        return {language: self.reason.data} if self.reason.data else {}


@blueprint.route("/<campaign>/<int:year>/import/", methods=["GET", "POST"])
@requires(Permission.IMPORT_EVENTS)
def upload(campaign: str, year: int) -> ResponseReturnValue:
    """Take a file and show what importing it would do; stores nothing."""
    edition, form = scope.managed_edition(year), ImportForm()
    form.offer()
    if not form.is_submitted():
        return _first_page(form, edition)
    is_valid = form.validate()
    try:
        table = form.read(year)
    except Refused as refused:
        return _without_file(form, edition, refused)
    if not is_valid:
        return _preview(form, edition, table, None), 422
    try:
        plan = imports.plan(edition, table, form.options(table))
    except Refused as refused:
        return _preview(form, edition, table, None, reason_sentence(refused)), 422
    return _preview(form, edition, table, plan)


@blueprint.post("/<campaign>/<int:year>/import/accept")
@requires(Permission.IMPORT_EVENTS)
def accept(campaign: str, year: int) -> ResponseReturnValue:
    """Import what the preview showed; where that has changed since, show it again."""
    edition, form = scope.managed_edition(year), ImportForm()
    form.offer()
    is_valid = form.validate()
    try:
        table = form.read(year)
    except Refused as refused:
        return _without_file(form, edition, refused)
    if not is_valid:
        return _preview(form, edition, table, None), 422
    try:
        with unit_of_work():
            plan = imports.plan(edition, table, form.options(table))
            is_as_shown = plan.digest() == form.digest.data
            if is_as_shown:
                _carry_out(plan, form)
    except Refused as refused:
        return _refused(form, edition, table, refused)
    if not is_as_shown:
        words = _("The choices or the events have changed since the preview. This is what would happen now.")
        return _preview(form, edition, table, plan, words), 409
    counts = {action.value: plan.count(action) for action in Action}
    flash(_("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.", **counts), "message")
    return redirect(url_for("manage_events.listing", campaign=campaign, year=year), 303)


def _first_page(form: ImportForm, edition: Edition) -> str:
    return render_template("manage/imports/upload.html", campaign=edition.campaign, edition=edition, form=form)


def _without_file(form: ImportForm, edition: Edition, refused: Refused) -> ResponseReturnValue:
    sentence = _("Choose a file.") if refused.code == "file-missing" else reason_sentence(refused)
    form.file.errors = [sentence]
    return _first_page(form, edition), 422


def _carry_out(plan: Plan, form: ImportForm) -> None:
    reasons = form.reasons(plan.edition.campaign.default_language)
    imports.carry_out(plan, drop=request.form.getlist("gone"), reason=reasons, actor=me(), now=datetime.now(UTC))


def _refused(form: ImportForm, edition: Edition, table: Table, refused: Refused) -> ResponseReturnValue:
    """Return the preview with what is in the way; what was ticked and typed stays."""
    plan = None
    if refused.code in ABOUT_GONE:
        plan = imports.plan(edition, table, form.options(table))
        form.reason.errors = [reason_sentence(refused)]
    return _preview(form, edition, table, plan, reason_sentence(refused)), 422


def _preview(form: ImportForm, edition: Edition, table: Table, plan: Plan | None, warning: str | None = None) -> str:
    """Return the preview; without a plan only the columns can be chosen."""
    form.digest.data = plan.digest() if plan else ""
    columns = plan.columns if plan else match(table.header)
    rows = plan.rows if plan else ()
    return render_template(
        "manage/imports/preview.html",
        campaign=edition.campaign,
        edition=edition,
        form=form,
        columns=import_columns.shown(request.form, table, columns),
        fields=[(field, field_name(field)) for field in FIELDS],
        ignored=ignored(table.header, columns),
        plan=plan,
        counts={action.value: plan.count(action) for action in Action} if plan else {},
        refused=[row for row in rows if row.action is Action.REFUSED],
        written=[row for row in rows if row.action in (Action.NEW, Action.CHANGED)],
        ticked=request.form.getlist("gone"),
        rows_shown=ROWS_SHOWN,
        warning=warning,
        changes=changes,
        reason_sentence=reason_sentence,
        warning_sentence=warning_sentence,
        found_phrases=found_phrases,
    )


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def _unpacked(text: str) -> bytes:
    """Return a file that came back with the form; it is as much a stranger's as the first time."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), import_files.BYTE_LIMIT + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise Refused("file-not-readable") from error
