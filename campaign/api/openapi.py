"""The description of the API, for programs that read it before they call."""

from pathlib import Path

from flask import Blueprint, Response

from campaign import address
from campaign.web.auth import public

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
DESCRIPTION = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """Return the description, OpenAPI 3.1, with this installation's address in it."""
    return Response(DESCRIPTION.replace("https://campaign.example", address.base()), mimetype="application/json")
