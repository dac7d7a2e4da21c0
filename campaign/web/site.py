"""The public pages of a campaign: what it is, its editions, and the programme of one year."""

import re
from datetime import UTC, date, datetime
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, SelectField, StringField

from campaign import address
from campaign.domain.anniversary import AnniversaryRule
from campaign.domain.slice import Slice
from campaign.domain.text import tidy_line
from campaign.geo import projection, world_map
from campaign.models import Edition, EventLanguage, EventTag
from campaign.services import campaigns, editions, programme, tributes
from campaign.services.programme import Filters
from campaign.web import colours, filters, rules, scope, subscribing
from campaign.web.auth import public
from campaign.web.headers import share

blueprint = Blueprint("site", __name__)
YEARS_AHEAD = 10
DOT_RADIUS = 9.0


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """List the campaigns; a lone one shows itself."""
    every = campaigns.public()
    if len(every) == 1:
        return redirect(url_for("site.campaign", campaign=every[0].slug))
    today = _today()
    coming = [(one, next(iter(one.anniversary.coming(today, 1)), None)) for one in every]
    return render_template("site/home.html", campaigns=coming)


@blueprint.get("/<campaign>/")
@public
def campaign(campaign: str) -> str:
    """Show what a campaign is about, its coming edition and all of them."""
    found = scope.public_campaign(campaign)
    today = _today()
    return render_template(
        "site/campaign.html",
        campaign=found,
        coming=editions.coming(found, today=today),
        editions=editions.shown(found),
        years_ahead=found.anniversary.coming(today, YEARS_AHEAD),
        rule_phrase=rules.phrase(AnniversaryRule.from_json(found.rule)),
        has_book=tributes.has_book(found),
    )


def _tidy(typed: str | None) -> str:
    return tidy_line(typed or "")


class FilterForm(Form):
    """What a visitor looks for; sent by GET, so that each answer has an address."""

    q = StringField(_l("Words"), filters=[_tidy])
    country = SelectField(_l("Country"), validate_choice=False)
    city = StringField(_l("City"), filters=[_tidy])
    lang = SelectField(_l("Language"), validate_choice=False)
    tag = SelectField(_l("Subject"), validate_choice=False)
    online = BooleanField(_l("Online"))

    def offer(self, edition: Edition, countries: list[tuple[str, int]]) -> None:
        """Offer the countries, languages and tags that the edition has."""
        any_ = ("", _("Any"))
        self.country.choices = [any_, *((code, filters.country_name(code)) for code, _count in countries)]
        spoken = programme.words_used(edition, EventLanguage)
        self.lang.choices = [any_, *((code, filters.language_name(code)) for code in spoken)]
        self.tag.choices = [any_, *((tag, tag) for tag in programme.words_used(edition, EventTag))]

    def chosen(self) -> Filters:
        """Return the filters, cut to what can be looked for."""
        return Filters(
            country=(self.country.data or "").upper()[:2] or None,
            city=(self.city.data or "")[:80] or None,
            language=(self.lang.data or "")[:8] or None,
            tag=(self.tag.data or "")[:40] or None,
            is_online=self.online.data,
            words=(self.q.data or "")[:80] or None,
        )


@blueprint.get("/<campaign>/<int:year>/")
@public
def edition(campaign: str, year: int) -> str:
    """Show one year: the day, which anniversary, where, and how to keep it in a calendar."""
    found = scope.public_edition(campaign, year)
    countries = sorted(programme.countries(found), key=lambda row: filters.country_order(row[0]))
    form = FilterForm(request.args)
    form.offer(found, countries)
    wanted = form.chosen()
    page = programme.find(found, wanted, page=_page_number(), countries=[code for code, _count in countries])
    country = wanted.country if wanted.country in dict(countries) else None
    slice_ = subscribing.in_readers_language(found.campaign, Slice(country=country))
    return render_template(
        "site/edition.html",
        campaign=found.campaign,
        edition=found,
        days_until=_days_until(found),
        observances=[(row.country, row.kind, row.day, row.reason) for row in found.observances],
        page=page,
        page_url=lambda number: _with_page(found, number),
        groups=[(code, list(group)) for code, group in groupby(page.items, key=lambda event: event.country)],
        filters=form,
        is_filtered=wanted != Filters(),
        facets={"countries": countries},
        dots=map_dots(found, wanted),
        map_view_box=projection.VIEW_BOX,
        subscribe=subscribing.links(found.campaign, slice_),
        feed_address=address.feed(found.campaign.slug, slice_.path),
    )


@blueprint.get("/<campaign>/series/<series>/")
@public
def series(campaign: str, series: str) -> ResponseReturnValue:
    """Lead to the coming or latest event of a series: the one address that lasts."""
    event = programme.of_series(scope.public_series(campaign, series), now=datetime.now(UTC)) or abort(404)
    return redirect(url_for("events.show", campaign=campaign, year=event.edition.year, event=event.slug), 303)


@blueprint.get("/accent/<colour>.css")
@public
def accent(colour: str) -> ResponseReturnValue:
    """Return the style sheet that sets a campaign's accent colour, readable in light and in dark."""
    share()
    if not re.fullmatch(r"[0-9a-f]{6}", colour):
        abort(404)
    response = Response(colours.style_sheet(f"#{colour}"), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _today() -> date:
    return datetime.now(UTC).date()


def _days_until(edition: Edition) -> int:
    today = _today()
    if edition.first_day <= today <= edition.last_day:
        return 0
    return (edition.first_day - today).days if today < edition.first_day else (edition.last_day - today).days


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _with_page(edition: Edition, number: int) -> str:
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    here = url_for("site.edition", campaign=edition.campaign.slug, year=edition.year)
    return f"{here}?{urlencode([*query, ('page', number)])}"


def map_dots(edition: Edition, wanted: Filters) -> list[tuple[float, float, int, str, str]]:
    """Return the map's dots: where, how many events, what they are called, where they lead."""
    places = programme.points(edition, wanted)
    dots = world_map.cluster([projection.project(place[0], place[1]) for place in places], radius=DOT_RADIUS)
    return [(dot.x, dot.y, dot.count, *_dot_link(edition, [places[index] for index in dot.indexes])) for dot in dots]


def _dot_link(edition: Edition, places: list[tuple[float, float, str, str | None, str]]) -> tuple[str, str]:
    """Return a dot's label and address: its only event, or the programme of its country."""
    cities = list(dict.fromkeys(place[2] for place in places if place[2]))
    label = ", ".join(cities[:3]) + (" …" if len(cities) > 3 else "")
    where = {"campaign": edition.campaign.slug, "year": edition.year}
    if len(places) == 1:
        return label, url_for("events.show", **where, event=places[0][4])  # type: ignore[arg-type]  # strings and a year
    countries = {place[3] for place in places}
    country = next(iter(countries)) if len(countries) == 1 else None
    return label, url_for("site.edition", **where, country=country, _anchor="programme")  # type: ignore[arg-type]  # likewise
