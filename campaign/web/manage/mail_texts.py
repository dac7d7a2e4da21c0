"""What a campaign adds to its mails, kind by kind and language by language."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.mail_text import IN_SUBJECT, PLACEHOLDERS
from campaign.domain.permission import Permission
from campaign.models import Campaign
from campaign.services import mail_texts
from campaign.services.mail_texts import Words
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.limits import room_for_organizers
from campaign.web.manage.words_form import WordsForm, previews

REQUEST_BYTES = 500_000
"""Room for a text in every language: in a form, a letter of some alphabets takes six bytes."""
blueprint = Blueprint("manage_mail_texts", __name__, url_prefix="/manage")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


@blueprint.get("/<campaign>/mail/")
@requires(Permission.EDIT_CAMPAIGN)
def listing(campaign: str) -> str:
    """List the kinds of mail, and where the campaign has words of its own."""
    found = scope.managed_campaign()
    return render_template(
        "manage/mail/texts.html", campaign=found, kinds=mail_texts.KINDS, adjusted=mail_texts.adjusted(found)
    )


@blueprint.route("/<campaign>/mail/<mail>/", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def edit(campaign: str, mail: str) -> ResponseReturnValue:
    """Set the campaign's own words for one kind of mail, or look how they would read."""
    found, form = scope.managed_campaign(), WordsForm()
    if mail not in mail_texts.KINDS:
        abort(404)
    texts = mail_texts.of_kind(found, mail)
    if not form.is_submitted():
        for language, words in texts.items():
            form.show_words(language, words)
    if form.validate_on_submit():
        texts = form.words(found)
        try:
            if "look" in request.form:
                mail_texts.check(texts)
                return _page(found, mail, form, texts)
            with unit_of_work():
                mail_texts.save(found, mail, texts, actor=me(), now=datetime.now(UTC))
        except Refused as refused:
            form.blame(refused)
        else:
            flash(_("The words are saved. They stand in every such mail from now on."), "message")
            return redirect(url_for("manage_mail_texts.edit", campaign=campaign, mail=mail), 303)
    page = _page(found, mail, form, {} if form.errors else texts)
    return (page, 422) if form.is_submitted() else page


def _page(campaign: Campaign, kind: str, form: WordsForm, texts: dict[str, Words]) -> str:
    own = {language: mail_texts.chosen(texts, language, campaign.default_language) for language in campaign.languages}
    return render_template(
        "manage/mail/text.html",
        campaign=campaign,
        kind=kind,
        form=form,
        previews=previews(mail_texts.newest_event(campaign), kind, own, now=datetime.now(UTC)),
        placeholders=PLACEHOLDERS,
        in_subject=IN_SUBJECT,
    )


@blueprint.app_template_filter()
def mail_kind(kind: str) -> str:
    """Return what a kind of mail is called."""
    return {
        "confirm-address": _("Please confirm your address"),
        "confirm-waiting": _("Please confirm your address, for the waiting list"),
        "already-registered": _("You are registered already"),
        "confirmed": _("Ticket"),
        "waiting": _("You are on the waiting list"),
        "awaiting-approval": _("Your registration is being looked at"),
        "declined": _("No place this time"),
        "offer": _("A place has come free"),
        "offer-lapsed": _("The offer has lapsed"),
        "reminder": _("Reminder"),
        "event-changed": _("The event is changed"),
        "event-cancelled": _("The event is cancelled"),
        "registration-cancelled": _("Your registration is cancelled"),
        "thank-you": _("Thank you"),
        "letter": _("Letter"),
    }.get(kind, kind)


@blueprint.app_template_filter()
def placeholder_phrase(name: str) -> str:
    """Return what takes a placeholder's place."""
    return {
        "name": _("the name that somebody registered with"),
        "event": _("the event's name"),
        "day": _("the event's day"),
        "place": _("where it is, the venue only for those who may know it"),
        "link": _("the address of their own page, where they can cancel"),
    }[name]
