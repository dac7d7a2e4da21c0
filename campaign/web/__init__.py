"""HTTP only: a form, one service call, then a redirect or a page."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application its routes, filters, headers and error pages."""
    from campaign.web import (
        annual_reports,
        confirming,
        door,
        errors,
        events,
        feeds,
        filters,
        headers,
        health,
        host_renewals,
        host_reports,
        host_unsubscribe,
        hosted_events,
        hosted_letters,
        hosting,
        hosts,
        membership,
        own_registration,
        own_tribute,
        poll_counter,
        posters,
        registrations,
        site,
        slices,
        static_files,
        tally,
        tributes,
        unsubscribe,
    )
    from campaign.web.manage import pages

    filters.init_app(app)
    headers.init_app(app)
    static_files.init_app(app)
    errors.init_app(app)
    poll_counter.init_app(app)
    tally.init_app(app)
    feeds.init_app(app)
    for module in (health, feeds, slices, *pages.ALL, door):
        app.register_blueprint(module.blueprint)
    for module in (registrations, own_registration, own_tribute, tributes, hosts, unsubscribe):
        app.register_blueprint(module.blueprint)
    for module in (host_renewals, host_unsubscribe, hosted_events, hosted_letters, posters):
        app.register_blueprint(module.blueprint)
    for module in (confirming, hosting, membership, host_reports, annual_reports, events, site):
        app.register_blueprint(module.blueprint)
