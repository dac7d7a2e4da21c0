"""Calendar feeds over HTTP, and the page on which one chooses a feed."""

import gzip
import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from campaign import address
from campaign.domain.slice import Slice, parse
from campaign.geo.countries import COUNTRIES
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign
from campaign.services import editions, feeds, programme
from campaign.services.feeds import Feed
from campaign.web import filters, scope, subscribing
from campaign.web.auth import public
from campaign.web.headers import share

blueprint = Blueprint("feeds", __name__)
CACHING = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=604800"


@blueprint.get("/feeds/<campaign>.ics", defaults={"slice": ""})
@blueprint.get("/feeds/<campaign>/<path:slice>.ics")
@public
def calendar(campaign: str, slice: str) -> ResponseReturnValue:
    """Return a slice of a campaign as iCalendar; 308 to the canonical spelling of its address."""
    share()
    found = scope.public_campaign(campaign)
    wanted = parse(slice)
    if wanted is None or not _is_known(found, wanted):
        abort(404)
    if wanted.path != slice:
        return redirect(address.feed(found.slug, wanted.path), 308)
    filename = "-".join([found.slug, *wanted.path.split("/")]).rstrip("-")
    return calendar_response(feeds.feed(found, wanted, now=datetime.now(UTC)), filename=f"{filename}.ics")


def calendar_response(feed: Feed, *, filename: str) -> Response:
    """Return a calendar with the headers that let clients and caches ask again cheaply."""
    share()
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(_zip(feed.body) if zipped else feed.body, mimetype="text/calendar")
    response.headers.update(
        {
            "Content-Type": "text/calendar; charset=utf-8",
            "Cache-Control": CACHING,
            "Content-Disposition": f'inline; filename="{filename}"',
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Robots-Tag": "noindex",
        }
    )
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(_digest(feed.body), weak=True)
    response.last_modified = feed.changed_at
    response.make_conditional(request)
    return response


class SliceForm(Form):
    """What to subscribe to; sent by GET."""

    country = SelectField(_l("Country"), validate_choice=False)
    lang = SelectField(_l("Language of the calendar"), validate_choice=False)

    def offer(self, campaign: Campaign, countries: list[str]) -> None:
        """Offer the countries with events, and the campaign's languages."""
        self.country.choices = [("", _("All countries")), *((code, filters.country_name(code)) for code in countries)]
        spoken = [code for code in LANGUAGES if code in campaign.languages]
        self.lang.choices = [(code, OWN_NAMES[code]) for code in spoken]

    def chosen(self, campaign: Campaign) -> Slice:
        """Return the slice; what can't be offered counts as not chosen."""
        countries = [code for code, _label in self.country.choices]
        country = self.country.data if self.country.data in countries else None
        language = self.lang.data if self.lang.data in campaign.languages else None
        return Slice(country=country or None, language=None if language == campaign.default_language else language)


@blueprint.get("/<campaign>/subscribe/")
@public
def subscribe(campaign: str) -> str:
    """Let somebody choose a slice, see what it holds, and take it."""
    found, now = scope.public_campaign(campaign), datetime.now(UTC)
    form = SliceForm(request.args)
    form.offer(found, _countries(found))
    if "lang" not in request.args:
        form.lang.data = subscribing.in_readers_language(found, Slice()).language or found.default_language
    wanted = form.chosen(found)
    return render_template(
        "feeds/subscribe.html",
        campaign=found,
        form=form,
        count=feeds.count(found, wanted, now=now),
        coming=feeds.coming(found, wanted, now=now),
        feed_address=address.feed(found.slug, wanted.path),
        links=[(*link, note) for link, note in zip(subscribing.links(found, wanted), _notes(), strict=True)],
    )


def _notes() -> tuple[str, ...]:
    return (
        _("Looks again every hour to every day, as its settings say."),
        _("Looks again once or twice a day; needs a computer to add it."),
        _("Looks again every few hours."),
        _("Looks again every few hours."),
    )


def _countries(campaign: Campaign) -> list[str]:
    codes = {code for edition in editions.shown(campaign) for code, _count in programme.countries(edition)}
    return sorted(codes, key=filters.country_order)


def _is_known(campaign: Campaign, wanted: Slice) -> bool:
    country = wanted.country is None or wanted.country in COUNTRIES
    return country and (wanted.language is None or wanted.language in campaign.languages)


@lru_cache(maxsize=64)
def _zip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@lru_cache(maxsize=256)
def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
