"""Several countries in one line, by name in any language or by code."""

from flask_babel import gettext as _

from campaign.domain.text import tidy_line
from campaign.geo.countries import country_called
from campaign.web import filters
from campaign.web.fields import CleanField


class CountriesField(CleanField[tuple[str, ...]]):
    """Countries with commas between them; the data are their codes, in alphabetical order."""

    def clean(self, value: str) -> tuple[str, ...]:
        """Return the codes; ValueError names the first that is no country."""
        names = [name for part in value.replace(";", ",").replace("،", ",").split(",") if (name := tidy_line(part))]
        found = {name: country_called(name) for name in names}
        if unknown := next((name for name, code in found.items() if code is None), None):
            raise ValueError(_("We know no country called “%(name)s”.", name=unknown[:60]))
        return tuple(sorted(code for code in found.values() if code))

    def show(self, value: tuple[str, ...]) -> str:
        """Return the names in the reader's language."""
        return ", ".join(filters.country_name(code) for code in value)
