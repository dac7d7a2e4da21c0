"""The terms on which strangers may propose events."""

from collections.abc import Mapping
from datetime import date, datetime

from campaign.domain.proposal import check_window
from campaign.models import Campaign, Edition, User
from campaign.services import audit


def set_terms(
    campaign: Campaign,
    edition: Edition | None,
    takes_proposals: bool,
    rules: Mapping[str, str],
    days: tuple[date | None, date | None],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Say whether events may be proposed, what is asked of hosts, and on which days of the edition's year.

    Raises Refused("window-reversed") for days in the wrong order.
    """
    check_window(*days)
    campaign.takes_proposals, campaign.host_rules = takes_proposals, dict(rules)
    if edition is not None:
        edition.proposals_from, edition.proposals_until = days
    audit.record("set-terms", campaign, campaign=campaign, actor=actor, now=now, takes_proposals=takes_proposals)
