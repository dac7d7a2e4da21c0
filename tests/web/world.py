"""Everybody there is, and what each of them finds: a campaign with one of everything, and somebody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from campaign.db import db, unit_of_work
from campaign.domain.letter import Audience
from campaign.domain.permission import Permission, Role, permits
from campaign.domain.question import Draft, Kind
from campaign.domain.report import Status as ReportStatus
from campaign.domain.tribute import Status as TributeStatus
from campaign.keys import derived_token
from campaign.models import Campaign, Edition, Event, Host, Photo, Renewal, Report, User
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
        user = members.by_email(address_of(actor))
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


def lay(app: Flask, make: Maker) -> World:
    """Return the world that each actor finds."""
    app.test_client_class = Apart
    stranger = make.user(address_of("stranger"))
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
        user = make.user(address_of(actor), creator=actor == "owner")
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


def address_of(actor: str) -> str:
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
