"""The form of an event: typed values to a Draft, its place completed from the gazetteer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, SelectMultipleField

from campaign.domain.errors import Refused
from campaign.domain.event import ACCESSIBILITY, CAPACITY_LIMIT, LEAD_LIMIT, Draft
from campaign.i18n import OWN_NAMES
from campaign.models import Edition, Event
from campaign.web import filters
from campaign.web.errors import sentence
from campaign.web.fields import (
    CodesField,
    DegreesField,
    LineField,
    NumberField,
    ProseField,
    UrlField,
    WallClockField,
    WordsField,
    texts_of,
)
from campaign.web.manage import choices, place

DAY, HOUR = 24 * 60, 60
"""In minutes."""
TEXTS = {"name": (LineField, 160), "description": (ProseField, 5000)}
BLAMED = {
    "ends-before-start": "ends",
    "too-long": "ends",
    "zone-unknown": "zone",
    "zone-missing": "zone",
    "year-out-of-range": "starts",
    "capacity-below-taken": "capacity",
    "capacity-out-of-range": "capacity",
    "opens-twice": "opens_before",
    "closes-twice": "closes_before",
    "event-incomplete": "starts",
}
PLAIN = (
    "country city venue address venue_is_public latitude longitude online_url url zone starts ends is_all_day "
    "languages tags accessibility capacity takes_registrations has_waiting_list requires_approval opens closes "
    "opens_before closes_before"
).split()


class LeadField(NumberField):
    """So many days or hours before the start; its data are minutes."""

    def __init__(self, label: str | None = None, *, unit: int, **kwargs: object) -> None:
        super().__init__(label, low=0, high=LEAD_LIMIT // unit, **kwargs)
        self.unit = unit

    def clean(self, value: str) -> int:
        """Return the minutes."""
        return super().clean(value) * self.unit

    def show(self, value: int) -> str:
        """Return the days or hours."""
        return str(value // self.unit)


class EventForm(FlaskForm):
    """An event; its name and description have one field for each language of the campaign."""

    city = LineField(_l("City"), limit=120, description=_l("Gives country, time zone and map position by itself."))
    country = SelectField(_l("Country"))
    zone = SelectField(_l("Time zone"))
    venue = LineField(_l("Venue"), limit=160)
    address = LineField(_l("Street and number"), limit=250)
    venue_is_public = BooleanField(_l("Show the venue to everybody"), default=True)
    latitude = DegreesField(_l("Latitude"), limit=90)
    longitude = DegreesField(_l("Longitude"), limit=180)
    online_url = UrlField(_l("Address to take part online"))
    url = UrlField(_l("Web page about it"))
    starts = WallClockField(_l("Starts"), description=_l("Local time of the place. Empty: to be announced."))
    ends = WallClockField(_l("Ends"))
    is_all_day = BooleanField(_l("All day"))
    languages = CodesField(_l("Languages spoken"), description=_l("Codes with commas between them: az, en, de."))
    tags = WordsField(_l("Subjects"), description=_l("Words with commas between them: concert, lecture."))
    accessibility = SelectMultipleField(_l("Accessibility"))
    capacity = NumberField(_l("Places"), low=1, high=CAPACITY_LIMIT, description=_l("Empty: as many as come."))
    takes_registrations = BooleanField(_l("People register here"), default=True)
    opens = WallClockField(_l("Registration opens"), description=_l("Empty: at once. Local time of the place."))
    closes = WallClockField(_l("Registration closes"), description=_l("Empty: when it starts."))
    opens_before = LeadField(
        _l("Or it opens days before the start"), unit=DAY, description=_l("Follows the event when it moves.")
    )
    closes_before = LeadField(
        _l("Or it closes hours before the start"), unit=HOUR, description=_l("Follows the event when it moves.")
    )
    has_waiting_list = BooleanField(_l("When all places are taken, people can wait for one"), default=True)
    requires_approval = BooleanField(_l("An organizer lets each person in"))

    def __init__(self, edition: Edition) -> None:
        super().__init__()
        campaign = edition.campaign
        self.codes = [campaign.default_language] + [
            code for code in campaign.languages if code != campaign.default_language
        ]
        self.names_itself = bool(campaign.event_title.get(campaign.default_language))
        self.country.choices = [("", _("From the city")), *choices.countries()]
        self.zone.choices = [("", _("From the city")), *choices.zones()]
        self.accessibility.choices = list(zip(ACCESSIBILITY, filters.accessibility_names(), strict=True))

    def text_fields(self, name: str) -> list[Field]:
        """Return the fields of one text, the campaign's main language first."""
        return [self[f"{name}_{code}"] for code in self.codes]

    def suggest(self, edition: Edition) -> None:
        """Fill in the day, and the hour that the campaign usually keeps."""
        campaign = edition.campaign
        if campaign.default_start:
            self.starts.data = datetime.combine(edition.first_day, campaign.default_start)
            self.ends.data = self.starts.data + timedelta(minutes=campaign.default_minutes)

    def show(self, draft: Draft) -> None:
        """Fill in a stored event."""
        for name in self._plain():
            self[name].data = getattr(draft, name)
        self.country.data, self.zone.data = draft.country or "", draft.zone or ""
        self._offer_stored_zone()
        for name in TEXTS:
            for code in self.codes:
                self[f"{name}_{code}"].data = getattr(draft, name).get(code)

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Check the fields, then complete the place from the city."""
        self._offer_stored_zone()
        valid = super().validate(extra_validators)
        if (unnamed := self._unnamed()) is not None:
            unnamed.errors = [_("Please fill this in.")]
            valid = False
        return self._complete_place() and valid

    def draft(self, event: Event | None = None) -> Draft:
        """Return what was filled in; what the form doesn't show stays as it was."""
        values = {name: self[name].data for name in self._plain()}
        values |= {name: tuple(values[name] or ()) for name in ("languages", "tags", "accessibility") if name in values}
        draft = Draft(
            name=texts_of(self, "name", self.codes),
            description=texts_of(self, "description", self.codes),
            **{**values, "country": values["country"] or None, "zone": values["zone"] or None},
        )
        return replace(draft, external_id=event.external_id) if event else draft

    def blame(self, refused: Refused) -> None:
        """Put a refusal's sentence beside the field it is about."""
        field = BLAMED.get(refused.code)
        if field:
            self[field].errors = [sentence(refused)]
        else:
            self.form_errors.append(sentence(refused))

    def _plain(self) -> list[str]:
        """Return the draft's fields that this form shows, beside its texts."""
        return [name for name in PLAIN if name in self]

    def _unnamed(self) -> Field | None:
        """Return the field of the name that is missing: it must be there in the campaign's main language."""
        main = self[f"name_{self.codes[0]}"]
        return None if main.data or main.errors or self.names_itself else main

    def _position(self) -> tuple[float | None, float | None]:
        """Return the latitude and longitude that were typed."""
        return self.latitude.data, self.longitude.data

    def _place_at(self, latitude: float | None, longitude: float | None) -> None:
        self.latitude.data, self.longitude.data = latitude, longitude

    def _complete_place(self) -> bool:
        given = place.Place(self.city.data, self.country.data or None, self.zone.data or None, *self._position())
        try:
            found = place.complete(given, is_online=bool(self.online_url.data))
        except ValueError as error:
            self.city.errors = [str(error)]
            return False
        self.city.data, self.country.data, self.zone.data = found.city, found.country, found.zone
        self._place_at(found.latitude, found.longitude)
        return True

    def _offer_stored_zone(self) -> None:
        """Let an event keep a zone of an older spelling."""
        stored = self.zone.data
        if stored and stored not in dict(self.zone.choices) and stored in place.known_zones():
            self.zone.choices.append((stored, stored))


def _add_texts() -> None:
    for name, (kind, limit) in TEXTS.items():
        for code, own_name in OWN_NAMES.items():
            setattr(EventForm, f"{name}_{code}", kind(own_name, limit=limit))


_add_texts()
