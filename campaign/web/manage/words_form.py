"""A subject and a text in each language of a campaign, and how a mail with them would read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field

from campaign import i18n
from campaign.domain.errors import Refused
from campaign.domain.mail_text import BODY_LIMIT, SUBJECT_LIMIT
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, Event, Registration
from campaign.services import mail_texts
from campaign.services.mail_texts import UNASKED, Words
from campaign.web.errors import sentence
from campaign.web.fields import LineField, ProseField


@dataclass(frozen=True)
class Preview:
    """A mail to somebody made up: its text, and the source of its HTML."""

    language: str
    subject: str
    text: str
    html: str


class WordsForm(FlaskForm):
    """What organizers write into mails, a subject and a text for each language."""

    def word_fields(self, language: str) -> tuple[Field, Field]:
        """Return the fields of one language."""
        return self[f"subject_{language}"], self[f"body_{language}"]

    def show_words(self, language: str, words: Words) -> None:
        """Fill in what is stored."""
        subject, body = self.word_fields(language)
        subject.data, body.data = words.subject or None, words.body or None

    def words(self, campaign: Campaign) -> dict[str, Words]:
        """Return what was written, by language of the campaign."""
        fields = {language: self.word_fields(language) for language in campaign.languages}
        return {
            language: Words(subject.data or "", body.data or "", language)
            for language, (subject, body) in fields.items()
            if subject.data or body.data
        }

    def blame(self, refused: Refused) -> None:
        """Put a refusal beside its field."""
        field = str(refused.facts.get("field", ""))
        if field in self:
            self[field].errors = [sentence(refused)]
        else:
            self.form_errors.append(sentence(refused))


def _add_fields() -> None:
    for language in LANGUAGES:
        setattr(WordsForm, f"subject_{language}", LineField(_l("Subject line"), limit=SUBJECT_LIMIT))
        setattr(WordsForm, f"body_{language}", ProseField(_l("Text"), limit=BODY_LIMIT))


_add_fields()


def previews(event: Event | None, kind: str, own: Mapping[str, Words], *, now: datetime) -> list[Preview]:
    """Return how a mail about an event would read in each language of its campaign; nothing without one."""
    if event is None:
        return []
    campaign = event.edition.campaign
    somebody = mail_texts.somebody(campaign, now=now)
    return [_preview(kind, language, own[language], somebody, event) for language in campaign.languages]


def _preview(kind: str, language: str, words: Words, registration: Registration, event: Event) -> Preview:
    own = mail_texts.filled(words, registration, event)
    context = mail_texts.context(registration, event, own, language)
    context |= {"changes": ["time"], "may_stop": kind in UNASKED}
    with force_locale(str(i18n.locale(language))):
        text = render_template(f"mail/{kind}.txt", **context)
        html = render_template(f"mail/{kind}.html", **context)
    return Preview(language, mail_texts.subject(kind, language, event, own), text.strip(), html)
