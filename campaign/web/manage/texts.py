"""All texts of a campaign beside each other: which language has which, and what is said once for every event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event_title import PLACEHOLDERS, title
from campaign.domain.permission import Permission
from campaign.domain.text import cut
from campaign.domain.wording import OF_CAMPAIGN, clean
from campaign.i18n import OWN_NAMES, pick
from campaign.models import Campaign
from campaign.services import untranslated, wordings
from campaign.services.event_words import IN_ENTRY
from campaign.web import scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import LineField, ProseField, texts_of
from campaign.web.limits import room_for_organizers
from campaign.web.manage.mail_texts import mail_kind

REQUEST_BYTES = 500_000
"""Room for a text in every language: in a form, a letter of some alphabets takes six bytes."""
blueprint = Blueprint("manage_texts", __name__, url_prefix="/manage/<campaign>/texts")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))
FOR_EVENTS = ("event_title", "event_description", "safety_note")
SAMPLE_CITY = "Tbilisi"


@dataclass(frozen=True)
class Preview:
    """What the campaign's words become for an event, in one language."""

    language: str
    title: str
    words: list[str]


class EventWordsForm(FlaskForm):
    """What is said once for all events, a field for each language."""

    def text_fields(self, name: str, campaign: Campaign) -> list[Field]:
        """Return the fields of one text, the campaign's main language first."""
        return [self[f"{name}_{code}"] for code in _codes(campaign)]

    def show(self, campaign: Campaign) -> None:
        """Fill in what is stored."""
        for name in FOR_EVENTS:
            for code in _codes(campaign):
                self[f"{name}_{code}"].data = getattr(campaign, name).get(code)

    def texts(self, campaign: Campaign) -> dict[str, dict[str, str]]:
        """Return what was filled in, by name and language."""
        return {name: texts_of(self, name, _codes(campaign)) for name in FOR_EVENTS}

    def check_gaps(self, campaign: Campaign) -> bool:
        """Return whether the patterns of the title have only gaps that something fills, and say where not."""
        for field in self.text_fields("event_title", campaign):
            try:
                clean(field.data or "", OF_CAMPAIGN["event_title"])
            except Refused as refused:
                field.errors = [sentence(refused)]
        return not self.errors


def _add_fields() -> None:
    for name in FOR_EVENTS:
        shape = OF_CAMPAIGN[name]
        kind = LineField if shape.is_line else ProseField
        for code, own_name in OWN_NAMES.items():
            setattr(EventWordsForm, f"{name}_{code}", kind(own_name, limit=shape.limit))


_add_fields()


@blueprint.get("/")
@requires(Permission.EDIT_CAMPAIGN)
def listing(campaign: str) -> str:
    """Show each text with each language: there, or what is shown in its place."""
    found = scope.managed_campaign()
    return render_template(
        "manage/texts/list.html",
        campaign=found,
        codes=_codes(found),
        rows=[one for one in wordings.of_campaign(found) if any(one.texts.values())],
        missing=untranslated.counts(found),
    )


@blueprint.get("/missing/<language>/")
@requires(Permission.EDIT_CAMPAIGN)
def missing(campaign: str, language: str) -> str:
    """List the events that lack a language in their own words."""
    found = scope.managed_campaign()
    if language not in found.languages:
        abort(404)
    after = request.args.get("after", "")
    rows = untranslated.events(found, language, after=int(after) if after.isascii() and after[:9].isdigit() else 0)
    return render_template(
        "manage/texts/missing.html",
        campaign=found,
        language=language,
        events=rows[: untranslated.PAGE_SIZE],
        next=rows[untranslated.PAGE_SIZE - 1].id if len(rows) > untranslated.PAGE_SIZE else None,
    )


@blueprint.route("/events/", methods=["GET", "POST"])
@requires(Permission.EDIT_CAMPAIGN)
def for_events(campaign: str) -> ResponseReturnValue:
    """Set what is said once for all events, or look how it would read."""
    found, form = scope.managed_campaign(), EventWordsForm()
    if not form.is_submitted():
        form.show(found)
    if form.validate_on_submit() and form.check_gaps(found) and "look" not in request.form:
        every = {name: dict.fromkeys(_codes(found), "") | texts for name, texts in form.texts(found).items()}
        with unit_of_work():
            wordings.write(
                found, {f"campaign.{name}": texts for name, texts in every.items()}, actor=me(), now=datetime.now(UTC)
            )
        flash(_("The words are saved. Pages show them at once, calendars within some minutes."), "message")
        return redirect(url_for("manage_texts.for_events", campaign=campaign), 303)
    page = render_template(
        "manage/texts/events.html",
        campaign=found,
        form=form,
        placeholders=PLACEHOLDERS,
        previews=[] if form.errors else _previews(found, form.texts(found)),
    )
    return (page, 422) if form.errors else page


@blueprint.app_template_filter()
def wording_name(key: str) -> str:
    """Return what a text is called, by its key."""
    names = {
        "campaign.name": _("Title"),
        "campaign.summary": _("Summary"),
        "campaign.story": _("Story"),
        "campaign.event_title": _("Name of events"),
        "campaign.event_description": _("About every event"),
        "campaign.safety_note": _("Safety note"),
        "campaign.host_rules": _("Rules for hosts"),
    }
    if key in names:
        return names[key]
    kind, name, part = key.split(".", 2)
    if kind == "mail":
        subject = part == "subject"
        return _("Subject of “%(mail)s”", mail=mail_kind(name)) if subject else _("“%(mail)s”", mail=mail_kind(name))
    return {"label": _("Question"), "help": _("Help to the question")}.get(part) or _(
        "Option %(number)s", number=part.rpartition(".")[2]
    )


@blueprint.app_template_filter()
def spoken_instead(texts: Mapping[str, str], wanted: str, main: str) -> str | None:
    """Return the language that a text is shown in where the wanted one is missing; None where it isn't."""
    found = pick(texts, wanted, main)[1]
    return None if found == wanted else found


def _codes(campaign: Campaign) -> list[str]:
    """Return the campaign's languages, the main one first."""
    main = campaign.default_language
    return [main, *(code for code in campaign.languages if code != main)]


def _previews(campaign: Campaign, texts: Mapping[str, Mapping[str, str]]) -> list[Preview]:
    """Return how a made-up event of the coming year would be called and described."""
    today = datetime.now(UTC).date()
    coming = next(iter(campaign.anniversary.coming(today, 1)), None)
    year, number = (coming.year, coming.number) if coming else (today.year, None)
    found = []
    for code in _codes(campaign):
        pattern = texts["event_title"].get(code, "")
        words = (pick(texts[name], code, campaign.default_language)[0] for name in FOR_EVENTS[1:])
        called = title(pattern, year=year, number=number, city=SAMPLE_CITY, language=code) if pattern else ""
        found.append(Preview(code, called, [cut(one, limit=IN_ENTRY) for one in words if one]))
    return [one for one in found if one.title or one.words]
