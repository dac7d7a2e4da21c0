"""Taking an event's registrations, or a year's, along as a file: with a reason, and after proving who one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from tempfile import TemporaryFile

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.registration import Status
from campaign.i18n import direction
from campaign.models import Edition, Event
from campaign.services import exports, people
from campaign.services.exports import Export
from campaign.services.people import Among
from campaign.sheets import writer
from campaign.sheets.writer import Cell
from campaign.web import filters, language, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import LineField, Needed
from campaign.web.manage.registrations import address_of
from campaign.web.state_words import state_phrase

blueprint = Blueprint("manage_exports", __name__, url_prefix="/manage")
REASON_LIMIT = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportForm(FlaskForm):
    """Why, and in which kind of file."""

    reason = LineField(
        _l("What it is for"), limit=REASON_LIMIT, validators=[Needed()], description=_l("Kept with your name.")
    )
    kind = RadioField(_l("File"), default="xlsx", validators=[Needed()])

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [("xlsx", _("Excel, LibreOffice and others (XLSX)")), ("csv", _("Plain table (CSV)"))]


@blueprint.route("/<campaign>/<int:year>/events/<event>/registrations/export/", methods=["GET", "POST"])
@requires(Permission.EXPORT_REGISTRATIONS, fresh=True)
def of_event(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Take an event's registrations along."""
    found = scope.managed_event(year, event)
    form = ExportForm()
    among = people.of_event(found)
    if form.validate_on_submit():
        with unit_of_work():
            _record(among, form)
        with _blamed(form):
            return _file(among, form, f"{found.slug}-{year}", with_event=False)
    return _ask(form, found.edition, found)


@blueprint.route("/<campaign>/<int:year>/registrations/export/", methods=["GET", "POST"])
@requires(Permission.EXPORT_REGISTRATIONS, fresh=True)
def of_edition(campaign: str, year: int) -> ResponseReturnValue:
    """Take a year's registrations along."""
    found = scope.managed_edition(year)
    form = ExportForm()
    among = people.of_edition(found, countries=scope.own_countries())
    if form.validate_on_submit():
        with unit_of_work():
            _record(among, form)
        with _blamed(form):
            return _file(among, form, f"{campaign}-{year}", with_event=True)
    return _ask(form, found, None)


def _ask(form: ExportForm, edition: Edition, event: Event | None) -> ResponseReturnValue:
    page = render_template(
        "manage/registrations/export.html",
        campaign=edition.campaign,
        edition=edition,
        event=event,
        form=form,
        listing=address_of(edition, event),
    )
    return (page, 422) if form.is_submitted() else page


def _record(among: Among, form: ExportForm) -> None:
    exports.record(among, reason=str(form.reason.data), kind=form.kind.data, actor=me(), now=datetime.now(UTC))


def _file(among: Among, form: ExportForm, name: str, *, with_event: bool) -> ResponseReturnValue:
    """Return the file: CSV as it is written, XLSX through a file of the system's that has no name."""
    export = exports.prepare(among, language=language.current())
    heads, rows = _heads(export, with_event=with_event), _rows(export, with_event=with_event)
    if form.kind.data == "csv":
        answer = Response(writer.csv_chunks(heads, rows), mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
        return answer
    file = TemporaryFile()  # noqa: SIM115  # the answer closes it, or whoever drops it
    writer.write_xlsx(file, heads, rows, is_mirrored=direction(export.language) == "rtl")
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=f"{name}.xlsx")


@contextmanager
def _blamed(form: ExportForm) -> Iterator[None]:
    """Put a refusal beside the kind of file."""
    try:
        yield
    except Refused as refused:
        form.kind.errors = [sentence(refused)]


def _heads(export: Export, *, with_event: bool) -> list[str]:
    event = [_("Event"), _("City"), _("Country")] if with_event else []
    own = [_("State"), _("Name"), _("Mail address"), _("Places"), _("Language"), _("Registered on (UTC)")]
    return [*event, *own, *export.labels, _("Tags"), _("Note"), _("Ticket")]


def _rows(export: Export, *, with_event: bool) -> Iterator[list[Cell]]:
    columns = range(len(export.labels))
    states = {state: state_phrase(state) for state in Status}  # now: while CSV is written, no request is there
    unreadable = _("(can't be read)")
    places = {
        number: [place.event, place.city, filters.country_name(place.country)]
        for number, place in export.places.items()
    }
    return (
        [
            *(places[line.event_id] if with_event else ()),
            states[line.status],
            unreadable if line.name is None else line.name,
            unreadable if line.email is None else line.email,
            line.party_size,
            line.language,
            line.created_at,
            *(line.answers.get(column) for column in columns),
            ", ".join(line.tags),
            line.note,
            line.code,
        ]
        for line in exports.lines(export)
    )
