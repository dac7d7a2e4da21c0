"""Who may do what: the whole table, cell by cell, and coordinators' countries."""

import pytest

from campaign.domain.permission import TABLE, Permission, Role, covers_country, permits

SHOWN = """
                    owner  editor  coordinator  door  viewer
view-campaign       yes    yes     yes          no    yes
edit-campaign       yes    yes     no           no    no
edit-edition        yes    yes     no           no    no
view-event          yes    yes     yes          no    yes
edit-event          yes    yes     yes          no    no
publish-event       yes    yes     yes          no    no
import-events       yes    yes     no           no    no
write-to-registrants yes   yes     yes          no    no
view-registrations  yes    yes     yes          no    no
export-registrations yes   yes     no           no    no
view-members        yes    yes     yes          no    no
manage-members      yes    no      no           no    no
check-in            yes    yes     yes          yes   no
moderate-tributes   yes    yes     yes          no    no
"""


def cells() -> list[tuple[str, str, bool]]:
    """Return role, permission and whether they belong together, for each cell of the table above."""
    head, *rows = (line.split() for line in SHOWN.strip().splitlines())
    return [(role, row[0], word == "yes") for row in rows for role, word in zip(head, row[1:], strict=True)]


@pytest.mark.parametrize(("role", "permission", "expected"), cells())
def test_permits(role: str, permission: str, expected: bool) -> None:
    assert permits(Role(role), Permission(permission)) is expected


def test_the_table_above_is_whole() -> None:
    assert {(role, permission) for role, permission, _expected in cells()} == {
        (role, permission) for role in Role for permission in Permission
    }
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize(
    ("role", "countries", "country", "expected"),
    [
        pytest.param("coordinator", ["DE", "AT"], "DE", True, id="one of their countries"),
        pytest.param("coordinator", ["DE"], "FR", False, id="another country"),
        pytest.param("coordinator", ["DE"], None, False, id="an event without a country"),
        pytest.param("coordinator", [], "DE", False, id="a coordinator of nowhere"),
        pytest.param("owner", [], "FR", True, id="an owner is everywhere"),
        pytest.param("editor", [], None, True, id="an editor, too"),
        pytest.param("viewer", [], "FR", True, id="a viewer looks everywhere"),
    ],
)
def test_covers_country(role: str, countries: list[str], country: str | None, expected: bool) -> None:
    assert covers_country(Role(role), countries, country) is expected
