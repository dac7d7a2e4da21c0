"""A campaign for its organizers: create it, its texts and rule, its years so far."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, SelectMultipleField

from campaign.db import unit_of_work
from campaign.domain.anniversary import AnniversaryRule
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign
from campaign.services import campaigns, privacy
from campaign.services.campaigns import Draft
from campaign.web import rules, scope
from campaign.web.auth import creators, me, requires
from campaign.web.errors import sentence
from campaign.web.fields import ClockField, LineField, MailField, Needed, NumberField, ProseField, texts_of
from campaign.web.limits import room_for_organizers
from campaign.web.registrations import ActForm
from campaign.web.rules import RuleForm

REQUEST_BYTES = 2_000_000
"""Room for a long story in every language: in a form, a letter of some alphabets takes six bytes."""
blueprint = Blueprint("manage_campaigns", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
TEXTS = {"name": (LineField, 120), "summary": (ProseField, 400), "story": (ProseField, 20_000)}
BLAMED = {
    "slug-not-usable": "slug",
    "slug-taken": "slug",
    "colour-not-usable": "colour",
    "language-missing": "default_language",
    "year-out-of-range": "since",
}


class CampaignForm(RuleForm):
    """Everything about a campaign; a text has one field for each of its languages."""

    slug = LineField(_l("Address"), limit=60, validators=[Needed()], description=_l("Such as open-data-day."))
    languages = SelectMultipleField(_l("Languages"), validators=[Needed()])
    default_language = SelectField(_l("Main language"))
    since = NumberField(_l("Commemorates since"), low=1, high=2200, description=_l("The year it counts from."))
    colour = LineField(_l("Colour"), limit=7, default="#1f4e79", validators=[Needed()])
    contact = MailField(_l("Contact address"), description=_l("Shown to everybody, and where replies to mails go."))
    default_start = ClockField(_l("Usual start"), description=_l("Local time, the same in every country."))
    default_minutes = NumberField(_l("Usual length in minutes"), low=1, high=44640, default=120)

    kept_days = NumberField(_l("Days that names are kept after an event"), low=1, high=365, default=30)
    marks_day = BooleanField(_l("Put the day itself into the calendars"))
    has_discreet_subjects = BooleanField(_l("Keep the subjects of mails discreet"))

    def offer(self) -> None:
        """Offer the choices in the reader's language."""
        super().offer()
        self.languages.choices = self.default_language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]

    def text_fields(self, name: str) -> list[Field]:
        """Return the fields of one text, a language each."""
        return [self[f"{name}_{code}"] for code in LANGUAGES]

    def show(self, campaign: Campaign) -> None:
        """Fill in a stored campaign."""
        self.show_rule(AnniversaryRule.from_json(campaign.rule))
        for name in ("slug", "languages", "default_language", "since", "colour", "contact"):
            self[name].data = getattr(campaign, name)
        self.has_discreet_subjects.data = campaign.has_discreet_subjects
        self.marks_day.data, self.kept_days.data = campaign.marks_day, campaign.kept_days
        self.default_start.data, self.default_minutes.data = campaign.default_start, campaign.default_minutes
        for name in TEXTS:
            for code, text in getattr(campaign, name).items():
                self[f"{name}_{code}"].data = text

    def draft(self, rule: AnniversaryRule, sources: Sequence[dict[str, object]]) -> Draft:
        """Return what was filled in."""
        return Draft(
            slug=str(self.slug.data),
            rule=rule,
            languages=[code for code in LANGUAGES if code in (self.languages.data or [])],
            default_language=self.default_language.data,
            since=self.since.data,
            colour=str(self.colour.data).lower(),
            contact=self.contact.data,
            default_start=self.default_start.data,
            default_minutes=self.default_minutes.data or 120,
            sources=sources,
            marks_day=bool(self.marks_day.data),
            has_discreet_subjects=bool(self.has_discreet_subjects.data),
            kept_days=self.kept_days.data or 30,
            name=texts_of(self, "name", LANGUAGES),
            summary=texts_of(self, "summary", LANGUAGES),
            story=texts_of(self, "story", LANGUAGES),
        )


def _add_texts() -> None:
    for name, (kind, limit) in TEXTS.items():
        for code, own_name in OWN_NAMES.items():
            setattr(CampaignForm, f"{name}_{code}", kind(own_name, limit=limit))


_add_texts()


@blueprint.route("/new/", methods=["GET", "POST"])
@creators
def create() -> ResponseReturnValue:
    """Create a campaign."""
    form = CampaignForm()
    form.offer()
    if not form.is_submitted():
        form.languages.data, form.default_language.data = ["en"], "en"
    if form.validate_on_submit() and (rule := form.rule()):
        try:
            with unit_of_work():
                found = campaigns.create(form.draft(rule, ()), owner=me(), now=datetime.now(UTC))
        except Refused as refused:
            _blame(form, refused)
        else:
            flash(_("The campaign is created. Open its first year next."), "message")
            return redirect(url_for("manage_campaigns.show", campaign=found.slug), 303)
    return _form_page(form, None)


@blueprint.route("/<campaign>/edit/", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def edit(campaign: str) -> ResponseReturnValue:
    """Change a campaign's texts and rule."""
    found = scope.managed_campaign()
    form = CampaignForm()
    form.offer()
    if not form.is_submitted():
        form.show(found)
    if form.validate_on_submit() and (rule := form.rule()):
        try:
            with unit_of_work():
                campaigns.edit(found, form.draft(rule, found.sources), actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            _blame(form, refused)
        else:
            flash(_("The campaign is changed."), "message")
            return redirect(url_for("manage_campaigns.show", campaign=found.slug), 303)
    return _form_page(form, found)


@blueprint.get("/<campaign>/")
@requires(Permission.VIEW_CAMPAIGN)
def show(campaign: str) -> str:
    """Show a campaign's years so far, and what else holds for all of them."""
    return _show(scope.managed_campaign())


@blueprint.post("/<campaign>/withdraw")
@requires(Permission.MANAGE_MEMBERS)
def withdraw(campaign: str) -> ResponseReturnValue:
    """Take the campaign off the public."""
    with unit_of_work():
        campaigns.withdraw(scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    flash(_("The campaign is withdrawn: its pages and calendars are gone until you restore it."), "message")
    return redirect(url_for("manage_campaigns.show", campaign=campaign), 303)


@blueprint.post("/<campaign>/restore")
@requires(Permission.MANAGE_MEMBERS)
def restore(campaign: str) -> ResponseReturnValue:
    """Show a withdrawn campaign again."""
    with unit_of_work():
        campaigns.restore(scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    flash(_("The campaign is public again."), "message")
    return redirect(url_for("manage_campaigns.show", campaign=campaign), 303)


def _show(campaign: Campaign) -> str:
    return render_template(
        "manage/campaigns/show.html",
        campaign=campaign,
        rule_phrase=rules.phrase(AnniversaryRule.from_json(campaign.rule)),
        act=ActForm(),
        last_purge=privacy.last_purge(campaign),
        next_end=privacy.next_end(campaign),
    )


def _form_page(form: CampaignForm, campaign: Campaign | None) -> ResponseReturnValue:
    page = render_template("manage/campaigns/form.html", form=form, campaign=campaign, texts=list(TEXTS))
    return (page, 422) if form.is_submitted() else page


def _blame(form: CampaignForm, refused: Refused) -> None:
    field = BLAMED.get(refused.code)
    if field:
        form[field].errors = [sentence(refused)]
    else:
        form.form_errors.append(sentence(refused))
