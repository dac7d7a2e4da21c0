"""Who may do what in a campaign: roles, permissions, and the one table that joins them."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from campaign.domain.errors import Refused


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    DOOR = "door"
    VIEWER = "viewer"


class Permission(StrEnum):
    VIEW_CAMPAIGN = "view-campaign"
    EDIT_CAMPAIGN = "edit-campaign"
    EDIT_EDITION = "edit-edition"
    VIEW_EVENT = "view-event"
    EDIT_EVENT = "edit-event"
    PUBLISH_EVENT = "publish-event"
    IMPORT_EVENTS = "import-events"
    VIEW_REGISTRATIONS = "view-registrations"
    EXPORT_REGISTRATIONS = "export-registrations"
    WRITE_TO_REGISTRANTS = "write-to-registrants"
    VIEW_MEMBERS = "view-members"
    MANAGE_MEMBERS = "manage-members"
    CHECK_IN = "check-in"
    MODERATE_TRIBUTES = "moderate-tributes"


_SEES = frozenset({Permission.VIEW_CAMPAIGN, Permission.VIEW_EVENT})
_WORKS = _SEES | {
    Permission.EDIT_EVENT,
    Permission.PUBLISH_EVENT,
    Permission.VIEW_REGISTRATIONS,
    Permission.WRITE_TO_REGISTRANTS,
    Permission.CHECK_IN,
    Permission.VIEW_MEMBERS,
    Permission.MODERATE_TRIBUTES,
}
"""Coordinators read tributes too: who moderates must read the language, and each decision is recorded."""

TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.EDITOR: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    Role.COORDINATOR: _WORKS,
    Role.DOOR: frozenset({Permission.CHECK_IN}),
    Role.VIEWER: _SEES,
}

DEPUTIES = frozenset({Role.OWNER, Role.EDITOR, Role.COORDINATOR})
"""Who can stand in for a coordinator."""


def permits(role: Role, permission: Permission) -> bool:
    """Return whether the role carries the permission."""
    return permission in TABLE[role]


def covers_country(role: Role, countries: Collection[str], country: str | None) -> bool:
    """Return whether the member may act in `country`: coordinators only in theirs."""
    return role is not Role.COORDINATOR or (country is not None and country in countries)


def is_away(first: date | None, last: date | None, today: date) -> bool:
    """Return whether an absence from the first to the last of its days holds today."""
    return first is not None and last is not None and first <= today <= last


def check_absence(first: date | None, last: date | None) -> None:
    """Refuse an absence that lacks one of its days ("away-half"), or ends before it begins ("away-reversed")."""
    if (first is None) != (last is None):
        raise Refused("away-half")
    if first and last and last < first:
        raise Refused("away-reversed")


def check_owner_left(owners: int) -> None:
    """Refuse a campaign without any owner ("last-owner")."""
    if owners < 1:
        raise Refused("last-owner")
