"""How templates write texts, days, hours, places and numbers: one filter each, in the reader's language."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast

import nh3
from babel.dates import format_skeleton, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask, current_app, has_request_context, url_for
from flask_babel import format_date, format_datetime, format_time
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from campaign import address, i18n
from campaign.domain.event import ACCESSIBILITY, location
from campaign.domain.ordinal import ordinal
from campaign.domain.text import fold
from campaign.models import Event
from campaign.web import auth, language
from campaign.web.manage.sections import sections
from campaign.web.state_words import state_phrase

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = set(("p h2 h3 h4 ul ol li em strong a blockquote hr br table thead tbody tr th td").split())


def init_app(app: Flask) -> None:
    """Give templates the filters, and what every page needs."""
    texts = (t, t_plain, prose, place, country_name, language_name, zone_name, accessibility_name, state_phrase)
    times = (day, day_short, when, hours, moment, moment_short, number, ordinal_phrase)
    for filter_ in (*texts, *times):
        app.add_template_filter(cast(Callable[..., str], filter_))
    app.add_template_global(static_url)
    app.add_template_filter(address.subscription, "webcal")
    app.add_template_global(address.base, "base_url")
    app.add_template_global(auth.can, "can")
    app.add_template_global(sections, "manage_sections")
    app.context_processor(_page)


def t(texts: Mapping[str, str]) -> Markup:
    """Return the reader's version of a text, marked where it is in another language."""
    words, found = i18n.pick(texts, language.current())
    if found == language.current() or not words:
        return escape(words)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(found, i18n.direction(found), words)


def t_plain(texts: Mapping[str, str]) -> str:
    """Return the reader's version of a text, for titles and attributes."""
    return i18n.pick(texts, language.current())[0]


def prose(texts: Mapping[str, str]) -> Markup:
    """Return a Markdown text as HTML: no raw HTML, no images, headings from level 2 on."""
    words, found = i18n.pick(texts, language.current())
    html = nh3.clean(
        MARKDOWN.render(words).replace("<h1>", "<h2>").replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return Markup('<div lang="{}" dir="{}">{}</div>').format(found, i18n.direction(found), Markup(html))


def day(value: date) -> str:
    """Return "Friday, 26 February 2027"."""
    return format_date(value, "full", rebase=False)


def day_short(value: date) -> str:
    """Return "26 Feb" in the reader's order."""
    return format_skeleton("MMMd", datetime.combine(value, time.min), locale=i18n.locale(language.current()))


def day_of_month(value: date) -> str:
    """Return "26 February" as the reader's language writes it."""
    return format_skeleton("MMMMd", datetime.combine(value, time.min), locale=i18n.locale(language.current()))


def moment(value: datetime) -> str:
    """Return an instant with its zone, for what isn't tied to an event: always UTC."""
    return f"{format_datetime(value, 'medium', rebase=False)} UTC"


def moment_short(value: datetime) -> str:
    """Return an instant to the minute in UTC, without the letters."""
    return f"{day_of_month(value)}, {value:%H:%M}"


def place(event: Event, with_venue: bool) -> str:
    """Return where the event is on one line; venue and street only where the reader may know them."""
    return location(
        venue=event.venue if with_venue else None,
        address=event.address if with_venue else None,
        city=event.city,
        country=country_name(event.country) if event.country else None,
    )


def when(event: Event) -> Markup:
    """Return weekday, date, start and end with the zone, or that the time is to be announced."""
    if event.starts is None:
        return escape(_("Date and time to be announced"))
    if event.is_all_day:
        return Markup('<time datetime="{}">{}</time>').format(event.starts.date().isoformat(), _days(event))
    stamp = event.starts_at.isoformat() if event.starts_at else event.starts.isoformat()
    return Markup('<time datetime="{}">{}, {}</time>').format(stamp, day(event.starts.date()), hours(event))


def hours(event: Event) -> str:
    """Return "18:30–20:30 (Berlin time)"; the end's day too where it is another one."""
    if event.starts is None:
        return _("time to be announced")
    if event.is_all_day:
        return _("all day")
    span = _clock(event.starts)
    if event.ends:
        same_day = event.ends.date() == event.starts.date() or event.ends - event.starts < timedelta(hours=12)
        span += f"–{_clock(event.ends)}" if same_day else f" – {day_short(event.ends.date())}, {_clock(event.ends)}"
    return f"{span} ({zone_name(event.zone or 'UTC')})"


def country_name(code: str | None) -> str:
    """Return the country's name, "Online" for none."""
    return i18n.country_name(code, language.current()) if code else _("Online")


def country_order(code: str | None) -> str:
    """Return what countries are sorted by: the name, its accents aside."""
    return fold(country_name(code))


def language_name(code: str) -> str:
    """Return the language's name in the reader's language."""
    return i18n.language_name(code, language.current())


def zone_name(zone: str) -> str:
    """Return "Berlin time"; UTC stays UTC."""
    if zone == "UTC":
        return "UTC"
    return _("%(place)s time", place=_zone_place(zone, language.current()))


def number(value: float) -> str:
    """Return a number in the reader's digits and grouping."""
    return format_decimal(value, locale=i18n.locale(language.current()))


def ordinal_phrase(value: int) -> str:
    """Return "35th anniversary"."""
    return _("%(ordinal)s anniversary", ordinal=ordinal(value, language.current()))


def accessibility_name(code: str) -> str:
    """Return what one of the accessibility codes means."""
    return dict(zip(ACCESSIBILITY, accessibility_names(), strict=True))[code]


def accessibility_names() -> tuple[str, ...]:
    """Return the names of domain.event.ACCESSIBILITY, in its order."""
    return (
        _("Step-free access"),
        _("Accessible toilet"),
        _("Hearing loop"),
        _("Sign language"),
        _("Captions"),
        _("Quiet room"),
        _("Live stream"),
    )


def static_url(filename: str) -> str:
    """Return a static file's address, which changes whenever the file does."""
    digest = _digest(Path(current_app.static_folder or "") / filename)
    return url_for("static", filename=filename, v=digest)


@lru_cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "missing"


@lru_cache
def _zone_place(zone: str, code: str) -> str:
    return get_timezone_location(zone, locale=i18n.locale(code), return_city=True)


def _clock(value: datetime) -> str:
    return format_time(value, "short", rebase=False)


def _days(event: Event) -> str:
    last = event.ends.date() - timedelta(days=1) if event.ends else None
    first = event.starts.date() if event.starts else None
    if first is None:
        return ""
    return day(first) if last is None or last <= first else f"{day(first)} – {day(last)}"


def _page() -> dict[str, object]:
    if not has_request_context():  # a mail says itself what it needs
        return {}
    current = language.current()
    return {"languages": language.menu(), "locale": current, "direction": i18n.direction(current)}
