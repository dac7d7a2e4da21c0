"""The renewal round for organizers: asking last year's hosts, seeing who has answered, publishing who said again."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from campaign import i18n
from campaign.db import unit_of_work
from campaign.domain import renewal as rules
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.renewal import Answer
from campaign.geo.countries import COUNTRIES
from campaign.models import Edition, Event, Host
from campaign.services import hosts, renewal_answers, renewal_figures, renewals
from campaign.services.renewal_figures import SILENT
from campaign.web import filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_renewals", __name__, url_prefix="/manage/<campaign>/<int:year>/renewal")
STATES = (SILENT, *Answer)
ONLINE = "online"
"""Stands for the country of events that are in none."""


@blueprint.get("/")
@requires(Permission.EDIT_EVENT)
def show(campaign: str, year: int) -> str:
    """Show what asking would do, and who has answered; a coordinator only in their countries."""
    edition, now = scope.managed_edition(year), datetime.now(UTC)
    own = scope.own_countries()
    rows = renewal_figures.by_country(edition, countries=own)
    country, state = _chosen_country(), request.args.get("state", SILENT)
    state = state if state in STATES else ""
    number = request.args.get("page", default=1, type=int)
    page = renewal_figures.find(edition, countries=_countries(country), state=state or None, page=number)
    before = renewals.year_before(edition)
    return render_template(
        "manage/renewals/show.html",
        campaign=edition.campaign,
        edition=edition,
        before=before,
        outlook=renewals.outlook(edition, countries=own),
        is_in_time=rules.is_in_time(first_day=edition.first_day, now=now),
        rows=sorted(rows, key=lambda row: filters.country_order(row.country)),
        states=STATES,
        country=country,
        state=state,
        page=page,
        page_url=lambda to: url_for(
            "manage_renewals.show", campaign=campaign, year=year, country=country, state=state, page=to
        ),
        new_events=renewal_figures.successors(edition, page.items),
        ready=len(renewal_answers.ready_to_publish(edition, countries=own)),
        hostless=_hostless(edition),
        previews=_previews(edition) if before else [],
        act=ActForm(),
    )


@blueprint.get("/without-host/")
@requires(Permission.EDIT_EVENT)
def without_host(campaign: str, year: int) -> str:
    """List last year's events of one country that have nobody to ask."""
    edition = scope.managed_edition(year)
    country = _chosen_country()
    code = None if country in (None, ONLINE) else country
    if country is not None:
        scope.check_country(code)
    return render_template(
        "manage/renewals/without_host.html",
        campaign=edition.campaign,
        edition=edition,
        before=renewals.year_before(edition),
        hostless=_hostless(edition),
        country=country,
        events=renewal_figures.events_without_host(edition, country=code) if country else [],
    )


@blueprint.post("/start")
@requires(Permission.PUBLISH_EVENT)
def start(campaign: str, year: int) -> ResponseReturnValue:
    """Ask the hosts of the year before; a coordinator those of their countries."""
    edition = scope.managed_edition(year)
    try:
        with unit_of_work():
            count = renewals.start(edition, countries=scope.own_countries(), actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(
            ngettext(
                "Hosts are being asked about %(num)s event.", "Hosts are being asked about %(num)s events.", count
            ),
            "message",
        )
    return _back(campaign, year)


@blueprint.post("/remind")
@requires(Permission.PUBLISH_EVENT)
def remind(campaign: str, year: int) -> ResponseReturnValue:
    """Remind those now who haven't answered, in one country or all."""
    edition = scope.managed_edition(year)
    countries = _countries(_chosen_country())
    try:
        with unit_of_work():
            count = renewals.remind(edition, countries=countries, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(
            ngettext(
                "Reminded about %(num)s event. A mail in the last two days, or two reminders, are enough.",
                "Reminded about %(num)s events. A mail in the last two days, or two reminders, are enough.",
                count,
            ),
            "message",
        )
    return _back(campaign, year)


@blueprint.post("/publish")
@requires(Permission.PUBLISH_EVENT)
def publish(campaign: str, year: int) -> ResponseReturnValue:
    """Publish every draft whose host said "again"."""
    edition = scope.managed_edition(year)
    own = scope.own_countries()
    with unit_of_work():
        count = renewal_answers.publish_all(edition, countries=own, actor=me(), now=datetime.now(UTC))
    flash(_("Published: %(count)s.", count=filters.number(count)), "message")
    return _back(campaign, year)


@blueprint.app_template_filter()
def renewal_phrase(answer: str) -> str:
    """Return what a host answered, or that they haven't."""
    return {
        SILENT: _("No answer"),
        Answer.AGAIN: _("Again"),
        Answer.CHANGED: _("With changes"),
        Answer.NOT_THIS_YEAR: _("Not this year"),
        Answer.HANDED_OVER: _("Handed over"),
    }[answer]


def _chosen_country() -> str | None:
    """Return the country that the filter names, where there is such a one."""
    country = request.values.get("country")
    return country if country == ONLINE or country in COUNTRIES else None


def _countries(country: str | None) -> list[str] | None:
    """Return the countries to look at: the chosen one, or the member's own; None for all."""
    own = scope.own_countries()
    if country in (None, ONLINE):
        return own
    return [country] if own is None or country in own else []


def _hostless(edition: Edition) -> list[tuple[str | None, int]]:
    found = renewal_figures.without_host(edition, countries=scope.own_countries())
    return sorted(found, key=lambda row: filters.country_order(row[0]))


def _previews(edition: Edition) -> list[tuple[str, str]]:
    """Return how the mail would read, to somebody made up, in each language of the campaign."""
    event = renewals.sample(edition, countries=scope.own_countries())
    return [(code, _preview(edition, event, code)) for code in edition.campaign.languages] if event else []


def _preview(edition: Edition, event: Event, code: str) -> str:
    somebody = Host(campaign=edition.campaign, name="Leyla", token="sample")  # noqa: S106  # opens nothing
    facts = {"year": edition.year, "others": 0, "handed_over_by": None}
    with force_locale(str(i18n.locale(code))):
        context = hosts.mail_context(somebody, event, language=code, facts=facts)
        return render_template("mail/host/renewal.txt", **context).strip()


def _back(campaign: str, year: int) -> ResponseReturnValue:
    return redirect(url_for("manage_renewals.show", campaign=campaign, year=year), 303)
