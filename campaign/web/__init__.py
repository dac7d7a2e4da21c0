"""HTTP only: a form, one service call, then a redirect or a page."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application its routes, filters, headers and error pages."""
    from campaign.web import (
        errors,
        events,
        feeds,
        filters,
        headers,
        health,
        poll_counter,
        registrations,
        site,
        slices,
        static_files,
    )
    from campaign.web.manage import campaigns, editions, home, imports, ledger, places
    from campaign.web.manage import events as manage_events
    from campaign.web.manage import feeds as manage_feeds
    from campaign.web.manage import registrations as manage_registrations

    filters.init_app(app)
    headers.init_app(app)
    static_files.init_app(app)
    errors.init_app(app)
    poll_counter.init_app(app)
    feeds.init_app(app)
    for module in (
        health,
        feeds,
        slices,
        home,
        campaigns,
        editions,
        manage_events,
        ledger,
        manage_registrations,
        manage_feeds,
        imports,
        places,
    ):
        app.register_blueprint(module.blueprint)
    for module in (registrations, events, site):
        app.register_blueprint(module.blueprint)
