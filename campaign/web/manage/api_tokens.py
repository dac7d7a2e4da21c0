"""A member's secrets for programs: made, shown once, taken back."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.services import api_tokens
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import LineField, Needed
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_api_tokens", __name__, url_prefix="/manage")


class TokenForm(FlaskForm):
    """One secret more."""

    label = LineField(_l("What it is for"), limit=80, validators=[Needed()])


@blueprint.get("/<campaign>/api/")
@requires(Permission.EDIT_CAMPAIGN)
def listing(campaign: str) -> str:
    """Show the member's own secrets, and a form for one more."""
    return _page(TokenForm())


@blueprint.post("/<campaign>/api/")
@requires(Permission.EDIT_CAMPAIGN, fresh=True)
def create(campaign: str) -> ResponseReturnValue:
    """Make a secret; this page alone shows it, once."""
    form = TokenForm()
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work():
            token = api_tokens.create(g.member, label=str(form.label.data), actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        form.label.errors = [sentence(refused)]
        return _page(form), 409
    return _page(TokenForm(formdata=None), token=token)


@blueprint.post("/<campaign>/api/<int(max=2147483647):number>/revoke")
@requires(Permission.EDIT_CAMPAIGN)
def revoke(campaign: str, number: int) -> ResponseReturnValue:
    """Take a secret back."""
    row = scope.managed_api_token(number)
    with unit_of_work():
        api_tokens.revoke(row, actor=me(), now=datetime.now(UTC))
    flash(_("This secret opens nothing any more."), "message")
    return redirect(url_for("manage_api_tokens.listing", campaign=campaign), 303)


def _page(form: TokenForm, *, token: str | None = None) -> str:
    return render_template(
        "manage/api_tokens/list.html",
        campaign=scope.managed_campaign(),
        tokens=api_tokens.of_member(g.member, now=datetime.now(UTC)),
        form=form,
        token=token,
        act=ActForm(),
    )
