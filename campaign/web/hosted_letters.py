"""A host writes to the registrants of their event: draft, preview with count, one button."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.mail_text import IN_SUBJECT, PLACEHOLDERS
from campaign.models import Event, Host
from campaign.services import hosted_letters, letters, mail_texts
from campaign.services.letters import Draft
from campaign.web import limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.manage.letters import LetterForm
from campaign.web.manage.mail_texts import REQUEST_BYTES
from campaign.web.manage.words_form import previews
from campaign.web.registrations import ActForm

blueprint = Blueprint("hosted_letters", __name__, url_prefix="/h/<token>/<int:year>/<event>/letter")
blueprint.url_value_preprocessor(limits.room_for_hosts(REQUEST_BYTES, endpoint="hosted_letters.write"))


class HostLetterForm(LetterForm):
    """A letter in whichever of the campaign's languages the host writes; nobody gets two a day."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.edition, event)
        del self.ignores_daily_limit

    def host_draft(self, event: Event) -> Draft:
        """Return what was filled in."""
        draft = self.draft(event.edition)
        complete = [language for language, words in draft.texts.items() if words.subject and words.body]
        default = event.edition.campaign.default_language
        return replace(draft, main_language=default if default in complete or not complete else complete[0])


@blueprint.route("/", methods=["GET", "POST"])
@public
def write(token: str, year: int, event: str) -> ResponseReturnValue:
    """Write to the registrants, or change what isn't sent yet."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    form, draft = HostLetterForm(found), hosted_letters.draft_of(found, host)
    if draft and not form.is_submitted():
        form.show(draft)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                hosted_letters.write(found, form.host_draft(found), host=host, now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            return redirect(url_for("hosted_letters.look", token=token, year=year, event=event), 303)
    page = render_template(
        "hosts/letter.html",
        **_context(host, found),
        form=form,
        sent=hosted_letters.sent(found, host),
        placeholders=PLACEHOLDERS,
        in_subject=IN_SUBJECT,
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/look/")
@public
def look(token: str, year: int, event: str) -> ResponseReturnValue:
    """Show the letter with its number of readers before it goes."""
    host = scope.own_host(token)
    found, now = scope.hosted_event(host, year, event), datetime.now(UTC)
    letter = hosted_letters.draft_of(found, host)
    if letter is None:
        return redirect(url_for("hosted_letters.write", token=token, year=year, event=event), 303)
    campaign = found.edition.campaign
    own = {language: mail_texts.of_letter(letter, language) for language in campaign.languages}
    return render_template(
        "hosts/letter_look.html",
        **_context(host, found),
        letter=letter,
        readers=letters.readers_of(letter, now=now),
        previews=previews(found, letters.KIND, own, now=now),
        act=ActForm(),
    )


@blueprint.post("/send")
@public
def send(token: str, year: int, event: str) -> ResponseReturnValue:
    """Hand the letter to the worker."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    try:
        with unit_of_work():
            hosted_letters.send(found, host=host, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("hosted_letters.look", token=token, year=year, event=event), 303)
    flash(_("The letter is on its way."), "message")
    return redirect(url_for("hosts.show", token=token), 303)


@blueprint.post("/discard")
@public
def discard(token: str, year: int, event: str) -> ResponseReturnValue:
    """Throw away what isn't sent."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    with unit_of_work():
        hosted_letters.discard(found, host=host, now=datetime.now(UTC))
    flash(_("The draft is thrown away."), "message")
    return redirect(url_for("hosts.show", token=token), 303)


def _context(host: Host, event: Event) -> dict[str, object]:
    edition = event.edition
    return {"host": host, "token": host.token, "event": event, "edition": edition, "campaign": edition.campaign}
