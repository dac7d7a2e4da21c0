"""A campaign's texts for translators: a PO file for each language, and a look at what one would change."""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from campaign import po
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.phrase import BYTE_LIMIT, Phrase
from campaign.i18n import OWN_NAMES, pick
from campaign.models import Campaign
from campaign.services import phrases
from campaign.services.phrases import Action, Plan
from campaign.web import filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.limits import room_for_organizers

REQUEST_BYTES = 3 * BYTE_LIMIT
"""Room for the file, and for the text of one that was looked at."""
blueprint = Blueprint("manage_translations", __name__, url_prefix="/manage/<campaign>/texts")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
LINES_SHOWN = 300


class TranslationsForm(FlaskForm):
    """A file, and what it is to be taken for; between the pages its text travels in the form."""

    language = SelectField(_l("Language"))
    file = FileField(_l("PO file"), description=_l("In UTF-8, at most 1 MB."))
    content = HiddenField()
    digest = HiddenField()

    def offer(self, campaign: Campaign) -> None:
        """Offer the languages that the campaign is translated into."""
        self.language.choices = [(code, OWN_NAMES.get(code, code)) for code in phrases.languages(campaign)]

    def read(self) -> list[Phrase]:
        """Return the phrases of the file that was sent, now or with an earlier page; raises Refused."""
        if self.file.data:
            content = self.file.data.read(BYTE_LIMIT + 1)
        elif self.content.data:
            content = self.content.data.encode(errors="replace")
        else:
            raise Refused("file-missing")
        language, found = po.read(content)
        if language not in (None, self.language.data):
            raise Refused("po-other-language", language=filters.language_name(str(language)))
        self.content.data = content.decode("utf-8-sig")
        return found


@blueprint.get("/<language>.po")
@requires(Permission.EDIT_CAMPAIGN)
def export(campaign: str, language: str) -> Response:
    """Return the campaign's texts in the main language, with their translations into another."""
    found, now = scope.managed_campaign(), datetime.now(UTC)
    if language not in phrases.languages(found):
        raise Refused("language-not-translated")
    name = pick(found.name, found.default_language)[0]
    content = po.write(phrases.to_translate(found, language), language=language, project=name, at=now)
    response = Response(content, mimetype="text/x-gettext-translation")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-{language}.po"'
    return response


@blueprint.route("/import/", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def upload(campaign: str) -> ResponseReturnValue:
    """Show what a file would change; stores nothing."""
    found, form = scope.managed_campaign(), TranslationsForm()
    form.offer(found)
    if not form.validate_on_submit():
        return _page(found, form, None), 422 if form.is_submitted() else 200
    try:
        plan = phrases.plan(found, form.language.data, form.read())
    except Refused as refused:
        return _refused(found, form, refused)
    return _page(found, form, plan)


@blueprint.post("/import/accept")
@requires(Permission.EDIT_CAMPAIGN)
def accept(campaign: str) -> ResponseReturnValue:
    """Store exactly what was shown; show it anew where it would be something else by now."""
    found, form = scope.managed_campaign(), TranslationsForm()
    form.offer(found)
    if not form.validate():
        return _page(found, form, None), 422
    language, digest = form.language.data, form.digest.data or ""
    try:
        sent = form.read()
        with unit_of_work():
            count = phrases.accept(found, language, sent, digest=digest, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        if refused.code != "plan-changed":
            return _refused(found, form, refused)
        form.form_errors.append(sentence(refused))
        return _page(found, form, phrases.plan(found, language, sent)), 409
    flash(ngettext("%(num)s text is stored.", "%(num)s texts are stored.", count), "message")
    return redirect(url_for("manage_texts.listing", campaign=campaign), 303)


def _refused(campaign: Campaign, form: TranslationsForm, refused: Refused) -> ResponseReturnValue:
    """Say why the file isn't taken, and ask for another."""
    form.file.errors = [sentence(refused)]
    form.content.data = form.digest.data = None
    return _page(campaign, form, None), 422


def _page(campaign: Campaign, form: TranslationsForm, plan: Plan | None) -> str:
    lines = [line for line in plan.lines if line.action not in (Action.EMPTY, Action.UNCHANGED)] if plan else []
    if plan:
        form.digest.data = plan.digest()
    return render_template(
        "manage/texts/import.html",
        campaign=campaign,
        form=form,
        plan=plan,
        lines=lines[:LINES_SHOWN],
        left=max(0, len(lines) - LINES_SHOWN),
        counts=[(action, plan.count(action)) for action in Action] if plan else [],
        reasons={line.phrase.key: sentence(line.reason) for line in lines if line.reason},
    )
