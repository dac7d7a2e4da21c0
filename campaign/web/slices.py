"""The page on which one chooses a slice of a campaign, sees what it holds, and takes it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from urllib.parse import urlencode

import segno
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Form, SelectField

from campaign import address
from campaign.domain.slice import Slice
from campaign.domain.text import fold
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign
from campaign.services import feeds
from campaign.services.facets import City, Facets, facets
from campaign.web import filters, scope, subscribing
from campaign.web.auth import public

blueprint = Blueprint("slices", __name__)
PREVIEW_SIZE = 3
CITY_LIMIT = 300
"""More cities than this nobody looks through: they are offered once a country is chosen."""

Option = tuple[str, str, int]
"""What one may choose: its value in the address, what it is called, how many events it holds."""


class SliceForm(Form):
    """What to subscribe to; sent by GET. A part in which the campaign's events don't differ offers nothing."""

    country = SelectField(_l("Country"), validate_choice=False)
    city = SelectField(_l("City"), validate_choice=False)
    lang = SelectField(_l("Language of the calendar"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    series = SelectField(_l("One event through the years"), validate_choice=False)
    tag = SelectField(_l("Subject"), validate_choice=False)
    online = SelectField(_l("Taking part"), validate_choice=False)

    def offer(self, campaign: Campaign, found: Facets) -> None:
        """Offer what the campaign's events differ in; what can't be offered counts as not chosen."""
        total = sum(count for _year, count in found.years)
        of_country = dict(found.countries)
        countries = [(code, filters.country_name(code), count) for code, count in found.countries]
        _offer(self.country, _("All countries"), _sorted(countries), total)
        country = self.country.data
        _offer(self.city, _("All cities"), _cities(found, country), of_country.get(country, total))
        _offer(self.year, _("Every year"), [(str(year), str(year), n) for year, n in found.years], total)
        series = [(one.slug, filters.t_plain(one.name), one.count) for one in found.series]
        _offer(self.series, _("All events"), _sorted(series), total)
        _offer(self.tag, _("All subjects"), [(tag, tag, count) for tag, count in found.tags], total)
        online = [("1", _("Online only"), found.online)] if found.online else []
        _offer(self.online, _("In a place or online"), online, total)
        self._offer_languages(campaign)

    def _offer_languages(self, campaign: Campaign) -> None:
        """Offer the campaign's languages; not asked for one, take the reader's."""
        spoken = [code for code in LANGUAGES if code in campaign.languages]
        self.lang.choices = [(code, OWN_NAMES[code]) for code in spoken] if len(spoken) > 1 else []
        if self.lang.data not in spoken:
            readers = subscribing.in_readers_language(campaign, Slice()).language
            self.lang.data = readers or campaign.default_language

    def chosen(self, campaign: Campaign) -> Slice:
        """Return the slice."""
        language = self.lang.data
        return Slice(
            year=int(self.year.data) if self.year.data else None,
            country=self.country.data or None,
            city=self.city.data or None,
            series=self.series.data or None,
            tag=self.tag.data or None,
            is_online=bool(self.online.data),
            language=None if language == campaign.default_language else language,
        )


@blueprint.get("/<campaign>/subscribe/")
@public
def subscribe(campaign: str) -> str:
    """Let somebody choose a slice, see what it holds, and take it."""
    found, now = scope.public_campaign(campaign), datetime.now(UTC)
    form = SliceForm(request.args)
    form.offer(found, facets(found))
    wanted = form.chosen(found)
    feed = address.feed(found.slug, wanted.path)
    return render_template(
        "feeds/subscribe.html",
        campaign=found,
        form=form,
        count=feeds.count(found, wanted, now=now),
        coming=feeds.coming(found, wanted, now=now, limit=PREVIEW_SIZE),
        feed_address=feed,
        webcal_address=address.subscription(feed),
        ways=subscribing.ways(found, wanted),
        code=_code(found, form),
    )


def _offer(field: SelectField, everything: str, options: Iterable[Option], total: int) -> None:
    """Offer the options behind everything, where one of them leaves something out; else there is no choice."""
    offered = list(options)
    is_choice = any(count < total for _value, _label, count in offered)
    field.choices = [("", everything), *((value, label) for value, label, _count in offered)] if is_choice else []
    if field.data not in [value for value, _label in field.choices]:
        field.data = ""


def _cities(found: Facets, country: str) -> list[Option]:
    """Return the cities of a country, or of all with their countries' names: one slug may stand for several."""
    names_country = not country and len(found.countries) > 1
    here = [city for city in found.cities if not country or city.country == country]
    options = [_city(list(group), names_country) for _slug, group in groupby(here, key=lambda city: city.slug)]
    return [] if names_country and len(options) > CITY_LIMIT else _sorted(options)


def _city(namesakes: list[City], names_country: bool) -> Option:
    countries = ", ".join(filters.country_name(city.country) for city in namesakes)
    name = namesakes[0].name
    count = sum(city.count for city in namesakes)
    return namesakes[0].slug, f"{name} ({countries})" if names_country else name, count


def _sorted(options: list[Option]) -> list[Option]:
    return sorted(options, key=lambda option: fold(option[1]))


def _code(campaign: Campaign, form: SliceForm) -> Markup:
    """Return a QR code of this page with what is chosen.

    It doesn't hold the feed itself: many a phone would load that once, as a file, and never look again.
    """
    chosen = urlencode([(field.name, field.data) for field in form if field.data])
    page = f"{address.base()}{url_for('slices.subscribe', campaign=campaign.slug)}?{chosen}#take"
    code = segno.make(page, error="m", micro=False)
    return Markup(code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True))
