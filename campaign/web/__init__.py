"""HTTP only: a form, one service call, then a redirect or a page."""

from types import ModuleType

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

    filters.init_app(app)
    headers.init_app(app)
    static_files.init_app(app)
    errors.init_app(app)
    poll_counter.init_app(app)
    tally.init_app(app)
    feeds.init_app(app)
    for module in (health, feeds, slices, *_for_organizers(), door):
        app.register_blueprint(module.blueprint)
    for module in (registrations, own_registration, own_tribute, tributes, hosts, unsubscribe):
        app.register_blueprint(module.blueprint)
    for module in (host_renewals, host_unsubscribe, hosted_events, hosted_letters, posters):
        app.register_blueprint(module.blueprint)
    for module in (confirming, hosting, membership, host_reports, annual_reports, events, site):
        app.register_blueprint(module.blueprint)


def _for_organizers() -> tuple[ModuleType, ...]:
    """Return the modules of organizers' pages."""
    from campaign.web.manage import (
        admissions,
        api_tokens,
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
    from campaign.web.manage import coverage as manage_coverage
    from campaign.web.manage import door as manage_door
    from campaign.web.manage import doors as manage_doors
    from campaign.web.manage import event_host as manage_event_host
    from campaign.web.manage import events as manage_events
    from campaign.web.manage import exports as manage_exports
    from campaign.web.manage import feeds as manage_feeds
    from campaign.web.manage import hosting as manage_hosting
    from campaign.web.manage import letters as manage_letters
    from campaign.web.manage import mail as manage_mail
    from campaign.web.manage import mail_texts as manage_mail_texts
    from campaign.web.manage import members as manage_members
    from campaign.web.manage import proposals as manage_proposals
    from campaign.web.manage import questions as manage_questions
    from campaign.web.manage import renewals as manage_renewals
    from campaign.web.manage import reports as manage_reports
    from campaign.web.manage import roll_over as manage_roll_over
    from campaign.web.manage import statistics as manage_statistics
    from campaign.web.manage import texts as manage_texts
    from campaign.web.manage import translations as manage_translations
    from campaign.web.manage import tributes as manage_tributes
    from campaign.web.manage import years as manage_years

    return (
        home,
        campaigns,
        attack_mode,
        api_tokens,
        editions,
        manage_consents,
        manage_coverage,
        manage_reports,
        manage_events,
        manage_hosting,
        manage_members,
        manage_proposals,
        manage_event_host,
        manage_renewals,
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
        manage_texts,
        manage_translations,
        manage_tributes,
        imports,
        manage_roll_over,
        manage_years,
        places,
        manage_door,
        manage_doors,
    )
