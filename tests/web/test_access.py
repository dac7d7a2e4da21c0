"""Nobody gets in: every rule of the URL map, tried as everybody there is."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from campaign.db import db, unit_of_work
from campaign.domain.event import Status
from campaign.domain.letter import Audience
from campaign.domain.permission import Permission, Role, permits
from campaign.domain.question import Draft, Kind
from campaign.domain.report import Status as ReportStatus
from campaign.domain.tribute import Status as TributeStatus
from campaign.keys import derived_token
from campaign.models import Audit, Campaign, Edition, Event, Host, Member, Photo, Registration, Renewal, Report, User
from campaign.services import (
    doors,
    hosts,
    invitations,
    letters,
    mail_texts,
    member_invitations,
    members,
    moderation,
    own_calendar,
    proposals,
    question_library,
    questions,
    registrations,
    tributes,
)
from campaign.services.mail_texts import Words
from tests.make import BERLIN, Maker
from tests.web.apart import Apart

ROLES = {
    "owner": (Role.OWNER, []),
    "editor": (Role.EDITOR, []),
    "coordinator": (Role.COORDINATOR, ["AT", "DE"]),
    "coordinator elsewhere": (Role.COORDINATOR, ["FR"]),
    "door": (Role.DOOR, []),
    "viewer": (Role.VIEWER, []),
    "disabled": (Role.OWNER, []),
}
ACTORS = ["anonymous", "registrant", "host", "stranger", *ROLES]
"""A registrant and a host hold one secret address each, a stranger owns another campaign."""

EDITORS = ("owner", "editor")
WITHDRAWERS = {"annual_reports.photo": ("coordinator", "host", *EDITORS)}
"""Who has taken the year's report back, or a photo of it, by the time that they ask for it."""

VALUES: dict[str, object] = {
    "campaign": "khojaly",
    "year": 2027,
    "event": "evening-in-berlin",
    "series": "evening-in-berlin",
    "slice": "country-de",
    "kind": "ics",
    "status": "open",
    "question": 1,
    "template": 1,
    "mail": "reminder",
    "language": "az",
    "message": 2,
    "letter": 1,
    "proposal": 1,
    "member": 2,
    "member_invitation": 1,
    "purpose": "unknown",
    "number": 0,
    "colour": "1f4e79",
    "name": "0" * 32,
    "code": "ACDE-FGHJ",
    "token": "unknown",
}
FILES = {"static": "css/base.css", "security.static": "js/webauthn.js"}
ONE_CLICK = {"unsubscribe.stop", "host_unsubscribe.stop"}
"""Mail programs send them for a reader, without a form's token (RFC 8058)."""
LIBRARY = {
    "static": "public",
    "security.static": "public",
    "security.login": "public",
    "security.logout": "public",
    "security.forgot_password": "public",
    "security.reset_password": "public",
    "security.wan_signin": "public",
    "security.wan_signin_response": "public",
    "security.tf_select": "public",  # Says no to everybody while nobody is half signed in.
    "security.verify": "account",
    "security.change_password": "account",
    "security.wan_register": "account",
    "security.wan_register_response": "account",
    "security.wan_delete": "account",
    "security.wan_verify": "account",
    "security.wan_verify_response": "account",
}
"""Flask's and Flask-Security's own routes; one that is new has to be thought about."""


@dataclass
class World:
    """One public event with one confirmed registrant, an organizer of each role, and somebody else's campaign."""

    app: Flask
    token: str
    invitation: str
    host: str

    def browser(self, actor: str) -> FlaskClient:
        """Return the actor's browser, signed in where they have an account."""
        browser = self.app.test_client()
        user = members.by_email(_address(actor))
        if user is None:
            return browser
        with unit_of_work():
            link = members.link(user, now=datetime.now(UTC))
        assert browser.post(f"/account/link/{link}/").status_code == 303
        if actor == "disabled":
            with unit_of_work():
                user.active = False
        return browser

    def requests(self, actor: str) -> Iterator[tuple[Rule, str, str]]:
        """Return each rule with each of its methods and the address that this actor would use."""
        for rule in self.app.url_map.iter_rules():
            values = {name: VALUES.get(name, FILES.get(rule.endpoint)) for name in rule.arguments}
            assert None not in values.values(), f"say in VALUES what a test puts for {rule.arguments - VALUES.keys()}"
            if actor == "registrant" and "token" in values:
                is_calendar = rule.endpoint == "feeds.mine"
                values["token"] = derived_token(self.token, own_calendar.PURPOSE) if is_calendar else self.token
                values["purpose"] = derived_token(self.token, mail_texts.STOP)
            if _is_by_invitation(rule) and (actor == "registrant" or rule.endpoint.startswith("manage_")):
                values["token"] = self.invitation
            if _is_hosts(rule):
                values["token"] = self.host if actor == "host" else "unknown"
            built = rule.build(values, append_unknown=False)
            assert built
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, built[1]

    def access(self, rule: Rule) -> object:
        """Return what the rule's view says of who may call it."""
        return getattr(self.app.view_functions[rule.endpoint], "access", None) or LIBRARY[rule.endpoint]


@pytest.fixture
def world(app: Flask, make: Maker) -> World:
    """Return the world that each actor finds."""
    app.test_client_class = Apart
    stranger = make.user(_address("stranger"))
    make.event(make.edition(make.campaign("earth-hour", owner=stranger)), name={"en": "Lights out"})
    event = make.event()
    registration = make.registration(event)
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
        registration.code = str(VALUES["code"])
        draft = letters.Draft(Audience.ALL, {"en": Words("News", "There is some.")})
        letter = letters.write(event.edition, draft, event=event, country=None, actor=None, now=make.now)
        letters.send(letter, actor=None, now=make.now)
        doors.create(event, day=BERLIN.starts.date(), actor=None, now=make.now)
        invited = invitations.create(event, label="Choir", quota=9, expires_at=None, actor=None, now=make.now)
        _ask(event, make.now)
        host = _propose(event.edition, make.now)
        event.host = host
        db.session.add(Renewal(edition=event.edition, event=event, host=host))
        _tell(event, make.now)
        _open_book(event.edition.campaign, stranger, make.now)
    for actor, (role, countries) in ROLES.items():
        user = make.user(_address(actor), creator=actor == "owner")
        with unit_of_work():
            members.grant(user, event.edition.campaign, role, countries=countries, actor=None, now=make.now)
    return World(app, registration.token, invited.token, host.token)


def _ask(event: Event, now: datetime) -> None:
    """Ask two questions, of which the first is in the library, and stays because the second hangs on it."""
    first = questions.add(event, Draft(Kind.YES_NO, {"en": "By train?"}), actor=None, now=now)
    second = Draft(Kind.TEXT, {"en": "Which one?"}, shown_if=first.id, shown_if_options=(1,))
    questions.add(event, second, actor=None, now=now)
    question_library.keep(first, actor=None, now=now)


def _propose(edition: Edition, now: datetime) -> Host:
    """Propose an event, and invite somebody to organize; return the host who proposed."""
    host = hosts.find_or_add(edition.campaign, email="hanna@example.org", name="Hanna", language="en", now=now)
    hosts.verify(host, now=now)
    proposals.propose(edition, BERLIN, host=host, note=None, language="en", now=now)
    invited = {"countries": ["DE"], "language": "en", "actor": None, "now": now}
    member_invitations.invite(edition.campaign, "new@example.org", Role.COORDINATOR, **invited)
    return host


def _tell(event: Event, now: datetime) -> None:
    """Say how the event was, with a photo, and let the public read it."""
    photo = Photo(name=VALUES["name"], body=b"jpeg", width=1, height=1, agreed_at=now)
    told = {"came": 40, "language": "en", "sent_at": now, "photos": [photo], "status": ReportStatus.CHECKED}
    db.session.add(Report(event=event, **told))
    event.edition.reported_at = now


def _open_book(campaign: Campaign, reader: User, now: datetime) -> None:
    """Open a book of remembrance that something stands in, so that it stays when its settings are sent empty."""
    moderation.set_book(campaign, is_open=True, is_hidden=False, actor=None, now=now)
    one, _token = tributes.write(campaign, tributes.Draft("Remembered.", "en"), submission="one", now=now)
    moderation.decide(campaign, [one.id], TributeStatus.SHOWN, actor=reader, now=now)


def _is_by_invitation(rule: Rule) -> bool:
    return {"event", "token"} <= rule.arguments and not _is_hosts(rule)


def _is_hosts(rule: Rule) -> bool:
    return rule.rule.startswith("/h/")


def _address(actor: str) -> str:
    return f"{actor.replace(' ', '-')}@example.org"


def expected(actor: str, access: object, rule: Rule) -> str:
    """Return what the table of roles says: "in", "sign in", "not here" or "not for you"."""
    if rule.endpoint.startswith(("confirming.", "door.", "membership.", "own_tribute.")):
        return "not here"  # Nobody here has the secret address of a door, or of a tribute.
    if rule.endpoint.startswith("api_") and isinstance(access, Permission):
        return "401"  # Programs have secrets of their own; a browser's cookie is none.
    if _is_hosts(rule):
        return "in" if actor == "host" and not rule.endpoint.endswith(".certificate") else "not here"
    if rule.endpoint.startswith("annual_reports.") and actor in WITHDRAWERS.get(rule.endpoint, EDITORS):
        return "not here"
    if access == "public":
        is_secret = "token" in rule.arguments and rule.endpoint.startswith(
            ("registrations.", "own_registration.", "unsubscribe.", "feeds.mine")
        )
        return "not here" if is_secret and actor != "registrant" else "in"
    if actor in ("anonymous", "registrant", "host", "disabled"):
        return "sign in"
    if access == "account":
        return "in"
    if access == "creators":
        return "in" if actor == "owner" else "not for you"
    if actor == "stranger":
        return "not here"
    assert isinstance(access, Permission)
    if rule.endpoint == "manage_api_tokens.revoke" and permits(ROLES[actor][0], access):
        return "not here"  # Nobody here has made a secret for a program.
    is_elsewhere = actor == "coordinator elsewhere" and bool({"event", "letter", "proposal"} & rule.arguments)
    if rule.endpoint == "manage_reports.certificate" and permits(ROLES[actor][0], access) and not is_elsewhere:
        return "not here"  # The event is still to come.
    return "in" if permits(ROLES[actor][0], access) and not is_elsewhere else "not for you"


def outcome(response: TestResponse) -> str:
    """Return what an answer means for whoever asked."""
    if response.location and response.location.startswith("/account/sign-in?next="):
        return "sign in"
    named = {403: "not for you", 404: "not here"}
    is_in = response.status_code < 400 or response.status_code in (409, 422)
    return "in" if is_in else named.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("actor", ACTORS)
def test_every_rule_lets_in_whom_the_table_says(world: World, actor: str) -> None:
    browser = world.browser(actor)
    wrong = []
    for rule, method, address in world.requests(actor):
        signs_out = rule.endpoint == "security.logout"
        response = (world.browser(actor) if signs_out else browser).open(address, method=method)
        wanted, found = expected(actor, world.access(rule), rule), outcome(response)
        if found != wanted:
            wrong.append(f"{method} {address} ({world.access(rule)}): {found}, not {wanted}")
    assert not wrong, f"{actor}: " + "; ".join(wrong)


@pytest.mark.parametrize("actor", ["anonymous", "owner"])
def test_every_post_without_the_forms_token_is_refused(world: World, actor: str) -> None:
    browser = world.browser(actor)
    world.app.config["WTF_CSRF_ENABLED"] = True
    with sqlite3.connect(world.app.config["SETTINGS"].database_url.removeprefix("sqlite:///")) as onlooker:
        before = _version(onlooker)
        posts = [
            address
            for rule, method, address in world.requests("registrant")
            if method != "GET" and rule.endpoint not in ONE_CLICK and not rule.endpoint.startswith("api_")
        ]
        answers = {address: browser.post(address).status_code for address in posts}
        assert _version(onlooker) == before
    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status != 400} == {}


def test_looking_changes_nothing_but_the_record_of_looking_at_names(world: World) -> None:
    browser = world.browser("owner")
    wrote = set()
    with sqlite3.connect(world.app.config["SETTINGS"].database_url.removeprefix("sqlite:///")) as onlooker:
        for rule, method, address in world.requests("registrant"):
            if method == "GET":
                before = _version(onlooker)
                browser.get(address)
                if _version(onlooker) != before:
                    wrote.add(rule.endpoint)
    names = {"manage_registrations.listing", "manage_registrations.of_edition", "manage_registrations.show"}
    assert wrote == names | {"manage_door.paper"}
    db.session.rollback()
    looks = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).all()
    assert {look.actor.email for look in looks if look.actor} == {_address("owner")}


def _version(onlooker: sqlite3.Connection) -> int:
    """Return a number that differs after every commit of another connection that changed something."""
    return int(onlooker.execute("PRAGMA data_version").fetchone()[0])


def test_somebody_elses_campaign_looks_as_if_there_were_none(world: World) -> None:
    stranger = world.browser("stranger")
    theirs, none = (stranger.get(f"/manage/{slug}/2027/events/") for slug in ("khojaly", "no-such-cause"))
    assert theirs.status_code == none.status_code == 404
    assert _words(theirs.text, "khojaly") == _words(none.text, "no-such-cause")


def _words(page: str, slug: str) -> str:
    """Return a page without what differs at every showing: the token in its forms, the name that was asked for."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(slug, "")


def test_an_event_is_only_in_its_own_campaign(world: World) -> None:
    browser = world.browser("stranger")
    assert browser.get("/manage/earth-hour/2027/events/lights-out/").status_code == 200
    assert browser.get("/manage/earth-hour/2027/events/evening-in-berlin/").status_code == 404
    assert browser.post("/manage/earth-hour/2027/events/evening-in-berlin/cancel").status_code == 404
    for path in ("", "event.ics", "register"):
        assert browser.get(f"/earth-hour/2027/evening-in-berlin/{path}").status_code == 404


def test_a_draft_and_a_planned_year_are_nobodys_business(world: World, make: Maker) -> None:
    event = _event("evening-in-berlin")
    make.event(event.edition, name={"en": "Draft"}, is_published=False)
    make.event(make.edition(event.edition.campaign, 2028, is_open=False), name={"en": "Early"})
    for actor in ("anonymous", "owner"):
        browser = world.browser(actor)
        for event_path in ("/khojaly/2027/draft/", "/khojaly/2028/early/"):
            for path in ("", "event.ics", "register", "register/sent"):
                assert browser.get(event_path + path).status_code == 404, event_path + path
            assert browser.post(event_path + "register").status_code == 404
        assert browser.get("/khojaly/2028/").status_code == 404
        assert "Draft" not in browser.get("/khojaly/2027/").text
        feed = browser.get("/feeds/khojaly.ics").text
        assert feed.count("BEGIN:VEVENT") == 1
        assert "Evening in Berlin" in feed


def test_a_coordinator_neither_adds_nor_moves_an_event_into_another_country(world: World, make: Maker) -> None:
    edition = _event("evening-in-berlin").edition
    paris = {"country": "FR", "city": "Paris", "zone": "Europe/Paris", "latitude": 48.85, "longitude": 2.35}
    make.event(edition, name={"en": "Paris"}, is_published=False, **paris)
    make.event(edition, name={"en": "Ready"}, is_published=False)
    browser, where = world.browser("coordinator elsewhere"), "/manage/khojaly/2027/events"
    berlin = {"name_en": "Mine now", "city": "Berlin", "country": "DE", "zone": "Europe/Berlin"}
    assert browser.post(f"{where}/new/", data=berlin).status_code == 403
    assert browser.post(f"{where}/paris/edit/", data=berlin).status_code == 403
    assert browser.post(f"{where}/paris/edit/", data={**berlin, "country": "FR"}).status_code == 303
    assert browser.post(f"{where}/publish-ready").status_code == 303
    assert _event("paris").name == {"en": "Mine now"}
    assert _event("ready").status is Status.DRAFT


def test_a_role_that_is_taken_away_is_gone_at_once(world: World) -> None:
    browser = world.browser("editor")
    assert browser.get("/manage/khojaly/").status_code == 200
    with unit_of_work():
        db.session.delete(_member("editor"))
    assert browser.get("/manage/khojaly/").status_code == 404


def test_a_disabled_account_has_no_way_back_in(world: World) -> None:
    user = members.by_email(_address("viewer"))
    assert user
    with unit_of_work():
        link = members.link(user, now=datetime.now(UTC))
        user.active = False
    browser = world.app.test_client()
    assert browser.post(f"/account/link/{link}/").location == "/account/sign-in"
    assert outcome(browser.get("/manage/")) == "sign in"


def test_a_form_sets_what_it_shows_and_nothing_else(world: World) -> None:
    event = _event("evening-in-berlin")
    before = (event.id, event.uid, event.slug, event.status, event.sequence, event.edition_id, event.series_id)
    sent = {
        "name_en": "Renamed",
        "city": "Berlin",
        "country": "DE",
        "zone": "Europe/Berlin",
        "starts": f"{BERLIN.starts:%Y-%m-%dT%H:%M}",
        "ends": f"{BERLIN.ends:%Y-%m-%dT%H:%M}",
    }
    smuggled = {"id": 99, "uid": "x", "slug": "x", "status": "draft", "sequence": 7, "edition_id": 1, "series_id": 1}
    browser = world.browser("editor")
    answer = browser.post("/manage/khojaly/2027/events/evening-in-berlin/edit/", data={**sent, **smuggled})
    assert answer.status_code == 303
    event = _event("evening-in-berlin")
    assert event.name == {"en": "Renamed"}
    after = (event.id, event.uid, event.slug, event.status, event.sequence, event.edition_id, event.series_id)
    assert after == (*before[:4], before[4] + 1, *before[5:])  # The venue is gone, hence the sequence.


def test_registering_sets_neither_state_nor_token(world: World, make: Maker) -> None:
    start = datetime(datetime.now(UTC).year + 1, 6, 1, 18)
    times = {"starts": start, "ends": start.replace(hour=20)}
    event = make.event(_event("evening-in-berlin").edition, name={"en": "Later"}, **times)
    sent = {"name": "Rena", "email": "new@example.org", "party_size": "1", "language": "en", "consent": "y"}
    smuggled = {"status": "confirmed", "token": "mine", "ticket": "mine", "confirmed_at": "2026-01-01", "event_id": "1"}
    answer = world.browser("anonymous").post("/khojaly/2027/later/register", data={**sent, **smuggled})
    assert answer.status_code == 303
    db.session.rollback()
    found = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
    assert (found.status, found.confirmed_at, "mine" in (found.token, found.ticket)) == ("pending", None, False)


def _event(slug: str) -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _member(actor: str) -> Member:
    return db.session.scalars(select(Member).join(User).where(User.email == _address(actor))).one()
