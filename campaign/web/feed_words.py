"""What the check of a feed says, in the reader's language: one sentence a code, with the programs that mind it.

What is said of a program comes from its source, its maker's pages or its bug reports.
"""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.calendar.finding import Finding

Facts = Mapping[str, object]
Words = dict[str, Callable[[Facts], str]]


def sentence(found: Finding) -> str:
    """Return what is wrong and which calendar program does what about it."""
    known = _of_lines() | _of_calendars() | _of_properties() | _of_entries() | _of_times() | _of_zones()
    known |= _of_rows() | _of_answers()
    return known[found.code](found.facts)


def place(found: Finding) -> str:
    """Return where it stands, such as "line 12, entry 3f1c@example.org"; "" where nowhere in particular."""
    parts = [
        _("line %(line)s", line=found.line) if found.line else "",
        _("entry %(uid)s", uid=found.uid) if found.uid else "",
    ]
    return ", ".join(part for part in parts if part)


def _of_lines() -> Words:
    return {
        "byte-order-mark": lambda f: _(
            "The feed starts with a byte order mark; Google Calendar and Apple Calendar then see no calendar in it."
        ),
        "line-end": lambda f: _counted(f, _("A line doesn't end in CR LF; Outlook refuses the whole calendar.")),
        "line-empty": lambda f: _counted(f, _("There is an empty line; programs that keep to RFC 5545 stop there.")),
        "line-too-long": lambda f: _counted(
            f, _("A line is longer than 75 bytes; most programs read it, those that keep to RFC 5545 may not.")
        ),
        "line-unreadable": lambda f: _(
            "The line isn't name, colon and value; Google Calendar and Thunderbird may show nothing of the whole feed."
        ),
        "utf8-broken": lambda f: _(
            "The line isn't UTF-8; Evolution doesn't show the entry, Google Calendar shows “�” for letters."
        ),
        "utf8-split": lambda f: _(
            "The line is folded inside of a letter; Evolution doesn't show the entry, Google Calendar shows “�”."
        ),
        "escape-split": lambda f: _(
            "The line is folded between a backslash and what it escapes; programs that read line by line show both."
        ),
        "control-character": lambda f: _counted(
            f, _("There is a control character; Thunderbird refuses the feed, Nextcloud doesn't show the entry.")
        ),
    }


def _of_calendars() -> Words:
    return {
        "calendar-not-one": lambda f: _("The feed isn't exactly one calendar; programs read the first, or nothing."),
        "component-unbalanced": lambda f: _(
            "“%(name)s” isn't begun or isn't ended; no program reads such a feed whole.", **f
        ),
        "component-unexpected": lambda f: _(
            "“%(name)s” doesn't belong here; programs may make of it what nobody asked for, such as an alarm.", **f
        ),
        "feed-too-large": lambda f: _(
            "The feed has %(size)s bytes, more than %(limit)s; Google Calendar takes 1 MB at most.", **f
        ),
        "entries-too-many": lambda f: _(
            "The feed has %(count)s entries, more than %(limit)s; every phone loads and keeps all of them.", **f
        ),
        "empty-without-zone": lambda f: _(
            "The feed has no entry, so it needs exactly one time zone; programs that keep to RFC 5545 report an error."
        ),
        "method": lambda f: _(
            "The feed has a METHOD and so is a message, not a calendar; Outlook may take over one entry only."
        ),
        "pair-differs": lambda f: _(
            "%(property)s and %(other)s differ; Apple Calendar, Google Calendar and Outlook read the second, newer "
            "programs the first.",
            **f,
        ),
        "address-too-long": lambda f: _(
            "The address has %(length)s characters; Google Calendar drops those of more than %(limit)s without a word.",
            **f,
        ),
    }


def _of_properties() -> Words:
    return {
        "property-missing": lambda f: _(
            "%(component)s has no %(property)s; Outlook doesn't take entries without UID and DTSTAMP, nor Apple "
            "Calendar a calendar without VERSION, and others need the rest.",
            **f,
        ),
        "property-repeated": lambda f: _(
            "%(property)s stands twice in %(component)s; programs take one of them, not all the same.", **f
        ),
        "property-unexpected": lambda f: _(
            "%(property)s doesn't belong into %(component)s; a text that somebody typed may have become a property.",
            **f,
        ),
        "property-order": lambda f: _(
            "%(component)s has its properties in another order than always; all subscribers load the feed again.", **f
        ),
        "parameter-wrong": lambda f: _("%(property)s needs %(parameter)s; programs may misread it without.", **f),
        "value-wrong": lambda f: _(
            "%(property)s can't be “%(value)s”; programs pass over it, or over the whole entry.", **f
        ),
        "address-not-ascii": lambda f: _("%(property)s has letters that no address may have; links may break.", **f),
        "text-too-long": lambda f: _(
            "%(property)s has %(length)s characters, more than %(limit)s; Outlook cuts titles and places at 255.", **f
        ),
        "text-not-escaped": lambda f: _(
            "%(property)s has a comma, semicolon or backslash that isn't escaped; programs may cut the text there.", **f
        ),
    }


def _of_entries() -> Words:
    return {
        "description-without-address": lambda f: _(
            "The description doesn't end with the event's address; Google Calendar and Outlook show no other link."
        ),
        "uid-too-long": lambda f: _(
            "The UID has %(length)s characters, more than %(limit)s; Nextcloud has no room for very long ones.", **f
        ),
        "uid-repeated": lambda f: _("Two entries have this UID; Google Calendar and Thunderbird show only one."),
        "stamp-differs": lambda f: _(
            "DTSTAMP isn't LAST-MODIFIED; Outlook tells by DTSTAMP which version is newer, and may keep the old one."
        ),
        "recurrence": lambda f: _(
            "The entry recurs by a rule; Outlook knows only some rules. Each edition needs an entry of its own."
        ),
        "cancelled-but-busy": lambda f: _(
            "The entry is cancelled and yet takes up time; Outlook overlooks STATUS and shows people as busy."
        ),
        "geo-wrong": lambda f: _("“%(value)s” is no position with six decimals; programs show none, or another.", **f),
        "geo-differs": lambda f: _(
            "GEO and X-APPLE-STRUCTURED-LOCATION differ; Apple Calendar shows another place than the rest."
        ),
    }


def _of_times() -> Words:
    return {
        "time-not-utc": lambda f: _(
            "%(property)s is “%(value)s”, not a time in UTC; programs can't tell which version is newer.", **f
        ),
        "time-unreadable": lambda f: _("%(property)s is “%(value)s”; no program can tell when that is.", **f),
        "time-floating": lambda f: _(
            "%(property)s has no time zone; Google Calendar takes it for UTC, Outlook reports an error.", **f
        ),
        "time-with-both": lambda f: _(
            "%(property)s is in UTC and in a time zone at once; Outlook shows another hour than the rest.", **f
        ),
        "time-skipped": lambda f: _(
            "The clocks in %(zone)s skip this time; programs differ in the hour that they show.", **f
        ),
        "times-differ-in-kind": lambda f: _("One of start and end is a day, one a time; ICSx5 changes one of them."),
        "ends-before-start": lambda f: _("The end isn't later than the start; Apple Calendar sets another end."),
    }


def _of_zones() -> Words:
    return {
        "zone-missing": lambda f: _(
            "The feed doesn't describe the time zone %(zone)s; Outlook shows its entries an hour or more off.", **f
        ),
        "zone-repeated": lambda f: _("The feed describes %(zone)s twice; programs take one or the other.", **f),
        "zone-unused": lambda f: _("The feed describes %(zone)s, which no entry uses; all load it in vain.", **f),
        "zone-unknown": lambda f: _(
            "There is no time zone %(zone)s; Android knows zones by name alone, so ICSx5 can't keep the hours.", **f
        ),
        "zone-offset-wrong": lambda f: _(
            "By the feed the clocks of %(zone)s are %(said)s ahead of UTC here, in truth %(true)s; programs that "
            "believe the feed, such as Outlook, show wrong hours.",
            **f,
        ),
        "zone-begins-late": lambda f: _(
            "The feed describes %(zone)s only after this time; programs that believe the feed, such as Outlook, guess.",
            **f,
        ),
        "zone-rule-rare": lambda f: _(
            "A time zone has %(property)s of a rare kind; Outlook knows only rules such as “last Sunday of March”, "
            "Evolution misreads others.",
            **f,
        ),
        "zone-offset-seconds": lambda f: _(
            "%(property)s is “%(value)s”, not hours and minutes; Outlook may refuse the whole calendar.", **f
        ),
    }


def _of_rows() -> Words:
    return {
        "entry-not-whole": lambda f: _(
            "The stored entry is damaged and left out, so no program shows it; “feeds rebuild --all” mends it."
        ),
        "entry-of-another": lambda f: _(
            "The stored entry is that of %(other)s, so every program shows one event in place of another; “feeds "
            "rebuild --all” mends it.",
            **f,
        ),
        "entry-missing": lambda f: _(
            "“%(name)s” has no entry in the language %(language)s, so no program shows it; “feeds rebuild --all” "
            "writes it.",
            **f,
        ),
        "address-elsewhere": lambda f: _(
            "The entry leads to “%(value)s”, which isn't below %(base)s; “feeds rebuild --all” mends it.", **f
        ),
    }


def _of_answers() -> Words:
    return {
        "http-unreachable": lambda f: _("Nothing answers at this address (%(reason)s); no program gets any news.", **f),
        "http-status": lambda f: _(
            "The answer is %(status)s instead of 200; Thunderbird switches the calendar off after most errors.", **f
        ),
        "http-type": lambda f: _("The answer says it is “%(value)s”; programs may not take it for a calendar.", **f),
        "http-header": lambda f: _("The header %(header)s is “%(value)s” instead of “%(wanted)s”.", **f),
        "http-cookie": lambda f: _("The answer sets a cookie, so no cache may keep it for the next subscriber."),
        "http-zip": lambda f: _("The answer to a request for gzip isn't zipped, or another once it is unpacked."),
        "http-head": lambda f: _("HEAD gives other headers than GET: %(headers)s.", **f),
        "http-not-304": lambda f: _(
            "Asked for by its own ETag the feed comes whole again (%(status)s); each look costs all of it.", **f
        ),
        "http-304-forgets": lambda f: _(
            "“Not modified” doesn't repeat %(headers)s; caches forget how long to keep the feed.", **f
        ),
        "http-method": lambda f: _("POST is answered with %(status)s instead of 405 and a list of what works.", **f),
    }


def _counted(facts: Facts, words: str) -> str:
    """Return the sentence, and in how many lines it is so where there are several."""
    count = int(str(facts["count"]))
    more = ngettext("%(num)s line in all", "%(num)s lines in all", count)
    return f"{words} ({more})" if count > 1 else words
