"""A campaign whose day is still ahead, whenever the tests run: pages live by the real clock."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign.models import Campaign, Edition, Event
from tests.make import Maker
from tests.web.past import Past

YEAR = datetime.now(UTC).year + 1
STARTS = datetime(YEAR, 2, 26, 18, 30)


class Soon(Maker):
    """Makes rows at the real hour, for the 26 February of next year."""

    def edition(self, campaign: Campaign | None = None, year: int = YEAR, *, is_open: bool = True) -> Edition:
        """Set up the next year, open to the public unless told otherwise."""
        return super().edition(campaign, year, is_open=is_open)

    def event(self, edition: Edition | None = None, *, is_published: bool = True, **changes: object) -> Event:
        """Create an event in Berlin with ten places, from 18:30 to 20:30."""
        times = {"starts": STARTS, "ends": STARTS + timedelta(hours=2)}
        return super().event(edition, is_published=is_published, **{**times, **changes})


@pytest.fixture
def soon() -> Soon:
    """Return what makes rows for pages."""
    return Soon(datetime.now(UTC))


@pytest.fixture
def past() -> Past:
    """Return what makes rows of a year that is just over."""
    return Past(datetime.now(UTC))
