"""What a check of a feed found: a code, where it stands, and which calendar programs are known to mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

APPLE = "Apple Calendar"
EVOLUTION = "Evolution"
GOOGLE = "Google Calendar"
ICSX5 = "ICSx5"
NEXTCLOUD = "Nextcloud"
OUTLOOK = "Outlook"
THUNDERBIRD = "Thunderbird"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in the line of the feed where it first shows, counted from 1.

    Without clients it breaks our own promise, not a program that is known; the facts fill its sentence.
    """

    code: str
    line: int | None = None
    uid: str | None = None
    clients: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


CLIENTS: Mapping[str, tuple[str, ...]] = {
    "byte-order-mark": (APPLE, GOOGLE),
    "line-end": (OUTLOOK,),
    "line-empty": (),
    "line-too-long": (),
    "line-unreadable": (GOOGLE, THUNDERBIRD),
    "utf8-broken": (EVOLUTION, GOOGLE),
    "utf8-split": (EVOLUTION, GOOGLE),
    "escape-split": (),
    "control-character": (NEXTCLOUD, THUNDERBIRD),
    "calendar-not-one": (),
    "component-unbalanced": (),
    "component-unexpected": (),
    "feed-too-large": (GOOGLE,),
    "entries-too-many": (),
    "empty-without-zone": (),
    "property-missing": (APPLE, OUTLOOK),
    "property-repeated": (),
    "property-unexpected": (),
    "property-order": (),
    "parameter-wrong": (),
    "value-wrong": (),
    "pair-differs": (APPLE, GOOGLE, OUTLOOK),
    "method": (OUTLOOK,),
    "address-not-ascii": (),
    "address-too-long": (GOOGLE,),
    "text-too-long": (OUTLOOK,),
    "text-not-escaped": (),
    "description-without-address": (GOOGLE, OUTLOOK),
    "uid-too-long": (NEXTCLOUD,),
    "uid-repeated": (GOOGLE, THUNDERBIRD),
    "stamp-differs": (OUTLOOK,),
    "time-not-utc": (),
    "time-unreadable": (),
    "time-floating": (GOOGLE, OUTLOOK),
    "time-with-both": (OUTLOOK,),
    "time-skipped": (),
    "times-differ-in-kind": (ICSX5,),
    "ends-before-start": (APPLE,),
    "recurrence": (OUTLOOK,),
    "cancelled-but-busy": (OUTLOOK,),
    "geo-wrong": (),
    "geo-differs": (APPLE,),
    "zone-missing": (OUTLOOK,),
    "zone-repeated": (),
    "zone-unused": (),
    "zone-unknown": (ICSX5,),
    "zone-offset-wrong": (OUTLOOK,),
    "zone-begins-late": (OUTLOOK,),
    "zone-rule-rare": (EVOLUTION, OUTLOOK),
    "zone-offset-seconds": (OUTLOOK,),
    "entry-not-whole": (),
    "entry-of-another": (),
    "entry-missing": (),
    "address-elsewhere": (),
    "http-unreachable": (),
    "http-status": (THUNDERBIRD,),
    "http-header": (),
    "http-type": (),
    "http-cookie": (),
    "http-zip": (),
    "http-head": (),
    "http-not-304": (),
    "http-304-forgets": (),
    "http-method": (),
}
"""Every code, and the programs whose sources, bug reports or makers say that they mind it."""


def finding(code: str, *, line: int | None = None, uid: str | None = None, **facts: object) -> Finding:
    """Return a finding with the programs that its code names."""
    return Finding(code, line, uid, CLIENTS[code], facts)
