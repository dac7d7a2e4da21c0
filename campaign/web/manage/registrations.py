"""Who is registered, for those whose role includes it: lists, and one person; every look is recorded."""

import json
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.event import Status as EventStatus
from campaign.domain.message import failure
from campaign.domain.permission import Permission
from campaign.domain.registration import Status
from campaign.domain.text import tidy_line
from campaign.keys import seal, unseal
from campaign.models import Edition, Event, Question, Registration
from campaign.services import bulk, ledger, people, programme, registrations
from campaign.services.people import Among, Page, Place, Sort, Wanted
from campaign.web import filters, language, scope
from campaign.web.auth import me, requires
from campaign.web.question_fields import answer_text

blueprint = Blueprint("manage_registrations", __name__, url_prefix="/manage")
WORDS_LIMIT = 254
FILTERS = ("q", "status", "here", "tag", "country", "sort")
HERE = {"yes": Status.ATTENDED, "no": Status.CONFIRMED}


@blueprint.get("/<campaign>/<int:year>/events/<event>/registrations/")
@requires(Permission.VIEW_REGISTRATIONS)
def listing(campaign: str, year: int, event: str) -> str:
    """Show the registrations of an event, or of them those whom the last change did not reach."""
    found = scope.managed_event(year, event)
    with unit_of_work():
        registrations.note_look(found, actor=me(), now=datetime.now(UTC))
    if "unreached" in request.args:
        return _unreached(found)
    among, wanted = people.of_event(found), _wanted(by_name=True)
    return _list(found.edition, found, among, wanted, _page(among, wanted))


@blueprint.get("/<campaign>/<int:year>/registrations/")
@requires(Permission.VIEW_REGISTRATIONS)
def of_edition(campaign: str, year: int) -> str:
    """Show the registrations of a year; or everything that the campaign holds under one mail address."""
    found, own = scope.managed_edition(year), scope.own_countries()
    country = request.args.get("country")
    countries = own if not country else [country] if own is None or country in own else []
    among, wanted = people.of_edition(found, countries=countries), _wanted(by_name=False)
    searched = people.of_campaign(found.campaign_id, countries=countries) if wanted.is_address else among
    page = _page(searched, wanted)
    if page.ids:
        with unit_of_work():
            people.note_looks(page, actor=me(), now=datetime.now(UTC))
    return _list(found, None, among, wanted, page)


@blueprint.get("/<campaign>/<int:year>/events/<event>/registrations/<code>/")
@requires(Permission.VIEW_REGISTRATIONS)
def show(campaign: str, year: int, event: str, code: str) -> ResponseReturnValue:
    """Show one registration: answers, consents, and what organizers wrote about it."""
    found, now = scope.managed_registration(year, event, code), datetime.now(UTC)
    with unit_of_work():
        registrations.note_look(found.event, actor=me(), now=now)
    edition = found.event.edition
    return render_template(
        "manage/registrations/show.html",
        campaign=edition.campaign,
        edition=edition,
        event=found.event,
        registration=found,
        answers=_answers(found),
        note_limit=bulk.NOTE_LIMIT,
        last=bulk.last(edition.campaign, actor=me(), now=now),
    )


@blueprint.app_template_global()
def this_page() -> str:
    """Return this page's own address, for a form that leads back to it."""
    return request.full_path.rstrip("?")


@blueprint.app_template_global()
def handle_of(registration: Registration) -> str:
    """Return what names a registration in forms: the year and slug of its event, and the letters of its ticket."""
    return f"{registration.event.edition.year}/{registration.event.slug}/{registration.code}"


def _wanted(*, by_name: bool) -> Wanted:
    """Return what the address asks for; what it can't mean is anything."""
    asked = request.args
    status, sort = asked.get("status", ""), asked.get("sort", "")
    return Wanted(
        words=tidy_line(asked.get("q", ""))[:WORDS_LIMIT],
        status=Status(status) if status in set(Status) else None,
        tag=asked.get("tag") or None,
        sort=Sort(sort) if sort in set(Sort) and (by_name or sort != Sort.NAME) else Sort.NEWEST,
        language=language.current(),
    )


def _page(among: Among, wanted: Wanted) -> Page:
    here = HERE.get(request.args.get("here", ""))
    if here and wanted.status not in (None, here):
        return Page([], None, None)
    wanted = Wanted(wanted.words, here or wanted.status, wanted.tag, wanted.sort, wanted.language)
    return people.find(among, wanted, place=_place(wanted.sort))


def _list(edition: Edition, event: Event | None, among: Among, wanted: Wanted, page: Page) -> str:
    campaign = edition.campaign
    return render_template(
        "manage/registrations/list.html",
        campaign=campaign,
        edition=edition,
        event=event,
        page=page,
        wanted=wanted,
        here=request.args.get("here", ""),
        country=request.args.get("country", ""),
        is_narrowed=any(request.args.get(name) for name in FILTERS if name != "sort"),
        names_are_hidden=bool(wanted.words) and event is None and not wanted.is_address,
        counts=people.counts(among),
        count_limit=people.COUNT_LIMIT,
        order=people.ORDER,
        sorts=_sorts(by_name=event is not None),
        tags=people.tags(among),
        countries=[] if event else _countries(edition),
        address=address_of(edition, event),
        sealed=lambda place: _sealed(place, wanted.sort),
        last=bulk.last(campaign, actor=me(), now=datetime.now(UTC)),
    )


def _unreached(event: Event) -> str:
    return render_template(
        "manage/registrations/unreached.html",
        campaign=event.edition.campaign,
        edition=event.edition,
        event=event,
        failures={one.registration: failure(one.last_error) for one in ledger.unreached(event)},
    )


def _answers(registration: Registration) -> list[tuple[Question, str]]:
    """Return each question that was answered, in the version that was, and the answer as people read it."""
    given = sorted(registration.answers, key=lambda one: (one.question.position, one.question.id))
    return [(one.question, answer_text(one.question, json.loads(one.value))) for one in given]


def _sorts(*, by_name: bool) -> dict[Sort, str]:
    names = {Sort.NEWEST: _("Newest first"), Sort.OLDEST: _("Oldest first"), Sort.STATE: _("By state")}
    return names | ({Sort.NAME: _("By name")} if by_name else {})


def _countries(edition: Edition) -> list[tuple[str, int]]:
    """Return the countries to choose from, with the number of events in each."""
    every = programme.countries(edition, statuses=tuple(EventStatus))
    return sorted((row for row in every if scope.may_act_in(row[0])), key=lambda row: filters.country_order(row[0]))


def address_of(edition: Edition, event: Event | None) -> str:
    """Return the address of the list of an event, or of a year."""
    campaign, year = edition.campaign.slug, edition.year
    if event is None:
        return url_for("manage_registrations.of_edition", campaign=campaign, year=year)
    return url_for("manage_registrations.listing", campaign=campaign, year=year, event=event.slug)


def _sealed(place: Place, sort: Sort) -> str:
    """Return a place in a list as it stands in an address: encrypted, since it may hold a name."""
    return seal(json.dumps([sort, *place.key, place.is_back]), "place")


def _place(sort: Sort) -> Place | None:
    """Return the place that the address names; None for the beginning, or where it is of a list sorted otherwise."""
    kept = unseal(request.args.get("at", ""), "place")
    if kept is None:
        return None
    its_sort, rank, number, is_back = json.loads(kept)
    return Place((rank, number), is_back=is_back) if its_sort == sort else None
