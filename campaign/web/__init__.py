"""HTTP only: a form, one service call, then a redirect or a page."""

from types import ModuleType

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application its routes, filters, headers and error pages."""
    from campaign.web import (
        door,
        errors,
        events,
        feeds,
        filters,
        headers,
        health,
        hosts,
        own_registration,
        poll_counter,
        registrations,
        site,
        slices,
        static_files,
        tally,
        unsubscribe,
    )

    filters.init_app(app)
    headers.init_app(app)
    static_files.init_app(app)
    errors.init_app(app)
    poll_counter.init_app(app)
    tally.init_app(app)
    feeds.init_app(app)
    for module in (health, feeds, slices, *_for_organizers(), door):
        app.register_blueprint(module.blueprint)
    for module in (registrations, own_registration, hosts, unsubscribe, events, site):
        app.register_blueprint(module.blueprint)


def _for_organizers() -> tuple[ModuleType, ...]:
    """Return the modules of organizers' pages."""
    from campaign.web.manage import (
        admissions,
        attack_mode,
        campaigns,
        editions,
        home,
        imports,
        invitations,
        ledger,
        places,
    )
    from campaign.web.manage import bulk as manage_bulk
    from campaign.web.manage import consents as manage_consents
    from campaign.web.manage import door as manage_door
    from campaign.web.manage import doors as manage_doors
    from campaign.web.manage import events as manage_events
    from campaign.web.manage import exports as manage_exports
    from campaign.web.manage import feeds as manage_feeds
    from campaign.web.manage import letters as manage_letters
    from campaign.web.manage import mail as manage_mail
    from campaign.web.manage import mail_texts as manage_mail_texts
    from campaign.web.manage import questions as manage_questions
    from campaign.web.manage import statistics as manage_statistics

    return (
        home,
        campaigns,
        attack_mode,
        editions,
        manage_consents,
        manage_events,
        manage_questions,
        ledger,
        admissions,
        manage_bulk,
        manage_exports,
        manage_statistics,
        invitations,
        manage_feeds,
        manage_mail,
        manage_mail_texts,
        manage_letters,
        imports,
        places,
        manage_door,
        manage_doors,
    )
