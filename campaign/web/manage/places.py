"""Suggestions for the city field: what the gazetteer knows, as JSON for one small script."""

from flask import Blueprint, Response, jsonify, request

from campaign.geo import gazetteer
from campaign.i18n import country_name
from campaign.web import language
from campaign.web.auth import signed_in

blueprint = Blueprint("places", __name__, url_prefix="/manage")


@blueprint.get("/places.json")
@signed_in
def suggest() -> Response:
    """Return the cities whose names begin like `q`, the largest first."""
    found = gazetteer.search(request.args.get("q", "")[:80])
    return jsonify(
        [{"city": one.name, "country": one.country, "label": _label(one), "zone": one.zone} for one in found]
    )


def _label(city: gazetteer.City) -> str:
    return f"{city.name}, {country_name(city.country, language.current())}"
