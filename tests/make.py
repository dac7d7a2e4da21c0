"""Rows for tests, made through the services that people use."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.event import Draft
from campaign.domain.permission import Role
from campaign.domain.question import Kind as QuestionKind
from campaign.domain.registration import ENDED
from campaign.keys import address_hash
from campaign.models import Campaign, Edition, Event, Question, Registration, User
from campaign.services import campaigns, editions, events, members, questions, registrations
from campaign.services.submissions import Submission

BERLIN = Draft(
    name={"en": "Evening in Berlin"},
    description={"en": "Music and readings."},
    country="DE",
    city="Berlin",
    venue="Community hall",
    address="Musterstraße 1",
    latitude=52.52,
    longitude=13.4,
    zone="Europe/Berlin",
    starts=datetime(2027, 2, 26, 18, 30),
    ends=datetime(2027, 2, 26, 20, 30),
    languages=("de", "en"),
    tags=("concert",),
    capacity=10,
)


def living(event: Event, email: str) -> Registration:
    """Return the registration of an address at an event that has not ended."""
    theirs = (Registration.event_id == event.id) & (Registration.email_hash == address_hash(email))
    return db.session.scalars(select(Registration).where(theirs, Registration.status.not_in(ENDED))).one()


@dataclass
class Maker:
    """Makes what a test needs, each in a unit of work of its own."""

    now: datetime

    def user(self, email: str = "alice@example.org", *, creator: bool = False) -> User:
        """Create an account."""
        with unit_of_work():
            return members.create_user(email, password_hash=None, may_create_campaigns=creator, now=self.now)

    def campaign(self, slug: str = "khojaly", *, owner: User | None = None, **changes: object) -> Campaign:
        """Create a campaign on 26 February since 1992."""
        draft = campaigns.Draft(
            slug=slug,
            name={"en": "Justice for Khojaly", "az": "Xocalıya ədalət"},
            summary={"en": "A day of remembrance."},
            rule=AnniversaryRule(Kind.FIXED, month=2, day=26),
            languages=["en", "az"],
            default_language="en",
            since=1992,
        )
        with unit_of_work():
            return campaigns.create(replace(draft, **changes), owner=owner, now=self.now)  # type: ignore[arg-type]

    def edition(self, campaign: Campaign | None = None, year: int = 2027, *, is_open: bool = True) -> Edition:
        """Set up a year, open to the public unless told otherwise."""
        campaign = campaign or self.campaign()
        with unit_of_work():
            edition = editions.open_year(campaign, year, actor=None, now=self.now)
            if is_open:
                editions.move(edition, EditionStatus.OPEN, actor=None, now=self.now)
        return edition

    def event(self, edition: Edition | None = None, *, is_published: bool = True, **changes: object) -> Event:
        """Create an event in Berlin with ten places, published unless told otherwise."""
        edition = edition or self.edition()
        with unit_of_work():
            event = events.create(edition, replace(BERLIN, **changes), actor=None, now=self.now)  # type: ignore[arg-type]
            if is_published:
                events.publish(event, actor=None, now=self.now)
        return event

    def question(self, event: Event, kind: QuestionKind, **columns: object) -> Question:
        """Ask one question on the event's form."""
        one = Question(kind=kind, label={"en": f"A {kind} question"}, **columns)
        with unit_of_work():
            questions.ask(event, [one], actor=None, now=self.now)
        return one

    def registration(self, event: Event, email: str = "rena@example.org", **changes: object) -> Registration:
        """Register somebody, not confirmed yet."""
        given = Submission(name="Rena", email=email, language="en")
        with unit_of_work():
            registration = registrations.register(event, replace(given, **changes), now=self.now)  # type: ignore[arg-type]
        assert registration is not None
        return registration

    def member(self, campaign: Campaign, role: Role, *, countries: list[str] | None = None) -> User:
        """Create an account with a role in the campaign."""
        user = self.user(f"{role}-{campaign.slug}@example.org")
        with unit_of_work():
            members.grant(user, campaign, role, countries=countries, actor=None, now=self.now)
        return user
