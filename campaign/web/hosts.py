"""A host's own page, opened by the link in every mail to them: what they carry out, and what is to be done for it."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from campaign.db import unit_of_work
from campaign.models import Host
from campaign.services import hosts
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.fields import Needed
from campaign.web.registrations import ActForm

blueprint = Blueprint("hosts", __name__, url_prefix="/h/<token>")


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
    with unit_of_work():
        hosts.erase(host, now=datetime.now(UTC))
    flash(_("Your name and address are deleted. The events stay in the programme."), "message")
    return redirect(url_for("site.home"), 303)


def _page(host: Host, forget_form: ForgetForm) -> str:
    return render_template(
        "hosts/show.html",
        host=host,
        campaign=host.campaign,
        token=host.token,
        events=sorted(host.events, key=lambda event: event.edition.year, reverse=True),
        act=ActForm(),
        forget_form=forget_form,
    )
