"""Accepting an invitation to organize: by whoever owns the address that it was sent to, and nobody else."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.services import member_invitations, members
from campaign.web import scope
from campaign.web.auth import me, public
from campaign.web.errors import sentence
from campaign.web.manage.members import role_name
from campaign.web.registrations import ActForm

blueprint = Blueprint("membership", __name__, url_prefix="/account/invitation/<token>")


@blueprint.get("/")
@public
def show(token: str) -> str:
    """Show what somebody is asked to take on; looking changes nothing."""
    found = scope.own_member_invitation(token)
    return render_template(
        "account/invitation.html",
        invitation=found,
        inviting=found.campaign,
        role=role_name(found.role),
        user=me() if current_user.is_authenticated else None,
        has_account=members.by_email(found.email) is not None,
        here=url_for("membership.show", token=token),
        act=ActForm(),
    )


@blueprint.post("/")
@public
def accept(token: str) -> ResponseReturnValue:
    """Take the role on; whoever has no account gets one, and is signed in."""
    campaign = scope.own_member_invitation(token).campaign.slug
    signed_in = me() if current_user.is_authenticated else None
    try:
        with unit_of_work():
            user = member_invitations.accept(token, user=signed_in, now=datetime.now(UTC))
            if signed_in is None:
                login_user(user, authn_via=["link"])
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("membership.show", token=token), 303)
    if signed_in is None:
        flash(_("Welcome. Choose a password or add a passkey, so that you can sign in again."), "message")
    else:
        flash(_("Welcome. This is your campaign now, too."), "message")
    return redirect(url_for("manage_campaigns.show", campaign=campaign), 303)
