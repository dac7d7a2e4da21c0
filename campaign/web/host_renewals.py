"""A host's answer whether last year's event takes place again: GET only shows, POST answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from campaign.db import rehearsal, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.limit import HANDING_OVER_FROM_NETWORK, MAILS_TO_ADDRESS
from campaign.domain.text import clean_text
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Renewal
from campaign.services import renewal_answers, renewal_drafts
from campaign.web import limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.fields import MailField, Needed, ProseField
from campaign.web.hosting_form import NOTE_LIMIT, HostingForm
from campaign.web.registrations import NameField

blueprint = Blueprint("host_renewals", __name__, url_prefix="/h/<token>/again/<int:year>/<event>")


class HeirForm(FlaskForm):
    """Who carries it out instead."""

    name = NameField(_l("Their name"), limit=80, validators=[Needed()])
    email = MailField(_l("Their mail address"), validators=[Needed()])
    language = SelectField(_l("Language of our mails to them"))
    note = ProseField(
        _l("Anything else that the coordinators should know"), limit=NOTE_LIMIT, description=_l("Only they read it.")
    )

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.language.data = language


@blueprint.post("/yes")
@public
def again(token: str, year: int, event: str) -> ResponseReturnValue:
    """Carry it out as last year."""
    return _answer(_own(token, year, event), partial(renewal_answers.again, note=None))


@blueprint.post("/no")
@public
def decline(token: str, year: int, event: str) -> ResponseReturnValue:
    """Not carry it out this year."""
    renewal = _own(token, year, event)
    try:
        note = clean_text(request.form.get("note", ""), limit=NOTE_LIMIT) or None
    except Refused as refused:
        flash(sentence(refused), "error")
        return _back(token)
    return _answer(renewal, partial(renewal_answers.decline, note=note))


@blueprint.route("/changes/", methods=["GET", "POST"])
@public
def change(token: str, year: int, event: str) -> ResponseReturnValue:
    """Carry it out with other facts; the form is filled in with last year's."""
    renewal = _own(token, year, event)
    form = HostingForm(renewal.edition, renewal_drafts.successor(renewal))
    form.kept = renewal_drafts.offered(renewal)
    if not form.is_submitted():
        form.show(form.kept)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                renewal_answers.change(renewal, form.draft(), note=form.note.data, now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            return _thank(renewal)
    return _page("hosts/changes.html", renewal, form)


@blueprint.route("/somebody-else/", methods=["GET", "POST"])
@public
def hand_over(token: str, year: int, event: str) -> ResponseReturnValue:
    """Name somebody who is asked instead."""
    renewal = _own(token, year, event)
    form = HeirForm(renewal.host.language)
    if form.validate_on_submit():
        email, now = str(form.email.data), datetime.now(UTC)
        try:
            limits.check_network(HANDING_OVER_FROM_NETWORK)
            with unit_of_work():
                has_room = limits.may_be_mailed(MAILS_TO_ADDRESS, email, now=now)
            with unit_of_work() if has_room else rehearsal():
                renewal_answers.hand_over(
                    renewal, name=str(form.name.data), email=email, language=form.language.data, note=form.note.data,
                    now=now,
                )  # fmt: skip
        except Refused as refused:
            form.form_errors.append(sentence(refused))
        else:
            flash(_("Thank you. We ask them by mail."), "message")
            return _back(token)
    return _page("hosts/hand_over.html", renewal, form)


def _own(token: str, year: int, event: str) -> Renewal:
    return scope.own_renewal(scope.own_host(token), year, event)


def _answer(renewal: Renewal, service: Callable[..., object]) -> ResponseReturnValue:
    token = renewal.host.token
    try:
        with unit_of_work():
            service(renewal, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return _back(token)
    return _thank(renewal)


def _thank(renewal: Renewal) -> ResponseReturnValue:
    event = renewal_drafts.successor(renewal)
    is_shown = event is not None and event.status is Status.PUBLISHED
    flash(_("Thank you. The event is published.") if is_shown else _("Thank you for your answer."), "message")
    return _back(renewal.host.token)


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("hosts.show", token=token), 303)


def _page(template: str, renewal: Renewal, form: FlaskForm) -> ResponseReturnValue:
    page = render_template(
        template,
        renewal=renewal,
        edition=renewal.edition,
        campaign=renewal.edition.campaign,
        token=renewal.host.token,
        form=form,
        is_open=renewal_answers.is_open(renewal, now=datetime.now(UTC)),
    )
    return (page, 422) if form.is_submitted() else page
