"""The page on which one chooses a slice of a campaign, sees what it holds, and takes it."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField

from campaign import address
from campaign.domain.slice import Slice
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Campaign
from campaign.services import editions, feeds, programme
from campaign.web import filters, scope, subscribing
from campaign.web.auth import public

blueprint = Blueprint("slices", __name__)


class SliceForm(Form):
    """What to subscribe to; sent by GET."""

    country = SelectField(_l("Country"), validate_choice=False)
    lang = SelectField(_l("Language of the calendar"), validate_choice=False)

    def offer(self, campaign: Campaign, countries: list[str]) -> None:
        """Offer the countries with events, and the campaign's languages."""
        self.country.choices = [("", _("All countries")), *((code, filters.country_name(code)) for code in countries)]
        spoken = [code for code in LANGUAGES if code in campaign.languages]
        self.lang.choices = [(code, OWN_NAMES[code]) for code in spoken]

    def chosen(self, campaign: Campaign) -> Slice:
        """Return the slice; what can't be offered counts as not chosen."""
        countries = [code for code, _label in self.country.choices]
        country = self.country.data if self.country.data in countries else None
        language = self.lang.data if self.lang.data in campaign.languages else None
        return Slice(country=country or None, language=None if language == campaign.default_language else language)


@blueprint.get("/<campaign>/subscribe/")
@public
def subscribe(campaign: str) -> str:
    """Let somebody choose a slice, see what it holds, and take it."""
    found, now = scope.public_campaign(campaign), datetime.now(UTC)
    form = SliceForm(request.args)
    form.offer(found, _countries(found))
    if "lang" not in request.args:
        form.lang.data = subscribing.in_readers_language(found, Slice()).language or found.default_language
    wanted = form.chosen(found)
    return render_template(
        "feeds/subscribe.html",
        campaign=found,
        form=form,
        count=feeds.count(found, wanted, now=now),
        coming=feeds.coming(found, wanted, now=now),
        feed_address=address.feed(found.slug, wanted.path),
        links=[(*link, note) for link, note in zip(subscribing.links(found, wanted), _notes(), strict=True)],
    )


def _notes() -> tuple[str, ...]:
    return (
        _("Looks again every hour to every day, as its settings say."),
        _("Looks again once or twice a day; needs a computer to add it."),
        _("Looks again every few hours."),
        _("Looks again every few hours."),
    )


def _countries(campaign: Campaign) -> list[str]:
    codes = {code for edition in editions.shown(campaign) for code, _count in programme.countries(edition)}
    return sorted(codes, key=filters.country_order)
