"""Whether the process runs, and whether it can do its work; and the small files that robots read."""

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from campaign import address
from campaign.db import db
from campaign.web.auth import public
from campaign.web.headers import share

blueprint = Blueprint("health", __name__)
TRUSTED_FOR = timedelta(days=180)
"""RFC 9116 wants less than a year."""


@blueprint.get("/healthz")
@public
def process() -> ResponseReturnValue:
    """Say that the process answers."""
    share()
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say that the database answers; an error page with 503 otherwise."""
    share()
    db.session.execute(text("SELECT 1 FROM campaign LIMIT 1"))
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Let robots read what is public."""
    share()
    lines = ("User-agent: *", *(f"Disallow: /{path}/" for path in ("manage", "account", "r", "h", "t")), "")
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@public
def security() -> ResponseReturnValue:
    """Say where to report a weakness (RFC 9116)."""
    share()
    expires = datetime.combine(datetime.now(UTC).date() + TRUSTED_FOR, time(), UTC)
    contact = f"Contact: mailto:security@{address.host()}"
    return Response(f"{contact}\nExpires: {expires.isoformat()}\n", mimetype="text/plain")
