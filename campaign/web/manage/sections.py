"""The pages of a campaign between which its organizers move."""

from flask import url_for
from flask_babel import gettext as _

from campaign.domain.permission import Permission
from campaign.i18n import pick
from campaign.models import Campaign, Edition
from campaign.web import auth, language


def sections(campaign: Campaign, edition: Edition | None, here: str) -> list[tuple[str, str, bool]]:
    """Return label, address and whether it is this one, for each page the member may open."""
    name = pick(campaign.name, language.current(), campaign.default_language)[0]
    rows = [(name, url_for("manage_campaigns.show", campaign=campaign.slug), here == "campaign")]
    rows.append((_("The years ahead"), url_for("manage_years.show", campaign=campaign.slug), here == "years"))
    if auth.can(Permission.EDIT_CAMPAIGN):
        rows.append((_("Texts and rule"), url_for("manage_campaigns.edit", campaign=campaign.slug), here == "edit"))
        rows.append((_("Consent"), url_for("manage_consents.show", campaign=campaign.slug), here == "consents"))
    if auth.can(Permission.EDIT_EVENT):
        rows.append((_("Questions"), url_for("manage_questions.library", campaign=campaign.slug), here == "questions"))
    if auth.can(Permission.EDIT_CAMPAIGN):
        texts = url_for("manage_mail_texts.listing", campaign=campaign.slug)
        rows.append((_("Words of mails"), texts, here == "texts"))
        rows.append(
            (_("Translations"), url_for("manage_texts.listing", campaign=campaign.slug), here == "translations")
        )
        rows.append((_("For programs"), url_for("manage_api_tokens.listing", campaign=campaign.slug), here == "api"))
    rows.append((_("Coverage"), url_for("manage_coverage.show", campaign=campaign.slug), here == "coverage"))
    if auth.can(Permission.MODERATE_TRIBUTES):
        book = url_for("manage_tributes.listing", campaign=campaign.slug)
        rows.append((_("Book of remembrance"), book, here == "tributes"))
    if auth.can(Permission.EDIT_CAMPAIGN):
        terms = url_for("manage_hosting.show", campaign=campaign.slug)
        rows.append((_("Proposals of hosts"), terms, here == "hosting"))
    if auth.can(Permission.VIEW_MEMBERS):
        rows.append((_("Organizers"), url_for("manage_members.listing", campaign=campaign.slug), here == "members"))
    rows.append((_("Calendars"), url_for("manage_feeds.listing", campaign=campaign.slug), here == "feeds"))
    if auth.can(Permission.CHECK_IN):
        rows.append((_("At the door"), url_for("manage_doors.listing", campaign=campaign.slug), here == "doors"))
    if edition is None:
        return rows

    def of_year(label: str, endpoint: str, name: str) -> tuple[str, str, bool]:
        return label, url_for(endpoint, campaign=campaign.slug, year=edition.year), here == name

    rows.append(of_year(str(edition.year), "manage_editions.show", "edition"))
    rows.append(of_year(_("Events"), "manage_events.listing", "events"))
    if auth.can(Permission.PUBLISH_EVENT):
        rows.append(of_year(_("Proposals"), "manage_proposals.listing", "proposals"))
    if auth.can(Permission.EDIT_EVENT):
        rows.append(of_year(_("Last year's hosts"), "manage_renewals.show", "renewal"))
    if auth.can(Permission.WRITE_TO_REGISTRANTS):
        rows.append(of_year(_("Letters"), "manage_letters.listing", "letters"))
    rows.append(of_year(_("Sent mails"), "manage_mail.of_edition", "mail"))
    if auth.can(Permission.VIEW_REGISTRATIONS):
        rows.append(of_year(_("Registrations"), "manage_registrations.of_edition", "registrations"))
    if auth.can(Permission.VIEW_EVENT):
        rows.append(of_year(_("Reports"), "manage_reports.listing", "reports"))
    rows.append(of_year(_("Statistics"), "manage_statistics.of_edition", "statistics"))
    if auth.can(Permission.IMPORT_EVENTS):
        rows.append(of_year(_("Import"), "manage_imports.upload", "import"))
    if auth.can(Permission.EDIT_EDITION):
        rows.append(of_year(_("From last year"), "manage_roll_over.show", "roll-over"))
    return rows
