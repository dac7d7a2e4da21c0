"""How a campaign's calendars fare, for its organizers."""

from datetime import UTC, datetime

from babel.numbers import format_percent
from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from campaign import i18n
from campaign.domain.permission import Permission
from campaign.services import feed_check, feed_health
from campaign.web import feed_words, language, scope
from campaign.web.auth import requires

blueprint = Blueprint("manage_feeds", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/feeds/")
@requires(Permission.VIEW_CAMPAIGN)
def listing(campaign: str) -> str:
    """List the campaign's calendars with their size and their polls; check one of them if asked to."""
    found, now = scope.managed_campaign(), datetime.now(UTC)
    path = request.args.get("check")
    checked = None if path is None else feed_check.check_feed(found, scope.public_feed_slice(found, path), now=now)
    feeds = feed_health.of_campaign(found, now=now)
    total = sum(one.polls.total for one in feeds)
    return render_template(
        "manage/feeds/list.html",
        campaign=found,
        feeds=feeds,
        total=total,
        checked=checked,
        findings=[(feed_words.sentence(one), feed_words.place(one)) for one in checked.findings] if checked else [],
    )


@blueprint.app_template_filter()
def share(value: float) -> str:
    """Return a part of one as per cent."""
    return format_percent(value, locale=i18n.locale(language.current()))


@blueprint.app_template_filter()
def client_name(family: str) -> str:
    """Return what the programs of a family are called."""
    return {
        "apple": "Apple",
        "google": "Google",
        "outlook": "Outlook, Microsoft 365",
        "thunderbird": "Thunderbird",
        "android": _("Android (ICSx5, DAVx5)"),
        "nextcloud": "Nextcloud",
        "gnome": "GNOME, Evolution",
        "yahoo": "Yahoo",
        "vdirsyncer": "vdirsyncer",
        "browser": _("Browsers"),
        "other": _("Others"),
    }[family]
