"""A campaign in small, and everything that can happen to it."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete

from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.domain.slice import Slice
from campaign.models import Campaign, Edition, Event, ZoneState
from campaign.services import (
    campaigns,
    departures,
    editions,
    events,
    feeds,
    registrations,
    renewal,
    series,
    syndication,
)
from campaign.services.feeds import Feed
from campaign.services.submissions import Submission
from tests.make import BERLIN, Maker

DAY = timedelta(days=1)
BAKU = {
    "name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Bakı", "zone": "Asia/Baku", "tags": ("lecture",),
    "online_url": "https://meet.example.org/x",
}  # fmt: skip
SLICES = (
    Slice(), Slice(language="az"), Slice(year=2027), Slice(country="DE", language="az"), Slice(city="baki"),
    Slice(tag="concert", year=2025), Slice(series="of-the-first-event"), Slice(is_online=True),
)  # fmt: skip
FEEDS = [
    *((feeds.feed, one) for one in SLICES),
    (syndication.atom, Slice(language="az")),
    (syndication.geojson, Slice(country="DE")),
]

State = dict[tuple[str, str], Feed]


class World:
    """A small campaign in two languages, with an event of each kind, and everything that can be done to it."""

    def __init__(self, slug: str, *, now: datetime) -> None:
        with unit_of_work():
            db.session.execute(delete(ZoneState))
        self.now, make = now, Maker(now)
        self.campaign = make.campaign(slug)
        coming, last = make.edition(self.campaign), make.edition(self.campaign, 2025)
        old = datetime(2025, 11, 24, 18)
        self.events = [
            make.event(coming),
            make.event(coming, **BAKU),
            make.event(last, name={"en": "Last year"}, starts=old, ends=old + timedelta(hours=2)),
            make.event(coming, name={"en": "Some day"}, starts=None, ends=None),
        ]

    def do(self, action: str, event: Event, number: int) -> None:
        """Do one thing, or be refused."""
        try:
            with unit_of_work():
                getattr(self, action)(event, number)
        except Refused:
            pass

    def state(self, now: datetime | None = None) -> State:
        """Return every calendar and list, by kind and path, as it is now or at another hour if nothing is done."""
        db.session.rollback()
        series = self.events[0].series.slug
        wanted = [(make, replace(one, series=series) if one.series else one) for make, one in FEEDS]
        return {(make.__name__, one.path): make(self.campaign, one, now=now or self.now) for make, one in wanted}

    def is_over(self, edition: Edition) -> bool:
        """Return whether time has taken an event of this year out of calendars: what is done to it may date them."""
        return any(departures.is_over(one, now=self.now + DAY) for one in edition.events)

    def _edit(self, event: Event, **changes: object) -> None:
        draft = replace(events.draft_of(event), **changes)  # type: ignore[arg-type]
        events.edit(event, draft, actor=None, now=self.now)

    def text(self, event: Event, number: int) -> None:
        self._edit(event, description={**event.description, "en": f"Text {number}"})

    def translation(self, event: Event, number: int) -> None:
        self._edit(event, name={**event.name, "az": f"Ad {number}"})

    def long_text(self, event: Event, number: int) -> None:
        self._edit(event, description={"en": "word " * 900 + str(number)})

    def place(self, event: Event, number: int) -> None:
        there = [("DE", "Berlin"), ("AZ", "Bakı"), ("AZ", "BAKI"), ("DE", "Köln")][number % 4]
        self._edit(event, country=there[0], city=there[1], address="Berlin Bakı")

    def subject(self, event: Event, number: int) -> None:
        self._edit(event, tags=[("concert",), ("lecture",), ()][number % 3])

    def online(self, event: Event, number: int) -> None:
        self._edit(event, online_url=[None, "https://meet.example.org/x"][number % 2])

    def hiding(self, event: Event, number: int) -> None:
        self._edit(event, venue_is_public=bool(number % 2))

    def time(self, event: Event, number: int) -> None:
        days = [0, 1, -2, -366, -800, 100][number % 6]
        starts = self.now.replace(tzinfo=None, minute=0, second=0, microsecond=0) + days * DAY
        self._edit(event, starts=starts, ends=starts + timedelta(hours=2))

    def undated(self, event: Event, number: int) -> None:
        self._edit(event, starts=None, ends=None)

    def capacity(self, event: Event, number: int) -> None:
        self._edit(event, capacity=20 + number)

    def cancel(self, event: Event, number: int) -> None:
        events.cancel(event, reason={"en": "Storm"}, actor=None, now=self.now)

    def publish(self, event: Event, number: int) -> None:
        events.publish(event, actor=None, now=self.now)

    def withdraw(self, event: Event, number: int) -> None:
        events.withdraw(event, actor=None, now=self.now)

    def hide_year(self, event: Event, number: int) -> None:
        editions.move(event.edition, EditionStatus.PLANNED, actor=None, now=self.now)

    def show_year(self, event: Event, number: int) -> None:
        editions.move(event.edition, EditionStatus.OPEN, actor=None, now=self.now)

    def register(self, event: Event, number: int) -> None:
        registrations.register(event, Submission("Rena", f"rena-{number}@example.org", "en"), now=self.now)

    def add(self, event: Event, number: int) -> None:
        added = events.create(event.edition, replace(BERLIN, name={"en": "Added"}), actor=None, now=self.now)
        if number % 2:
            events.publish(added, actor=None, now=self.now)

    def draft(self, event: Event, number: int) -> None:
        events.create(event.edition, Draft({"en": "Draft"}, country="AZ", city="bakı"), actor=None, now=self.now)

    def rename_series(self, event: Event, number: int) -> None:
        series.rename(event.series, f"series-{number}", actor=None, now=self.now)

    def mark_day(self, event: Event, number: int) -> None:
        self._change(marks_day=bool(number % 2))

    def colour(self, event: Event, number: int) -> None:
        self._change(colour=f"#0000{number:02d}")

    def story(self, event: Event, number: int) -> None:
        self._change(story={"en": f"Story {number}"})

    def law(self, event: Event, number: int) -> None:
        renewal.note_laws(now=self.now)
        state = db.session.get(ZoneState, event.zone or "")
        if state:
            state.digest = f"{number}"
        renewal.note_laws(now=self.now)

    def renew(self, event: Event, number: int) -> None:
        renewal.render(renewal.public_events(), now=self.now)
        renewal.render_days(now=self.now)

    def nothing(self, event: Event, number: int) -> None:
        """Let nothing happen."""

    def _change(self, **changes: object) -> None:
        campaigns.edit(self.campaign, replace(as_draft(self.campaign), **changes), actor=None, now=self.now)  # type: ignore[arg-type]


def as_draft(campaign: Campaign) -> campaigns.Draft:
    """Return the campaign as the draft that would leave it unchanged."""
    names = [name for name in campaigns.Draft.__dataclass_fields__ if name != "rule"]
    return campaigns.Draft(rule=campaign.anniversary.rule, **{name: getattr(campaign, name) for name in names})


ACTIONS = sorted(
    name
    for name, found in vars(World).items()
    if list(getattr(found, "__annotations__", ())) == ["event", "number", "return"] and not name.startswith("_")
)
"""The names of what may happen."""
