"""How often something may be done from one network, to one address or at one event, and when it may be done again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHARED_PREFIX = 64
"""How much of an IPv6 address names a network: whoever has one is given all addresses behind it (RFC 6177)."""


@dataclass(frozen=True)
class Limit:
    """So many times within each hour or each day of UTC."""

    name: str
    most: int
    span: timedelta

    def is_exceeded(self, count: int) -> bool:
        """Return whether the latest of `count` times was one too many."""
        return count > self.most

    def is_near(self, count: int) -> bool:
        """Return whether more than half of what is allowed has been used."""
        return 2 * count > self.most

    def begins(self, now: datetime) -> datetime:
        """Return when the span began in which `now` lies; none reaches over midnight."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + (now - midnight) // self.span * self.span

    def ends(self, now: datetime) -> datetime:
        """Return from when on it may be done again."""
        return self.begins(now) + self.span


REGISTERING_FROM_NETWORK = Limit("register", 100, HOUR)
"""A hall full of people behind one address, but not a list of them."""
MAILS_TO_ADDRESS = Limit("mails", 20, DAY)
"""Over all events, whoever asks for them."""
SIGNING_IN_FROM_NETWORK = Limit("sign-in", 30, HOUR)
PASSWORDS_FROM_NETWORK = Limit("password", 10, HOUR)
PINS_FROM_NETWORK = Limit("door-pin", 60, HOUR)
"""Several doors of one house, each with some helpers; ten wrong PINs in a row lock a link besides."""
HANDING_OVER_FROM_NETWORK = Limit("hand-over", 20, HOUR)
PASSWORDS_TO_ADDRESS = Limit("password-mails", 5, DAY)

TRIBUTES_FROM_NETWORK = Limit("tribute", 20, HOUR)
"""A family around one table, or a class."""
TRIBUTES_IN_CAMPAIGN = Limit("tributes", 1_000, HOUR)
INVITATIONS_TO_ADDRESS = Limit("invitation-mails", 5, DAY)
"""To organize, over all campaigns."""
PROPOSING_FROM_NETWORK = Limit("propose", 20, HOUR)
"""Somebody who fills in a year's evenings at one go, but not a robot."""
PROPOSING_IN_CAMPAIGN = Limit("proposals", 300, HOUR)

PHOTOS_FROM_NETWORK = Limit("photo", 60, HOUR)
"""Ten reports with all their photos; drawing one anew takes a second."""

LEAST_AT_EVENT = 300
UNLIMITED_AT_EVENT = 3_000
TIMES_CAPACITY = 3


def registering_at_event(capacity: int | None) -> Limit:
    """Return how many may try for an event within an hour: all its places some times over."""
    most = UNLIMITED_AT_EVENT if capacity is None else max(LEAST_AT_EVENT, TIMES_CAPACITY * capacity)
    return Limit("event", most, HOUR)


def network(address: str) -> str:
    """Return the network of a client's address: IPv4 the whole address, IPv6 its first 64 bits.

    An IPv4 address that is written as an IPv6 one is the same client. What is no address is one network for all.
    """
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, SHARED_PREFIX), strict=False))
    return str(found) if found else "unknown"


def is_this_machine(address: str) -> bool:
    """Return whether a client's address is this machine's own."""
    found = _parsed(address)
    return found is not None and found.is_loopback


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
