"""An event's registrations, or a year's, in numbers and plots."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from campaign.domain.permission import Permission
from campaign.models import Edition, Event
from campaign.services import people, statistics
from campaign.services.people import Among
from campaign.web import filters, plots, scope
from campaign.web.auth import requires

blueprint = Blueprint("manage_statistics", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/<int:year>/events/<event>/statistics/")
@requires(Permission.VIEW_EVENT)
def of_event(campaign: str, year: int, event: str) -> str:
    """Show an event's numbers."""
    found = scope.managed_event(year, event)
    return _page(found.edition, found, people.of_event(found))


@blueprint.get("/<campaign>/<int:year>/statistics/")
@requires(Permission.VIEW_CAMPAIGN)
def of_edition(campaign: str, year: int) -> str:
    """Show the numbers of a year, all countries together."""
    found = scope.managed_edition(year)
    return _page(found, None, people.of_edition(found))


def _page(edition: Edition, event: Event | None, among: Among) -> str:
    found = statistics.of(among)
    languages = [(filters.language_name(code), count) for code, count in found.languages.items()]
    countries = [(filters.country_name(code), count) for code, count in found.countries.items()]
    return render_template(
        "manage/statistics/show.html",
        campaign=edition.campaign,
        edition=edition,
        event=event,
        found=found,
        curve=plots.curve(found.days),
        by_language=plots.bars(languages),
        by_country=[] if event else plots.bars(countries),
        places=_part(found.places, _("Taken"), _("Free")),
        shown_up=_part(found.shown_up, _("Came"), _("Did not come")),
    )


def _part(part: statistics.Part | None, is_in: str, is_out: str) -> list[plots.Bar]:
    if part is None:
        return []
    return plots.bars([(is_in, part.count), (is_out, max(part.total - part.count, 0))], whole=part.total)
