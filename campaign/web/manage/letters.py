"""Writing to the registrants of an event, a country or a year: draft, preview with count, sending, progress."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Status as EventStatus
from campaign.domain.letter import Audience
from campaign.domain.mail_text import IN_SUBJECT, PLACEHOLDERS
from campaign.domain.message import Status
from campaign.domain.permission import Permission
from campaign.models import Edition, Event, Letter
from campaign.services import letters, mail_texts, programme
from campaign.services.letters import Draft
from campaign.services.mail_texts import Words
from campaign.web import filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.limits import room_for_organizers
from campaign.web.manage.mail_texts import REQUEST_BYTES
from campaign.web.manage.words_form import WordsForm, previews
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_letters", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
ALL = "all"


class LetterForm(WordsForm):
    """A letter, whom it is for, and whether to hold it back from who got another today."""

    audience = RadioField(_l("Who gets it"), default=Audience.CONFIRMED)
    country = SelectField(_l("Of which events"))
    ignores_daily_limit = BooleanField(_l("Also to those who got a letter of this campaign in the last 24 hours"))

    def __init__(self, edition: Edition, event: Event | None) -> None:
        super().__init__()
        self.audience.choices = [(one.value, audience_phrase(one)) for one in Audience]
        if event is None:
            self.country.choices = _countries(edition)
        else:
            del self.country

    def draft(self, edition: Edition) -> Draft:
        """Return what was filled in."""
        texts = self.words(edition.campaign)
        ignores = self.ignores_daily_limit is not None and bool(self.ignores_daily_limit.data)
        return Draft(Audience(self.audience.data), texts, ignores)

    def chosen_country(self) -> str | None:
        """Return the country whose events it is about, None for all."""
        return None if self.country is None or self.country.data == ALL else self.country.data

    def show(self, letter: Letter) -> None:
        """Fill in a draft."""
        self.audience.data = letter.audience
        if self.ignores_daily_limit is not None:
            self.ignores_daily_limit.data = letter.ignores_daily_limit
        if self.country is not None:
            self.country.data = letter.country or ALL
        for language in letter.edition.campaign.languages:
            words = Words(letter.subject.get(language, ""), letter.body.get(language, ""), language)
            self.show_words(language, words)


@blueprint.get("/<campaign>/<int:year>/letters/")
@requires(Permission.WRITE_TO_REGISTRANTS)
def listing(campaign: str, year: int) -> str:
    """List the year's letters, a coordinator's only in their countries."""
    edition = scope.managed_edition(year)
    found = [one for one in letters.of_edition(edition) if scope.may_act_in(one.reaches)]
    return render_template("manage/letters/list.html", campaign=edition.campaign, edition=edition, letters=found)


@blueprint.route("/<campaign>/<int:year>/letters/new/", methods=["GET", "POST"])
@requires(Permission.WRITE_TO_REGISTRANTS)
def write(campaign: str, year: int) -> ResponseReturnValue:
    """Write to the registrants of a year or a country."""
    return _write(scope.managed_edition(year), None)


@blueprint.route("/<campaign>/<int:year>/events/<event>/letters/new/", methods=["GET", "POST"])
@requires(Permission.WRITE_TO_REGISTRANTS)
def write_to_event(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Write to the registrants of an event."""
    found = scope.managed_event(year, event)
    return _write(found.edition, found)


@blueprint.get("/<campaign>/<int:year>/letters/<int(max=2147483647):letter>/")
@requires(Permission.WRITE_TO_REGISTRANTS)
def show(campaign: str, year: int, letter: int) -> str:
    """Show a letter: as a draft with its number of readers, afterwards how far it has come."""
    found, now = scope.managed_letter(year, letter), datetime.now(UTC)
    edition = found.edition
    own = {language: mail_texts.of_letter(found, language) for language in edition.campaign.languages}
    states = letters.progress(found)
    return render_template(
        "manage/letters/show.html",
        campaign=edition.campaign,
        edition=edition,
        letter=found,
        readers=None if found.sent_at else letters.readers_of(found, now=now),
        states=states,
        left=states.get(Status.QUEUED, 0) + states.get(Status.SENDING, 0),
        previews=previews(letters.example(found), letters.KIND, own, now=now),
        act=ActForm(),
    )


@blueprint.route("/<campaign>/<int:year>/letters/<int(max=2147483647):letter>/edit/", methods=["GET", "POST"])
@requires(Permission.WRITE_TO_REGISTRANTS)
def edit(campaign: str, year: int, letter: int) -> ResponseReturnValue:
    """Change a draft."""
    found = scope.managed_letter(year, letter)
    form = LetterForm(found.edition, found.event)
    if not form.is_submitted():
        form.show(found)
    if form.validate_on_submit():
        _check_reach(found.event, form.chosen_country())
        try:
            with unit_of_work():
                letters.rewrite(found, form.draft(found.edition), country=form.chosen_country())
        except Refused as refused:
            form.blame(refused)
        else:
            return redirect(_page(found), 303)
    return _form_page(form, found.edition, found.event, found)


@blueprint.post("/<campaign>/<int:year>/letters/<int(max=2147483647):letter>/send")
@requires(Permission.WRITE_TO_REGISTRANTS)
def send(campaign: str, year: int, letter: int) -> ResponseReturnValue:
    """Hand the letter to the worker."""
    found = scope.managed_letter(year, letter)
    with unit_of_work():
        letters.send(found, actor=me(), now=datetime.now(UTC))
    flash(_("The letter is on its way."), "message")
    return redirect(_page(found), 303)


@blueprint.post("/<campaign>/<int:year>/letters/<int(max=2147483647):letter>/discard")
@requires(Permission.WRITE_TO_REGISTRANTS)
def discard(campaign: str, year: int, letter: int) -> ResponseReturnValue:
    """Throw a draft away."""
    found = scope.managed_letter(year, letter)
    try:
        with unit_of_work():
            letters.discard(found, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(_page(found), 303)
    flash(_("The draft is thrown away."), "message")
    return redirect(url_for("manage_letters.listing", campaign=campaign, year=year), 303)


@blueprint.app_template_filter()
def audience_phrase(audience: Audience) -> str:
    """Return whom a letter is for."""
    return {
        Audience.CONFIRMED: _("Those who have a place"),
        Audience.WAITING: _("Those who wait for one"),
        Audience.ALL: _("Both"),
    }[audience]


def _write(edition: Edition, event: Event | None) -> ResponseReturnValue:
    form = LetterForm(edition, event)
    if form.validate_on_submit():
        _check_reach(event, form.chosen_country())
        try:
            with unit_of_work():
                letter = letters.write(
                    edition,
                    form.draft(edition),
                    event=event,
                    country=form.chosen_country(),
                    actor=me(),
                    now=datetime.now(UTC),
                )
        except Refused as refused:
            form.blame(refused)
        else:
            return redirect(_page(letter), 303)
    return _form_page(form, edition, event, None)


def _check_reach(event: Event | None, country: str | None) -> None:
    """Refuse a coordinator's letter beyond their countries."""
    if event is None:
        scope.check_country(country)


def _countries(edition: Edition) -> list[tuple[str, str]]:
    """Return the countries with events that the member may write to; all of them where nothing bounds the member."""
    public = (EventStatus.PUBLISHED, EventStatus.CANCELLED)
    codes = [code for code, _count in programme.countries(edition, statuses=public) if code and scope.may_act_in(code)]
    named = [(code, filters.country_name(code)) for code in sorted(codes, key=filters.country_order)]
    return [(ALL, _("All events of %(year)s", year=edition.year)), *named] if scope.may_act_in(None) else named


def _form_page(form: LetterForm, edition: Edition, event: Event | None, letter: Letter | None) -> ResponseReturnValue:
    page = render_template(
        "manage/letters/form.html",
        campaign=edition.campaign,
        edition=edition,
        event=event,
        letter=letter,
        form=form,
        placeholders=PLACEHOLDERS,
        in_subject=IN_SUBJECT,
    )
    return (page, 422) if form.is_submitted() else page


def _page(letter: Letter) -> str:
    edition = letter.edition
    return url_for("manage_letters.show", campaign=edition.campaign.slug, year=edition.year, letter=letter.id)
