"""The long lists that organizers choose from, in the reader's language."""

from campaign.domain import moment
from campaign.geo.countries import COUNTRIES
from campaign.web import filters


def countries() -> list[tuple[str, str]]:
    """Return every country's code and name, by name."""
    return [(code, filters.country_name(code)) for code in sorted(COUNTRIES, key=filters.country_order)]


def zones() -> list[tuple[str, str]]:
    """Return every time zone to choose from."""
    return [(name, name.replace("_", " ")) for name in moment.zone_choices()]
