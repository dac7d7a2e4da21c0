"""Who may do what in a campaign: roles, permissions, and the one table that joins them."""

from collections.abc import Collection
from enum import StrEnum


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
    MANAGE_MEMBERS = "manage-members"
    CHECK_IN = "check-in"


_SEES = frozenset({Permission.VIEW_CAMPAIGN, Permission.VIEW_EVENT})
_WORKS = _SEES | {
    Permission.EDIT_EVENT,
    Permission.PUBLISH_EVENT,
    Permission.VIEW_REGISTRATIONS,
    Permission.WRITE_TO_REGISTRANTS,
    Permission.CHECK_IN,
}

TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.EDITOR: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    Role.COORDINATOR: _WORKS,
    Role.DOOR: frozenset({Permission.CHECK_IN}),
    Role.VIEWER: _SEES,
}


def permits(role: Role, permission: Permission) -> bool:
    """Return whether the role carries the permission."""
    return permission in TABLE[role]


def covers_country(role: Role, countries: Collection[str], country: str | None) -> bool:
    """Return whether the member may act in `country`: coordinators only in theirs."""
    return role is not Role.COORDINATOR or (country is not None and country in countries)
