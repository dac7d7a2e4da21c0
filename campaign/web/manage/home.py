"""Where organizers start: the campaigns in which they have a role."""

from flask import Blueprint, render_template

from campaign.services import members
from campaign.web.auth import me, signed_in

blueprint = Blueprint("manage", __name__, url_prefix="/manage")


@blueprint.get("/")
@signed_in
def home() -> str:
    """List my campaigns."""
    return render_template(
        "manage/home.html",
        campaigns=members.campaigns_of(me()),
        roles=members.roles_of(me()),
        may_create=me().may_create_campaigns,
    )
