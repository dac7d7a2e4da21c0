"""The book of remembrance: reading it, and writing into it without telling who one is."""

import uuid
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from campaign.domain import mail_text
from campaign.domain.errors import Refused
from campaign.domain.limit import TRIBUTES_FROM_NETWORK, TRIBUTES_IN_CAMPAIGN
from campaign.domain.tribute import NAME_LIMIT, OTHER_LANGUAGE, TEXT_LIMIT
from campaign.i18n import LANGUAGES, OWN_NAMES, language_name
from campaign.models import Campaign
from campaign.services import tributes
from campaign.services.tributes import Draft
from campaign.web import filters, language, limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.fields import Needed, ProseField
from campaign.web.registrations import LOOKS_LIKE_ADDRESS, NameField, submission_id

blueprint = Blueprint("tributes", __name__)


class TributeField(ProseField):
    """A text for everybody; an address in it would make the book somebody's advertisement."""

    def clean(self, value: str) -> str | None:
        """Return the text."""
        text = super().clean(value)
        if text and LOOKS_LIKE_ADDRESS.search(text):
            raise ValueError(_("Write it without a web or mail address."))
        return text


class WordsForm(FlaskForm):
    """What an author writes, and may write anew."""

    text = TributeField(_l("Your words"), limit=TEXT_LIMIT, validators=[Needed()])
    name = NameField(_l("Name"), limit=NAME_LIMIT, description=_l("A pseudonym is enough, and you may leave it empty."))
    language = SelectField(
        _l("Language"), description=_l("What it is written in, so that somebody reads it who understands it.")
    )

    def offer(self, campaign: Campaign) -> None:
        """Offer the languages, those of the campaign first."""
        codes = dict.fromkeys((*campaign.languages, *LANGUAGES))
        self.language.choices = [(code, OWN_NAMES.get(code) or language_name(code, code)) for code in codes]
        self.language.choices.append((OTHER_LANGUAGE, _("another language")))

    def draft(self) -> Draft:
        """Return what was written."""
        return Draft(str(self.text.data), self.language.data, self.name.data or "")


class TributeForm(WordsForm):
    """A tribute, and what keeps robots away."""

    website = StringField(_l("Leave this empty"))
    submission = HiddenField()

    def __init__(self, campaign: Campaign) -> None:
        super().__init__()
        self.offer(campaign)
        if not self.is_submitted():
            self.language.data = language.current()
            self.submission.data = str(uuid.uuid4())


@blueprint.get("/<campaign>/tributes/")
@public
def book(campaign: str) -> Response:
    """Show what was written, the newest first."""
    found = scope.public_book(campaign)
    spoken = tributes.languages(found)
    chosen = request.args.get("lang")
    chosen = chosen if chosen in spoken else None
    page = tributes.shown(found, language=chosen, before=_before())
    answer = make_response(
        render_template("tributes/book.html", campaign=found, page=page, languages_spoken=spoken, chosen=chosen)
    )
    if found.hides_tributes:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/<campaign>/tributes/write/")
@public
def form(campaign: str) -> ResponseReturnValue:
    """Show the form; or say that the book takes nothing just now."""
    found = scope.public_book(campaign)
    if not found.takes_tributes:
        return redirect(_book(found), 303)
    return _form_page(found, TributeForm(found))


@blueprint.post("/<campaign>/tributes/write/")
@public
def write(campaign: str) -> ResponseReturnValue:
    """Keep a tribute until somebody has read it, and show its author the link that nobody else has."""
    found = scope.public_book(campaign)
    sent = TributeForm(found)
    if sent.website.data:
        return redirect(_book(found), 303)
    if not sent.validate():
        return _form_page(found, sent), 422
    try:
        tributes.check_open(found)
        with limits.sending([_aim(found)]):
            _tribute, token = tributes.write(
                found, sent.draft(), submission=submission_id(sent.submission.data), now=datetime.now(UTC)
            )
    except Refused as refused:
        sent.form_errors.append(sentence(refused))
        return _form_page(found, sent), *limits.status(refused)
    return redirect(url_for("own_tribute.mine", token=token), 303)


@blueprint.app_template_filter()
def paragraphs(text: str) -> list[list[str]]:
    """Return the paragraphs of a plain text, each a list of lines."""
    return mail_text.paragraphs(text)


@blueprint.app_template_filter()
def tribute_language(code: str) -> str:
    """Return the name of a tribute's language in the reader's."""
    return _("another language") if code == OTHER_LANGUAGE else filters.language_name(code)


def _form_page(campaign: Campaign, sent: TributeForm) -> str:
    is_closed = campaign.attack_mode_at is not None
    return render_template(
        "tributes/write.html",
        campaign=campaign,
        form=sent,
        is_closed=is_closed,
        notes=None if is_closed else limits.notes_for(_aim(campaign)),
    )


def _aim(campaign: Campaign) -> limits.Aim:
    """Return what the limits know; attack mode closes the form instead of asking for a proof."""
    return limits.Aim(f"tributes-{campaign.id}", TRIBUTES_IN_CAMPAIGN, False, TRIBUTES_FROM_NETWORK)


def _before() -> int | None:
    """Return the tribute behind which the page begins, as the address says."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _book(campaign: Campaign) -> str:
    return url_for("tributes.book", campaign=campaign.slug)
