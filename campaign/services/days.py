"""The campaign's own day in each edition, as a calendar entry of its own where the campaign marks it."""

import uuid
from datetime import datetime, timedelta

from campaign import address
from campaign.calendar import entry as calendar
from campaign.db import db
from campaign.i18n import pick
from campaign.models import Campaign, DayEntry, Edition
from campaign.services import entries


def render(campaign: Campaign, *, now: datetime) -> None:
    """Bring the entries of the campaign's days up to date; none where it doesn't mark them."""
    for edition in campaign.editions:
        if campaign.marks_day and edition.uid is None:
            edition.uid = f"{uuid.uuid4()}@{address.host()}"
        kept = {row.language: row for row in edition.day_entries}
        languages = campaign.languages if campaign.marks_day else []
        edition.day_entries = [_renewed(edition, language, kept.get(language), now=now) for language in languages]
    db.session.flush()


def _renewed(edition: Edition, language: str, kept: DayEntry | None, *, now: datetime) -> DayEntry:
    """Return the entry as it must be now, the kept one where it still holds."""
    entry = kept or DayEntry(edition_id=edition.id, language=language, changed_at=now.replace(microsecond=0))
    body = calendar.render(_facts(edition, language, entry.changed_at))
    if kept and body != kept.body:
        entry.changed_at = max(now.replace(microsecond=0), kept.changed_at)
        body = calendar.render(_facts(edition, language, entry.changed_at))
    entry.body, entry.made_with = body, entries.made_with()
    return entry


def _facts(edition: Edition, language: str, changed_at: datetime) -> calendar.Entry:
    campaign = edition.campaign
    return calendar.Entry(
        uid=edition.uid or "",
        sequence=0,
        created_at=edition.created_at,
        changed_at=changed_at,
        start=edition.first_day,
        end=edition.last_day + timedelta(days=1),
        zone="UTC",
        summary=pick(campaign.name, language, campaign.default_language)[0],
        url=address.edition_page(campaign.slug, edition.year),
        language=language,
        description=pick(campaign.summary, language, campaign.default_language)[0],
    )
