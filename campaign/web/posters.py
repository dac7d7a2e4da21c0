"""An event's poster to print, in each language of its campaign."""

from datetime import UTC, datetime

import segno
from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from campaign import address, i18n
from campaign.domain.event import Status
from campaign.models import Event
from campaign.papers.poster import Poster, draw
from campaign.services import registrations
from campaign.web import filters, language, scope
from campaign.web.auth import public

blueprint = Blueprint("posters", __name__)


@blueprint.get("/<campaign>/<int:year>/<event>/poster.pdf")
@public
def pdf(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Answer with the poster in one of the campaign's languages; a cancelled event's page says that it is."""
    found = scope.public_event(campaign, year, event)
    if found.status is not Status.PUBLISHED:
        return redirect(url_for("events.show", campaign=campaign, year=year, event=event), 303)
    languages = found.edition.campaign.languages
    asked = request.args.get("lang", language.current())
    code = asked if asked in languages else found.edition.campaign.default_language
    with force_locale(str(i18n.locale(code))):
        paper = draw(_poster(found, code, now=datetime.now(UTC)))
    response = Response(paper, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.slug}-{year}-{code}.pdf"'
    return response


def _poster(event: Event, code: str, *, now: datetime) -> Poster:
    edition, page = event.edition, address.event_page(event.edition.campaign.slug, event.edition.year, event.slug)
    is_open = registrations.window(event, now=now) in ("open", "queue", "not-yet")
    return Poster(
        over=f"{filters.t_plain(edition.campaign.name)} {edition.year}",
        title=filters.t_plain(event.name),
        lines=tuple(_lines(event)),
        invitation=_("Register here") if is_open else _("More about it"),
        address=page.partition("://")[2].rstrip("/"),
        code=tuple(tuple(bool(dark) for dark in row) for row in segno.make(page, error="m", micro=False).matrix),
        colour=_colour(edition.campaign.colour),
        language=code,
        made_at=event.content_changed_at,
    )


def _lines(event: Event) -> list[str]:
    """Return day, hours and place, each on a line."""
    lines = [_("Date and time to be announced")]
    if event.starts:
        lines = [filters.day(event.starts.date()), filters.hours(event)]
    if event.country and event.shows_venue:
        lines += [line for line in (event.venue, event.address) if line]
    return [*lines, filters.place(event, with_venue=False) or _("Online")]


def _colour(value: str) -> tuple[int, int, int]:
    """Return the shares of red, green and blue."""
    red, green, blue = bytes.fromhex(value.removeprefix("#"))
    return red, green, blue
