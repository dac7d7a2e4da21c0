"""Links by which a number of people may register: made, copied, closed."""

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.moment import instant
from campaign.domain.permission import Permission
from campaign.models import Event
from campaign.services import invitations
from campaign.services.invitations import QUOTA_LIMIT
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import DayField, LineField, Needed, NumberField
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_invitations", __name__, url_prefix="/manage")


class InvitationForm(FlaskForm):
    """A link for so many people."""

    label = LineField(_l("For whom"), limit=120, validators=[Needed()], description=_l("Only organizers see it."))
    quota = NumberField(_l("Places"), low=1, high=QUOTA_LIMIT, validators=[Needed()])
    last_day = DayField(_l("Last day"), description=_l("Empty: until the event begins."))


@blueprint.get("/<campaign>/<int:year>/events/<event>/invitations/")
@requires(Permission.EDIT_EVENT)
def listing(campaign: str, year: int, event: str) -> str:
    """Show the event's invitations, and a form for one more."""
    return _page(scope.managed_event(year, event), InvitationForm())


@blueprint.post("/<campaign>/<int:year>/events/<event>/invitations/")
@requires(Permission.EDIT_EVENT)
def create(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Make a link."""
    found = scope.managed_event(year, event)
    form = InvitationForm()
    if not form.validate():
        return _page(found, form), 422
    quota, expires_at = int(str(form.quota.data)), _end_of(form, found)
    try:
        with unit_of_work():
            invitations.create(
                found,
                label=str(form.label.data),
                quota=quota,
                expires_at=expires_at,
                actor=me(),
                now=datetime.now(UTC),
            )
    except Refused as refused:
        form.last_day.errors = [sentence(refused)]
        return _page(found, form), 422
    flash(_("The link is made. Copy it from the list."), "message")
    return redirect(_listing(found), 303)


@blueprint.post("/<campaign>/<int:year>/events/<event>/invitations/<token>/revoke")
@requires(Permission.EDIT_EVENT)
def revoke(campaign: str, year: int, event: str, token: str) -> ResponseReturnValue:
    """Close a link; who came by it keeps the place."""
    found = scope.managed_invitation(year, event, token)
    with unit_of_work():
        invitations.revoke(found, actor=me(), now=datetime.now(UTC))
    flash(_("The link is closed. Whoever came by it keeps the place."), "message")
    return redirect(_listing(found.event), 303)


def _end_of(form: InvitationForm, event: Event) -> datetime | None:
    """Return when the last day ends where the event is."""
    day = form.last_day.data
    return instant(datetime.combine(day + timedelta(days=1), time()), event.zone or "UTC") if day else None


def _page(event: Event, form: InvitationForm) -> str:
    campaign, now = event.edition.campaign, datetime.now(UTC)
    page = address.event_page(campaign.slug, event.edition.year, event.slug)
    return render_template(
        "manage/invitations/list.html",
        campaign=campaign,
        edition=event.edition,
        event=event,
        form=form,
        act=ActForm(),
        invitations=[
            (one, invitations.is_usable(one, now=now), f"{page}register/{one.token}")
            for one in invitations.of_event(event)
        ],
    )


def _listing(event: Event) -> str:
    edition = event.edition
    return url_for("manage_invitations.listing", campaign=edition.campaign.slug, year=edition.year, event=event.slug)
