"""What registrants are asked to agree to: the words of today, and every version that was."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign
from campaign.services import consents
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import ProseField, texts_of
from campaign.web.limits import room_for_organizers

REQUEST_BYTES = 500_000
"""Room for the longest text in every language, six bytes a letter."""
blueprint = Blueprint("manage_consents", __name__, url_prefix="/manage/<campaign>/consents")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


class ConsentForm(FlaskForm):
    """One text in each of the campaign's languages."""

    def of(self, campaign: Campaign) -> list[Field]:
        """Return the fields of the campaign's languages and of those that the text is in already."""
        text = consents.current(campaign).text
        return [self[f"text_{code}"] for code in LANGUAGES if code in campaign.languages or code in text]


for _code in LANGUAGES:
    setattr(ConsentForm, f"text_{_code}", ProseField(OWN_NAMES[_code], limit=consents.TEXT_LIMIT))


@blueprint.get("/")
@requires(Permission.EDIT_CAMPAIGN)
def show(campaign: str) -> str:
    """Show the present words, to be changed, and the earlier ones."""
    found = scope.managed_campaign()
    form = ConsentForm()
    for code, text in consents.current(found).text.items():
        form[f"text_{code}"].data = text
    return _page(found, form)


@blueprint.post("/")
@requires(Permission.EDIT_CAMPAIGN)
def store(campaign: str) -> ResponseReturnValue:
    """Ask for something else from now on."""
    found, form = scope.managed_campaign(), ConsentForm()
    if not form.validate():
        return _page(found, form), 422
    version = consents.current(found).version
    try:
        with unit_of_work():
            text = texts_of(form.of(found), "text", [field.short_name[5:] for field in form.of(found)])
            newest = consents.write_next(found, text, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        form[f"text_{found.default_language}"].errors = [sentence(refused)]
        return _page(found, form), 422
    same = _("The words are the same as before.")
    done = _("From now on people agree to version %(number)s.", number=newest.version)
    flash(same if newest.version == version else done, "message")
    return redirect(url_for("manage_consents.show", campaign=campaign), 303)


def _page(campaign: Campaign, form: ConsentForm) -> str:
    return render_template(
        "manage/consents/show.html",
        campaign=campaign,
        form=form,
        fields=form.of(campaign),
        versions=consents.history(campaign),
        agreed=consents.agreed(campaign),
    )
