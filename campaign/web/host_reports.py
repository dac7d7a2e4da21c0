"""A host tells how an event was: how many came, in words, with photos; and gets a certificate for it."""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, SelectField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.limit import PHOTOS_FROM_NETWORK
from campaign.domain.report import CAME_LIMIT, CAPTION_LIMIT, PHOTO_LIMIT, WORDS_LIMIT, Status
from campaign.i18n import LANGUAGES, OWN_NAMES, direction
from campaign.models import Event, Host, Report
from campaign.pictures import photo as pictures
from campaign.services import reports
from campaign.web import certificates, limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.fields import LineField, Needed, NumberField, ProseField
from campaign.web.registrations import ActForm

blueprint = Blueprint("host_reports", __name__, url_prefix="/h/<token>/<int:year>/<event>")
FORM_BYTES = 64 * 1024
blueprint.url_value_preprocessor(limits.room_for_hosts(pictures.BYTES + FORM_BYTES, endpoint="host_reports.add_photo"))
KINDS = "image/jpeg,image/png,image/webp"


class ReportForm(FlaskForm):
    """How many came, and how it was."""

    came = NumberField(_l("How many people came"), low=0, high=CAME_LIMIT)
    words = ProseField(
        _l("How it was"), limit=WORDS_LIMIT, description=_l("For everybody to read. Name nobody who hasn't agreed.")
    )
    language = SelectField(_l("Language in which you write"))

    def __init__(self, event: Event, host: Host) -> None:
        super().__init__()
        codes = dict.fromkeys([*event.edition.campaign.languages, *LANGUAGES])
        self.language.choices = [(code, OWN_NAMES.get(code, code)) for code in codes]
        if not self.is_submitted():
            self.came.data, self.language.data = event.attended or None, host.language

    def show(self, report: Report) -> None:
        """Fill in what was told."""
        self.came.data, self.words.data, self.language.data = report.came, report.words or None, report.language

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for the number also where it is zero, which counts as nothing elsewhere."""
        is_valid: bool = super().validate()
        if self.came.data is None and not self.came.errors:
            self.came.errors = [_("Please fill this in.")]
            return False
        return is_valid


class PhotoForm(FlaskForm):
    """One photo, what is to be seen, and that it may be shown."""

    photo = FileField(_l("Photo"), description=_l("JPEG, PNG or WebP. Place and camera are taken out of it."))
    caption = LineField(
        _l("What is to be seen"),
        limit=CAPTION_LIMIT,
        validators=[Needed()],
        description=_l("Stands below the photo, and is read to those who don't see it."),
    )
    is_agreed = BooleanField(
        _l("Everybody who can be recognised in it agrees that the whole world may see it"), validators=[Needed()]
    )


@blueprint.get("/report")
@public
def show(token: str, year: int, event: str) -> str:
    """Show what the host has told, and what can be added."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    return _page(host, found, _report_form(host, found), PhotoForm())


@blueprint.post("/report")
@public
def tell(token: str, year: int, event: str) -> ResponseReturnValue:
    """Store how many came and how it was."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    form = ReportForm(found, host)
    if not form.validate():
        return _page(host, found, form, PhotoForm()), 422
    try:
        with unit_of_work():
            reports.tell(
                found,
                came=int(str(form.came.data)),
                words=form.words.data or "",
                language=form.language.data,
                now=datetime.now(UTC),
            )
    except Refused as refused:
        form.form_errors = [sentence(refused)]
        return _page(host, found, form, PhotoForm()), 409
    flash(_("Thank you. A coordinator looks at it before anybody else does. You can add photos now."), "message")
    return redirect(url_for("host_reports.show", token=token, year=year, event=event, _anchor="photos"), 303)


@blueprint.post("/report/photos")
@public
def add_photo(token: str, year: int, event: str) -> ResponseReturnValue:
    """Take a photo in: drawn anew before anything is stored."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    report, form = scope.hosted_report(found), PhotoForm()
    if not form.validate():
        return _page(host, found, _report_form(host, found), form), 422
    try:
        limits.check_network(PHOTOS_FROM_NETWORK)
        reports.check_open(found, now=datetime.now(UTC))
        _take_in(report, form)
    except Refused as refused:
        form.photo.errors = [sentence(refused)]
        return _page(host, found, _report_form(host, found), form), 429 if refused.code == "too-many" else 422
    flash(_("The photo is added."), "message")
    return redirect(url_for("host_reports.show", token=token, year=year, event=event, _anchor="photos"), 303)


@blueprint.get("/report/photos/<name>.jpg")
@public
def photo(token: str, year: int, event: str, name: str) -> Response:
    """Show a host a photo of theirs."""
    found = scope.hosted_photo(scope.hosted_event(scope.own_host(token), year, event), name)
    return Response(found.body, mimetype="image/jpeg")


@blueprint.post("/report/photos/<name>/remove")
@public
def remove_photo(token: str, year: int, event: str, name: str) -> ResponseReturnValue:
    """Delete a photo, at once and for good."""
    photo = scope.hosted_photo(scope.hosted_event(scope.own_host(token), year, event), name)
    with unit_of_work():
        reports.remove_photo(photo, now=datetime.now(UTC))
    flash(_("The photo is deleted."), "message")
    return redirect(url_for("host_reports.show", token=token, year=year, event=event, _anchor="photos"), 303)


@blueprint.get("/certificate.pdf")
@public
def certificate(token: str, year: int, event: str) -> Response:
    """Answer with the certificate that the host carried the event out, in a language of their choice."""
    return certificates.answer(scope.hosted_event(scope.own_host(token), year, event), now=datetime.now(UTC))


@blueprint.app_template_filter()
def report_state(status: Status) -> str:
    """Return what the state of a report is called."""
    return {Status.SENT: _("To be checked"), Status.RETURNED: _("Sent back"), Status.CHECKED: _("Checked")}[status]


@blueprint.app_template_filter()
def direction_of(language: str) -> str:
    """Return in which direction a text in a language runs."""
    return direction(language)


def _take_in(report: Report, form: PhotoForm) -> None:
    """Draw the photo anew, which takes a while, and then store it in a unit of work that doesn't."""
    sent = form.photo.data
    drawn = pictures.taken_in(sent.read(pictures.BYTES + 1) if sent else b"")
    with unit_of_work():
        reports.add_photo(
            report,
            drawn.body,
            width=drawn.width,
            height=drawn.height,
            caption=str(form.caption.data),
            now=datetime.now(UTC),
        )


def _report_form(host: Host, event: Event) -> ReportForm:
    form, report = ReportForm(event, host), reports.of_event(event)
    if report is not None:
        form.show(report)
    return form


def _page(host: Host, event: Event, form: ReportForm, photo_form: PhotoForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "hosts/report.html",
        host=host,
        event=event,
        campaign=host.campaign,
        token=host.token,
        report=reports.of_event(event),
        closed=_closed(event, now=now),
        form=form,
        photo_form=photo_form,
        kinds=KINDS,
        photo_limit=PHOTO_LIMIT,
        has_certificate=reports.took_place(event, now=now),
        languages_offered=certificates.languages(event),
        act=ActForm(),
    )


def _closed(event: Event, *, now: datetime) -> str | None:
    """Return why nothing can be told now; None where it can."""
    try:
        reports.check_open(event, now=now)
    except Refused as refused:
        return sentence(refused)
    return None
