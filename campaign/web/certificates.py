"""The certificate of an event's host as an answer: which words stand on it, in which language."""

from datetime import date, datetime

from flask import Response, abort, request

from campaign import i18n
from campaign.domain.ordinal import ordinal
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Event
from campaign.papers.certificate import Certificate, draw
from campaign.services import reports


def languages(event: Event) -> list[tuple[str, str]]:
    """Return the languages that a certificate can be had in, those of the campaign first, with their own names."""
    codes = dict.fromkeys([code for code in event.edition.campaign.languages if code in LANGUAGES] + [*LANGUAGES])
    return [(code, OWN_NAMES[code]) for code in codes]


def answer(event: Event, *, now: datetime) -> Response:
    """Answer with the PDF in the language of the query; 404 before the event took place, or without a host."""
    if event.host is None or not reports.took_place(event, now=now):
        abort(404)
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else event.host.language
    response = Response(draw(_certificate(event, event.host.name, language, now=now)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{event.slug}-{event.edition.year}.pdf"'
    return response


def _certificate(event: Event, name: str, language: str, *, now: datetime) -> Certificate:
    campaign = event.edition.campaign
    say = i18n.say

    def text(texts: dict[str, str]) -> str:
        return i18n.pick(texts, language, campaign.default_language)[0]

    number = event.edition.number
    of_years = say(language, "%(ordinal)s anniversary", ordinal=ordinal(number, language)) if number else ""
    country = i18n.country_name(event.country, language) if event.country else ""
    return Certificate(
        title=say(language, "Certificate"),
        over=f"{text(campaign.name)} {event.edition.year}",
        thanks=say(language, "With thanks to"),
        name=name,
        deed=say(language, "who carried out the event"),
        event=text(event.name),
        facts=tuple(line for line in (", ".join(filter(None, (event.city, country))), _day(event, language)) if line),
        foot=of_years,
        is_right_to_left=i18n.direction(language) == "rtl",
        language=language,
        made_at=now,
    )


def _day(event: Event, language: str) -> str:
    first: date = event.starts.date() if event.starts else event.edition.first_day
    return i18n.day(first, language)
