"""The JSON API: the same services as the pages, for programs; described in openapi.json."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Give the application the API's routes; they know no cookie, so no other site's form can use them."""
    from campaign.api import campaigns, openapi, roll_over

    for module in (openapi, campaigns, roll_over):
        csrf.exempt(module.blueprint)
        app.register_blueprint(module.blueprint)
