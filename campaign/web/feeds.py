"""Feeds over HTTP: a slice of a campaign as iCalendar, Atom or GeoJSON, and a registrant's own calendar."""

from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from campaign import address
from campaign.config import Settings
from campaign.domain.slice import Slice
from campaign.models import Campaign
from campaign.revision import Revisions
from campaign.services import own_calendar, syndication
from campaign.services.feeds import Feed
from campaign.web import headers, poll_counter, scope
from campaign.web.auth import public
from campaign.web.feed_answer import OWN, SHARED, Answer
from campaign.web.feed_layer import FeedLayer, Kept, Shelf
from campaign.web.headers import share

blueprint = Blueprint("feeds", __name__)


def init_app(app: Flask) -> None:
    """Put the layer that answers most polls before the application."""
    settings: Settings = app.config["SETTINGS"]
    shelf = app.extensions["feeds"] = Shelf()
    host = address.base().partition("://")[2]
    app.wsgi_app = FeedLayer(app.wsgi_app, shelf, Revisions(settings.database_url), host)  # type: ignore[method-assign]  # Flask's documented way


@blueprint.get("/feeds/<campaign>.<any(ics, atom, json):kind>", defaults={"slice": ""})
@blueprint.get("/feeds/<campaign>/<path:slice>.<any(ics, atom, json):kind>")
@public
def calendar(campaign: str, slice: str, kind: str) -> ResponseReturnValue:
    """Return a slice of a campaign; 308 to the canonical spelling of its address."""
    share()
    found = scope.public_feed_campaign(campaign)
    wanted = scope.public_feed_slice(found, slice)
    path = address.feed_path(found.slug, wanted.path, kind)
    if path != request.path:
        return redirect(f"{address.base()}{path}", 308)
    shelf: Shelf = current_app.extensions["feeds"]
    with shelf.making:
        kept = shelf.get(path)
        if kept is None or not kept.is_of(found.id, found.revision):
            kept = _make(found, wanted, kind)
            shelf.put(path, kept)
    response = _response(kept.answer)
    poll_counter.count(found.id, kept.feed, request.headers.get("User-Agent", ""), response.status_code)
    return response


@blueprint.get("/feeds/mine/<token>.ics")
@public
def mine(token: str) -> ResponseReturnValue:
    """Return the events that a registrant has a place at, for the holder of the secret address alone."""
    registration = scope.own_calendar(token)
    feed = own_calendar.feed(registration, source=f"{address.base()}{request.path}", now=datetime.now(UTC))
    return calendar_response(feed, filename="my-events.ics", caching=OWN)


def calendar_response(feed: Feed, *, filename: str, caching: str = SHARED) -> Response:
    """Return a calendar with the headers that let clients and caches ask again cheaply."""
    share()
    return _response(Answer(feed, kind="ics", filename=filename, everywhere=headers.on_every_answer(), caching=caching))


def _make(campaign: Campaign, wanted: Slice, kind: str) -> Kept:
    revision = campaign.revision  # read before the rows: an answer may be newer than it claims, never older
    feed = syndication.MAKERS[kind](campaign, wanted, now=datetime.now(UTC))
    name = "-".join(part for part in (campaign.slug, *wanted.path.split("/")) if part)
    answer = Answer(feed, kind=kind, filename=f"{name}.{kind}", everywhere=headers.on_every_answer())
    return Kept(answer, campaign.id, revision, f"{wanted.path}.{kind}")


def _response(answer: Answer) -> Response:
    status, fields, body = answer.reply(request.environ)
    response = Response(body, status)
    response.headers.clear()
    response.headers.extend(fields)
    return response
