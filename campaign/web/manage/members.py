"""Who organizes a campaign: inviting, roles and countries, deputies, absences, handing over."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from campaign.db import rehearsal, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.limit import INVITATIONS_TO_ADDRESS
from campaign.domain.permission import DEPUTIES, Permission, Role
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign, Member
from campaign.services import coordinators, member_invitations, members
from campaign.web import auth, language, limits, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import DayField, MailField, Needed
from campaign.web.manage.countries_field import CountriesField
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_members", __name__, url_prefix="/manage/<campaign>")
INVITED = (Role.COORDINATOR, Role.EDITOR, Role.VIEWER, Role.DOOR, Role.OWNER)
"""The roles as they are offered, the usual one first."""
NOTHING_SENT = {"formdata": None}
"""For a form that stands beside the one that was sent."""


class RoleForm(FlaskForm):
    """A role, and for a coordinator the countries."""

    role = SelectField(_l("Role"))
    countries = CountriesField(
        _l("Countries"), description=_l("For coordinators, with commas between them: Germany, Austria.")
    )

    def __init__(self, member: Member | None = None, *, is_blank: bool = False) -> None:
        super().__init__(**NOTHING_SENT if is_blank else {})
        self.role.choices = [(role, role_name(role)) for role in INVITED]
        if member and (is_blank or not self.is_submitted()):
            self.role.data, self.countries.data = member.role, tuple(member.countries)

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that a coordinator has a country."""
        valid = super().validate()
        if self.role.data == Role.COORDINATOR and not self.countries.data and not self.countries.errors:
            self.countries.errors = [_("Say for which countries.")]
            return False
        return valid


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email = MailField(_l("Mail address"), validators=[Needed()])
    language = SelectField(_l("Language of the mail"))

    def __init__(self) -> None:
        super().__init__()
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.language.data = language.current()


class AbsenceForm(FlaskForm):
    """When somebody is away, and who stands in for them."""

    away_from = DayField(_l("Away from"))
    away_until = DayField(_l("Last day away"), description=_l("Both empty: not away."))
    deputy = SelectField(_l("Deputy"), description=_l("May act in these countries during the absence, and only then."))

    def __init__(self, member: Member, *, is_blank: bool = False) -> None:
        super().__init__(**NOTHING_SENT if is_blank else {})
        others = [one for one in coordinators.of_campaign(member.campaign) if one.id != member.id]
        fit = [(str(one.id), one.user.email) for one in others if one.role in DEPUTIES]
        self.deputy.choices = [("", _("nobody")), *fit]
        if is_blank or not self.is_submitted():
            self.away_from.data, self.away_until.data = member.away_from, member.away_until
            self.deputy.data = str(member.deputy_id or "")


class HandoverForm(FlaskForm):
    """Who takes over."""

    to = SelectField(_l("To whom"))

    def __init__(self, member: Member) -> None:
        super().__init__()
        others = [one for one in coordinators.of_campaign(member.campaign) if one.id != member.id]
        self.to.choices = [(str(one.id), one.user.email) for one in others if one.role is Role.COORDINATOR]


class RemovalForm(FlaskForm):
    """Asks for a tick, since the way back is another invitation."""

    is_meant = BooleanField(_l("I know that they can do nothing here any more"), validators=[Needed()])


def role_name(role: str) -> str:
    """Return a role in words."""
    return {
        Role.OWNER: _("Owner"),
        Role.EDITOR: _("Editor"),
        Role.COORDINATOR: _("Coordinator"),
        Role.DOOR: _("Door"),
        Role.VIEWER: _("Viewer"),
    }[Role(role)]


@blueprint.get("/members/")
@requires(Permission.VIEW_MEMBERS)
def listing(campaign: str) -> str:
    """Show who is who; owners also whom they invited."""
    return _list(scope.managed_campaign(), InvitationForm())


@blueprint.post("/members/invite")
@requires(Permission.MANAGE_MEMBERS, fresh=True)
def invite(campaign: str) -> ResponseReturnValue:
    """Invite somebody by mail; the answer is the same whether the address has an account or not."""
    found, form = scope.managed_campaign(), InvitationForm()
    if not form.validate():
        return _list(found, form), 422
    now, email = datetime.now(UTC), str(form.email.data)
    with unit_of_work():
        has_room = limits.may_be_mailed(INVITATIONS_TO_ADDRESS, email, now=now)
    try:
        with unit_of_work() if has_room else rehearsal():
            countries = form.countries.data or ()
            role, reads = Role(form.role.data), form.language.data
            member_invitations.invite(found, email, role, countries=countries, language=reads, actor=me(), now=now)
    except Refused as refused:
        form.email.errors = [sentence(refused)]
        return _list(found, form), 409
    flash(_("The invitation is on its way. It holds for two weeks."), "message")
    return redirect(_members(found), 303)


@blueprint.post("/members/invitations/<int(max=2147483647):member_invitation>/revoke")
@requires(Permission.MANAGE_MEMBERS)
def revoke(campaign: str, member_invitation: int) -> ResponseReturnValue:
    """Take an invitation back."""
    found = scope.managed_member_invitation(member_invitation)
    return _act(
        partial(member_invitations.revoke, found),
        _("The invitation holds no more."),
        _members(scope.managed_campaign()),
    )


@blueprint.get("/members/<int(max=2147483647):member>/")
@requires(Permission.MANAGE_MEMBERS, fresh=True)
def edit(campaign: str, member: int) -> str:
    """Show a member, and what can be changed."""
    return _member_page(scope.managed_member(member))


@blueprint.post("/members/<int(max=2147483647):member>/")
@requires(Permission.MANAGE_MEMBERS, fresh=True)
def change_role(campaign: str, member: int) -> ResponseReturnValue:
    """Change a member's role and countries."""
    found = scope.managed_member(member)
    form = RoleForm(found)
    if form.validate():
        change = partial(members.change_role, found, Role(form.role.data), countries=list(form.countries.data or ()))
        return _act(change, _("The role is changed, and holds at once."), _members(found.campaign))
    return _member_page(found, form=form), 422


@blueprint.post("/members/<int(max=2147483647):member>/remove")
@requires(Permission.MANAGE_MEMBERS, fresh=True)
def remove(campaign: str, member: int) -> ResponseReturnValue:
    """Take somebody's role away; their account stays."""
    found, form = scope.managed_member(member), RemovalForm()
    if not form.validate():
        return _member_page(found, removal=form), 422
    where = url_for("manage.home") if found.user_id == me().id else _members(found.campaign)
    return _act(partial(members.remove, found), _("They organize this campaign no more; the account stays."), where)


@blueprint.post("/members/<int(max=2147483647):member>/absence")
@requires(Permission.MANAGE_MEMBERS)
def set_absence(campaign: str, member: int) -> ResponseReturnValue:
    """Note for a member when they are away, and who stands in."""
    found = scope.managed_member(member)
    form = AbsenceForm(found)
    if _is_noted(found, form):
        return redirect(_members(found.campaign), 303)
    return _member_page(found, absence=form), 422


@blueprint.post("/members/<int(max=2147483647):member>/handover")
@requires(Permission.MANAGE_MEMBERS, fresh=True)
def hand_over(campaign: str, member: int) -> ResponseReturnValue:
    """Give all that a coordinator looks after to another one."""
    found = scope.managed_member(member)
    form = HandoverForm(found)
    if not form.validate():
        return _member_page(found, handover=form), 422
    to = scope.managed_member(int(form.to.data))
    done = _("Countries and what was in hand have gone over.")
    return _act(partial(coordinators.hand_over, found, to), done, _members(found.campaign))


@blueprint.get("/me/")
@requires(Permission.VIEW_MEMBERS)
def mine(campaign: str) -> str:
    """Show when one is away oneself, and who stands in."""
    found = scope.managed_me()
    return _my_page(found, AbsenceForm(found))


@blueprint.post("/me/")
@requires(Permission.VIEW_MEMBERS)
def be_away(campaign: str) -> ResponseReturnValue:
    """Say when one is away oneself, and who stands in."""
    found = scope.managed_me()
    form = AbsenceForm(found)
    if _is_noted(found, form):
        return redirect(url_for("manage_members.mine", campaign=campaign), 303)
    return _my_page(found, form), 422


def _my_page(found: Member, form: AbsenceForm) -> str:
    return render_template("manage/members/mine.html", campaign=found.campaign, member=found, form=form, **_words())


def _is_noted(found: Member, form: AbsenceForm) -> bool:
    """Store an absence; return whether it was taken, after adding an error to the field to blame."""
    if not form.validate():
        return False
    deputy = scope.managed_member(int(form.deputy.data)) if form.deputy.data else None
    days, now = (form.away_from.data, form.away_until.data), datetime.now(UTC)
    try:
        with unit_of_work():
            coordinators.be_away(found, *days, actor=me(), now=now)
            coordinators.appoint_deputy(found, deputy, actor=me(), now=now)
    except Refused as refused:
        (form.deputy if refused.code == "deputy-unfit" else form.away_until).errors = [sentence(refused)]
        return False
    flash(_("Saved."), "message")
    return True


def _act(service: Callable[..., object], done: str, where: str) -> ResponseReturnValue:
    try:
        with unit_of_work():
            service(actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(where, 303)


def _members(campaign: Campaign) -> str:
    return url_for("manage_members.listing", campaign=campaign.slug)


def _list(campaign: Campaign, form: InvitationForm) -> str:
    now = datetime.now(UTC)
    is_owner = auth.can(Permission.MANAGE_MEMBERS)
    return render_template(
        "manage/members/list.html",
        campaign=campaign,
        members=coordinators.of_campaign(campaign),
        invitations=member_invitations.open_ones(campaign, now=now) if is_owner else [],
        form=form,
        act=ActForm(),
        me=me(),
        **_words(),
    )


def _member_page(found: Member, **sent: FlaskForm) -> str:
    """Show a member with four forms, of which the one that was sent keeps what was typed."""
    forms: dict[str, FlaskForm] = {
        "form": RoleForm(found, is_blank=True),
        "absence": AbsenceForm(found, is_blank=True),
        "handover": HandoverForm(found),
        "removal": RemovalForm(formdata=None),
    }
    return render_template(
        "manage/members/show.html", campaign=found.campaign, member=found, **{**forms, **sent}, **_words()
    )


def _words() -> dict[str, object]:
    today = datetime.now(UTC).date()
    return {"role_name": role_name, "is_away": partial(coordinators.is_away, today=today)}
