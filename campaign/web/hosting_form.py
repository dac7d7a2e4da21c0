"""The form in which a host says what takes place, where and when: the organizers' form without its finer points."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import Field

from campaign.domain.event import Draft
from campaign.models import Edition, Event
from campaign.services import events
from campaign.web import language
from campaign.web.fields import ProseField, texts_of
from campaign.web.manage.event_form import TEXTS, EventForm

ORGANIZERS_ALONE = (
    "latitude longitude tags is_all_day has_waiting_list requires_approval opens closes opens_before closes_before"
).split()
USUAL_START = time(18)
NOTE_LIMIT = 1000


class HostingForm(EventForm):
    """An event as its host knows it; its name in one language of the campaign is enough."""

    note = ProseField(
        _l("Anything else that the coordinators should know"), limit=NOTE_LIMIT, description=_l("Only they read it.")
    )

    def __init__(self, edition: Edition, event: Event | None = None) -> None:
        """Make the form for a new event of the edition, or for one that is to change."""
        super().__init__(edition)
        self.kept = events.draft_of(event) if event else Draft(name={})
        self._found: tuple[float | None, float | None] = self.kept.latitude, self.kept.longitude
        for name in ORGANIZERS_ALONE:
            del self[name]
        own = language.current()
        self.codes.sort(key=lambda code: code != own)  # stable: the reader's language, then the campaign's order

    def suggest(self, edition: Edition) -> None:
        """Fill in the edition's day, at the hour that the campaign usually keeps."""
        campaign = edition.campaign
        self.starts.data = datetime.combine(edition.first_day, campaign.default_start or USUAL_START)
        self.ends.data = self.starts.data + timedelta(minutes=campaign.default_minutes)

    def show(self, draft: Draft) -> None:
        """Fill in an event."""
        super().show(draft)
        self._found = draft.latitude, draft.longitude

    def draft(self, event: Event | None = None) -> Draft:
        """Return what was filled in; what the form doesn't show stays as it was."""
        values = {name: self[name].data for name in self._plain()}
        values |= {name: tuple(values[name] or ()) for name in ("languages", "accessibility")}
        values |= {name: values[name] or None for name in ("country", "zone")}
        values |= {name: self._texts(name) for name in TEXTS}
        latitude, longitude = self._found
        return replace(self.kept, latitude=latitude, longitude=longitude, **values)

    def written_in(self) -> str:
        """Return the language of the name, the reader's own where there are several."""
        return next((code for code in self.codes if self[f"name_{code}"].data), self.codes[0])

    def _texts(self, name: str) -> dict[str, str]:
        """Return a text in the campaign's languages, and in others as it was."""
        kept = {code: text for code, text in getattr(self.kept, name).items() if code not in self.codes}
        return {**kept, **texts_of(self, name, self.codes)}

    def _unnamed(self) -> Field | None:
        """Return the first field of the name unless one of them is filled in: any language will do."""
        names: list[Field] = self.text_fields("name")
        return None if any(field.data or field.errors for field in names) else names[0]

    def _position(self) -> tuple[float | None, float | None]:
        """Return where the event was, as long as it stays in its city: hosts type no coordinates."""
        stays = (self.city.data, self.country.data or None) == (self.kept.city, self.kept.country)
        return (self.kept.latitude, self.kept.longitude) if stays else (None, None)

    def _place_at(self, latitude: float | None, longitude: float | None) -> None:
        self._found = latitude, longitude
