"""Every text of a campaign that can be translated, under a lasting key: its own, of its mails, of its questions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from campaign.db import Texts, db, lock
from campaign.domain import wording as rules
from campaign.domain.question import LINE_LIMIT, check_question
from campaign.domain.wording import IN_MAIL, OF_CAMPAIGN, Shape
from campaign.models import Campaign, MailText, QuestionTemplate, User
from campaign.services import audit, campaigns, mail_texts


@dataclass(frozen=True)
class Wording:
    """One text in the languages that it has, and how another version of it is stored."""

    key: str
    """Such as `campaign.summary`, `mail.confirmed.body` or `question.12.label`."""
    shape: Shape
    texts: Mapping[str, str]
    put: Callable[[str, str], None] = field(repr=False, compare=False)
    """Stores a language's version; an empty one is none."""


def of_campaign(campaign: Campaign) -> list[Wording]:
    """Return the campaign's texts, those that are empty in every language too, in the order of its pages."""
    return [*_own(campaign), *_of_mails(campaign), *_of_questions(campaign)]


def write(
    campaign: Campaign, texts: Mapping[str, Mapping[str, str]], *, actor: User | None, now: datetime, **facts: object
) -> None:
    """Set texts by key, each in some languages; the other languages stay as they are.

    Calendars follow what they show. Raises Refused as `domain.wording.clean` does, ("language-missing") for a
    campaign without a name in its main language, and ("option-twice") for options that read alike.
    """
    lock(campaign)
    was, known = campaigns.shown(campaign), {one.key: one for one in of_campaign(campaign)}
    for key, versions in texts.items():
        for language, text in versions.items():
            known[key].put(language, rules.clean(text, known[key].shape) if text else "")
    campaigns.check_named(campaign)
    for template in _questions(campaign):
        check_question(template.kind, template.options)
    db.session.flush()
    campaigns.follow(campaign, was, now=now)
    audit.record("edit-texts", campaign, campaign=campaign, actor=actor, now=now, keys=sorted(texts), **facts)


def _own(campaign: Campaign) -> Iterator[Wording]:
    for name, shape in OF_CAMPAIGN.items():
        yield _of_column(f"campaign.{name}", shape, campaign, name)


def _of_mails(campaign: Campaign) -> Iterator[Wording]:
    """Yield what the campaign adds to its mails, in the order of their coming."""
    rows = db.session.scalars(select(MailText).where(MailText.campaign_id == campaign.id))
    found = {(row.kind, row.language): row for row in rows}
    for kind in mail_texts.KINDS:
        for part, shape in IN_MAIL.items():
            texts = {
                language: words
                for (of, language), row in found.items()
                if of == kind and (words := str(getattr(row, part)))
            }
            if texts:
                yield Wording(f"mail.{kind}.{part}", shape, texts, _put_mail(campaign, kind, part))


def _put_mail(campaign: Campaign, kind: str, part: str) -> Callable[[str, str], None]:
    def put(language: str, text: str) -> None:
        row = db.session.get(MailText, (campaign.id, kind, language))
        if row is None:
            row = MailText(campaign_id=campaign.id, kind=kind, language=language, subject="", body="")
            db.session.add(row)
        setattr(row, part, text)

    return put


def _of_questions(campaign: Campaign) -> Iterator[Wording]:
    """Yield the questions that the campaign keeps for its events; an event that asks one has a copy of its own."""
    for one in _questions(campaign):
        yield _of_column(f"question.{one.id}.label", Shape(LINE_LIMIT, is_line=True), one, "label")
        if any(one.help.values()):
            yield _of_column(f"question.{one.id}.help", Shape(300, is_line=True), one, "help")
        for number, texts in enumerate(one.options):
            key = f"question.{one.id}.option.{number + 1}"
            yield Wording(key, Shape(LINE_LIMIT, is_line=True), texts, _put_option(one, number))


def _questions(campaign: Campaign) -> list[QuestionTemplate]:
    kept = select(QuestionTemplate).where(QuestionTemplate.campaign_id == campaign.id)
    return list(db.session.scalars(kept.order_by(QuestionTemplate.id)))


def _put_option(template: QuestionTemplate, number: int) -> Callable[[str, str], None]:
    def put(language: str, text: str) -> None:
        changed = _with(template.options[number], language, text)
        template.options = [*template.options[:number], changed, *template.options[number + 1 :]]

    return put


def _of_column(key: str, shape: Shape, row: Campaign | QuestionTemplate, column: str) -> Wording:
    def put(language: str, text: str) -> None:
        setattr(row, column, _with(getattr(row, column), language, text))

    return Wording(key, shape, getattr(row, column), put)


def _with(texts: Mapping[str, str], language: str, text: str) -> Texts:
    """Return a text with another version in one language; without it, where that is empty."""
    return {**{code: words for code, words in texts.items() if code != language}, **({language: text} if text else {})}
