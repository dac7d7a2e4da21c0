"""A subscriber's computer: vdirsyncer fetches a feed into a folder, khal shows what is in it."""

import os
import subprocess
from pathlib import Path

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"
[pair feed]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
[storage there]
type = "http"
url = "{feed}"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/calendar/
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
[default]
highlight_event_days = False
[sqlite]
path = {folder}/khal.db
"""


class Subscriber:
    """Somebody who subscribed to one feed."""

    def __init__(self, programs: Path, folder: Path, feed: str) -> None:
        self.programs, self.folder = programs, folder
        (folder / "calendar").mkdir(parents=True)
        (folder / "vdirsyncer").write_text(VDIRSYNCER.format(folder=folder, feed=feed))
        (folder / "khal").write_text(KHAL.format(folder=folder))
        self._run("vdirsyncer", "-c", folder / "vdirsyncer", "discover")

    def sync(self) -> list[str]:
        """Look again; return the items that were written or taken away."""
        before = self._items()
        self._run("vdirsyncer", "-c", self.folder / "vdirsyncer", "sync")
        after = self._items()
        return [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]

    def list(self, start: str, days: int) -> str:
        """Return what khal lists from a day on, in UTC."""
        form = "{start-date} {start-time} {title} @ {location}"
        return self._run(
            "khal", "-c", self.folder / "khal", "list", "--format", form, "--day-format", "", start, f"{days}d"
        )

    def _items(self) -> dict[str, tuple[float, bytes]]:
        return {
            path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in (self.folder / "calendar").iterdir()
        }

    def _run(self, program: str, *arguments: object) -> str:
        done = subprocess.run(
            [self.programs / program, *map(str, arguments)],
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder), "HOME": str(self.folder), "TZ": "UTC"},
            input="y\n" * 3,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
