"""Whether strangers may propose events, when, and what the campaign asks of them."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.i18n import OWN_NAMES
from campaign.models import Campaign, Edition
from campaign.services import hosting, proposals
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import DayField, ProseField, texts_of
from campaign.web.limits import room_for_organizers

RULES_LIMIT = 5000
REQUEST_BYTES = 400_000
blueprint = Blueprint("manage_hosting", __name__, url_prefix="/manage/<campaign>/hosting")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


class HostingSettingsForm(FlaskForm):
    """The campaign's terms; the rules have one field for each of its languages."""

    takes_proposals = BooleanField(_l("Anybody may propose events"))
    proposals_from = DayField(_l("From"), description=_l("Empty: at once."))
    proposals_until = DayField(_l("Until"), description=_l("Empty: until the last day of the year's events."))

    def __init__(self, campaign: Campaign, edition: Edition | None) -> None:
        super().__init__()
        main = campaign.default_language
        self.codes = [main, *(code for code in campaign.languages if code != main)]
        if self.is_submitted():
            return
        self.takes_proposals.data = campaign.takes_proposals
        for code, field in zip(self.codes, self.rules_fields(), strict=True):
            field.data = campaign.host_rules.get(code)
        if edition:
            self.proposals_from.data, self.proposals_until.data = edition.proposals_from, edition.proposals_until

    def rules_fields(self) -> list[Field]:
        """Return the fields of the rules, the campaign's main language first."""
        return [self[f"host_rules_{code}"] for code in self.codes]

    def rules(self) -> dict[str, str]:
        """Return the rules that were written, by language."""
        return texts_of(self, "host_rules", self.codes)


for _code, _name in OWN_NAMES.items():
    setattr(HostingSettingsForm, f"host_rules_{_code}", ProseField(_name, limit=RULES_LIMIT))


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def show(campaign: str) -> ResponseReturnValue:
    """Show and change the terms on which events can be proposed."""
    found = scope.managed_campaign()
    edition, window = proposals.coming(found, today=datetime.now(UTC).date())
    edition = edition or next(iter(found.editions), None)
    form = HostingSettingsForm(found, edition)
    if form.validate_on_submit():
        days = form.proposals_from.data, form.proposals_until.data
        try:
            with unit_of_work():
                hosting.set_terms(
                    found, edition, form.takes_proposals.data, form.rules(), days, actor=me(), now=datetime.now(UTC)
                )
        except Refused as refused:
            form.proposals_until.errors = [sentence(refused)]
        else:
            flash(_("Saved."), "message")
            return redirect(url_for("manage_hosting.show", campaign=campaign), 303)
    page = render_template(
        "manage/campaigns/hosting.html",
        campaign=found,
        edition=edition,
        window=window,
        form=form,
        host_address=address.propose_page(found.slug),
    )
    return (page, 422) if form.is_submitted() else page
