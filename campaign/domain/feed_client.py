"""Which kind of program asks for a calendar, as far as its User-Agent says."""

import re
from functools import lru_cache

MARKS = {
    "google": r"google-calendar",
    "outlook": r"microsoft[ .]exchange|microsoft office|outlook",
    "thunderbird": r"thunderbird|betterbird|lightning/",
    "nextcloud": r"nextcloud",
    "android": r"icsx5|icsdroid|davx5|davdroid|okhttp/|dalvik/",
    "apple": r"dataaccessd|calendaragent|calendarstore|\bical/|\bios/|\bmacos/|mac[ +_]os[ +_]x/|cfnetwork/",
    "gnome": r"\bevolution/|gnome-calendar",
    "yahoo": r"\byahoo\W?\s?calendar",
    "vdirsyncer": r"vdirsyncer|\bkhal\b",
    "browser": r"^mozilla/5\.0 \((?!compatible\b)",
}
"""What each family's programs write, the most telling first.

Thunderbird and Nextcloud write like browsers, Outlook for the telephone like one, too. A Mozilla that calls itself
compatible is a robot's.
"""
OTHER = "other"
FAMILIES = (*MARKS, OTHER)

_MARKS = [(name, re.compile(mark)) for name, mark in MARKS.items()]


@lru_cache(maxsize=4096)
def family(user_agent: str) -> str:
    """Return which of FAMILIES a program belongs to, by its User-Agent header."""
    written = user_agent.lower()
    return next((name for name, mark in _MARKS if mark.search(written)), OTHER)
