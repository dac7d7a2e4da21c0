"""Calendar feeds over HTTP."""

import gzip
import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from campaign import address
from campaign.domain.slice import Slice, parse
from campaign.geo.countries import COUNTRIES
from campaign.models import Campaign
from campaign.services import feeds
from campaign.services.feeds import Feed
from campaign.web import scope
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


def _is_known(campaign: Campaign, wanted: Slice) -> bool:
    country = wanted.country is None or wanted.country in COUNTRIES
    return country and (wanted.language is None or wanted.language in campaign.languages)


@lru_cache(maxsize=64)
def _zip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@lru_cache(maxsize=256)
def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
