"""The pages of a campaign between which its organizers move."""

from flask import url_for
from flask_babel import gettext as _

from campaign.domain.permission import Permission
from campaign.i18n import pick
from campaign.models import Campaign, Edition
from campaign.web import auth, language

Section = tuple[str, str, bool]
Page = tuple[str, str, str, Permission | None]
"""What it is called, where it is, what it calls itself, and what one must be allowed; None for every member."""


def sections(campaign: Campaign, edition: Edition | None, here: str) -> list[Section]:
    """Return label, address and whether it is this one, for each page the member may open."""
    name = pick(campaign.name, language.current(), campaign.default_language)[0]
    found = _allowed(_of_campaign(name), campaign.slug, None, here)
    if edition is not None:
        found += _allowed(_of_year(str(edition.year)), campaign.slug, edition.year, here)
    return found


def _allowed(pages: list[Page], campaign: str, year: int | None, here: str) -> list[Section]:
    return [
        (label, url_for(endpoint, campaign=campaign, year=year), own == here)
        for label, endpoint, own, permission in pages
        if permission is None or auth.can(permission)
    ]


def _of_campaign(name: str) -> list[Page]:
    return [
        (name, "manage_campaigns.show", "campaign", None),
        (_("The years ahead"), "manage_years.show", "years", None),
        (_("Texts and rule"), "manage_campaigns.edit", "edit", Permission.EDIT_CAMPAIGN),
        (_("Consent"), "manage_consents.show", "consents", Permission.EDIT_CAMPAIGN),
        (_("Questions"), "manage_questions.library", "questions", Permission.EDIT_EVENT),
        (_("Words of mails"), "manage_mail_texts.listing", "texts", Permission.EDIT_CAMPAIGN),
        (_("Translations"), "manage_texts.listing", "translations", Permission.EDIT_CAMPAIGN),
        (_("For programs"), "manage_api_tokens.listing", "api", Permission.EDIT_CAMPAIGN),
        (_("Coverage"), "manage_coverage.show", "coverage", None),
        (_("Book of remembrance"), "manage_tributes.listing", "tributes", Permission.MODERATE_TRIBUTES),
        (_("Proposals of hosts"), "manage_hosting.show", "hosting", Permission.EDIT_CAMPAIGN),
        (_("Organizers"), "manage_members.listing", "members", Permission.VIEW_MEMBERS),
        (_("Calendars"), "manage_feeds.listing", "feeds", None),
        (_("At the door"), "manage_doors.listing", "doors", Permission.CHECK_IN),
    ]


def _of_year(year: str) -> list[Page]:
    return [
        (year, "manage_editions.show", "edition", None),
        (_("Events"), "manage_events.listing", "events", None),
        (_("Proposals"), "manage_proposals.listing", "proposals", Permission.PUBLISH_EVENT),
        (_("Last year's hosts"), "manage_renewals.show", "renewal", Permission.EDIT_EVENT),
        (_("Letters"), "manage_letters.listing", "letters", Permission.WRITE_TO_REGISTRANTS),
        (_("Sent mails"), "manage_mail.of_edition", "mail", None),
        (_("Registrations"), "manage_registrations.of_edition", "registrations", Permission.VIEW_REGISTRATIONS),
        (_("Reports"), "manage_reports.listing", "reports", Permission.VIEW_EVENT),
        (_("Statistics"), "manage_statistics.of_edition", "statistics", None),
        (_("Import"), "manage_imports.upload", "import", Permission.IMPORT_EVENTS),
        (_("From last year"), "manage_roll_over.show", "roll-over", Permission.EDIT_EDITION),
    ]
