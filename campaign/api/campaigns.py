"""Campaigns and their editions, as everybody may see them."""

from flask import Blueprint, Response, jsonify

from campaign import address
from campaign.models import Campaign, Edition
from campaign.services import campaigns, editions
from campaign.web import scope
from campaign.web.auth import public

blueprint = Blueprint("api_campaigns", __name__, url_prefix="/api/v1/campaigns")


@blueprint.get("")
@public
def listing() -> Response:
    """List the public campaigns."""
    return jsonify(campaigns=[_brief(one) for one in campaigns.public()])


@blueprint.get("/<campaign>")
@public
def show(campaign: str) -> Response:
    """Show one campaign with the editions that the public sees."""
    found = scope.public_campaign(campaign)
    return jsonify({**_brief(found), "editions": [_edition(one) for one in editions.shown(found)]})


def _brief(campaign: Campaign) -> dict[str, object]:
    return {
        "slug": campaign.slug,
        "name": campaign.name,
        "summary": campaign.summary,
        "languages": campaign.languages,
        "default_language": campaign.default_language,
        "since": campaign.since,
        "feed": address.feed(campaign.slug),
        "geojson": address.feed(campaign.slug, kind="json"),
    }


def _edition(edition: Edition) -> dict[str, object]:
    slug = edition.campaign.slug
    return {
        "year": edition.year,
        "status": edition.status,
        "first_day": edition.first_day.isoformat(),
        "last_day": edition.last_day.isoformat(),
        "anniversary": edition.number,
        "page": address.edition_page(slug, edition.year),
        "feed": address.feed(slug, f"year-{edition.year}"),
        "geojson": address.feed(slug, f"year-{edition.year}", "json"),
    }
