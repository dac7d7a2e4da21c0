"""A year that is just over: an event of last week with its host, as pages by the real clock see it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from campaign.db import unit_of_work
from campaign.models import Edition, Event, Host, Report
from campaign.pictures.photo import taken_in
from campaign.services import annual_reports, hosts, reports
from tests.make import Maker
from tests.pictures.photo_files import taken_by_a_telephone

ENDED = (datetime.now(UTC) - timedelta(days=3)).replace(microsecond=0)
YEAR = ENDED.year
TIMES = {"starts": (ENDED - timedelta(hours=2)).replace(tzinfo=None), "ends": ENDED.replace(tzinfo=None), "zone": "UTC"}


@dataclass
class Past(Maker):
    """Makes what is over, and what was told of it."""

    def edition(self, campaign: object = None, year: int = YEAR, *, is_open: bool = True) -> Edition:
        """Set up the year of last week."""
        return super().edition(campaign, year, is_open=is_open)  # type: ignore[arg-type]  # a campaign or none

    def event(self, edition: Edition | None = None, *, is_published: bool = True, **changes: object) -> Event:
        """Create an event that ended three days ago."""
        return super().event(edition, is_published=is_published, **{**TIMES, **changes})

    def host(self, event: Event, name: str = "Rena") -> Host:
        """Entrust the event to somebody."""
        with unit_of_work():
            host = hosts.find_or_add(
                event.edition.campaign, email="host@example.org", name=name, language="en", now=self.now
            )
            event.host = host
        return host

    def report(self, event: Event, *, came: int = 40, words: str = "It was calm.", language: str = "en") -> Report:
        """Tell of the event, with a photo."""
        drawn = taken_in(taken_by_a_telephone())
        with unit_of_work():
            report = reports.tell(event, came=came, words=words, language=language, now=self.now)
            size = {"width": drawn.width, "height": drawn.height}
            reports.add_photo(report, drawn.body, caption="The full hall", now=self.now, **size)
        return report

    def published(self, *tellings: Report) -> None:
        """Check these reports and publish their year's."""
        with unit_of_work():
            for report in tellings:
                reports.check(report, actor=None, now=self.now)
            annual_reports.publish(tellings[0].event.edition, actor=None, now=self.now)
