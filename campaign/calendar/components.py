"""The tree of a calendar file: components in components, counted and measured before anything is made of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from campaign.calendar.content_lines import ContentLine, content_lines
from campaign.domain.errors import Refused

COMPONENT_LIMIT = 2_000
DEPTH_LIMIT = 10


@dataclass
class Component:
    """What stands between a BEGIN and its END; `line` is the number of the BEGIN."""

    name: str
    line: int
    lines: list[ContentLine] = field(default_factory=list)
    """Its own properties, not those of the components in it."""
    children: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[ContentLine]:
        """Return the properties of a name, in the order of the file."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """Return the first property of a name."""
        return next(iter(self.all(name)), None)

    def text(self, name: str) -> str:
        """Return the text of the first property of a name, "" where there is none."""
        found = self.first(name)
        return found.text.strip() if found else ""

    def below(self, name: str) -> Iterator["Component"]:
        """Yield the components of a name that stand directly in this one."""
        return (child for child in self.children if child.name == name)


def calendars(content: bytes) -> list[Component]:
    """Return the VCALENDARs of a file, of which a file may hold several.

    Raises Refused("calendar-too-large", limit=…), ("calendar-broken", line=…), ("calendar-too-old") and what
    `content_lines` raises.
    """
    root = Component("", 0)
    path, count = [root], 0
    for line in content_lines(content):
        count += line.name == "BEGIN"
        if count > COMPONENT_LIMIT:
            raise Refused("calendar-too-large", limit=COMPONENT_LIMIT)
        _add(line, path)
    if len(path) > 1:  # A download that broke off: what is missing would look as if it had been deleted.
        raise Refused("calendar-broken", line=path[-1].line)
    found = list(root.below("VCALENDAR"))
    if any(calendar.text("VERSION") == "1.0" for calendar in found):
        raise Refused("calendar-too-old")
    return found


def _add(line: ContentLine, path: list[Component]) -> None:
    """Put a line where it belongs: `path` leads from the root to the component that is open."""
    if line.name == "BEGIN":
        opened = Component(line.value.strip().upper(), line.number)
        path[-1].children.append(opened)
        path.append(opened)
        if len(path) > DEPTH_LIMIT + 1:
            raise Refused("calendar-broken", line=line.number)
    elif line.name == "END":
        if len(path) == 1 or path.pop().name != line.value.strip().upper():
            raise Refused("calendar-broken", line=line.number)
    else:
        path[-1].lines.append(line)
