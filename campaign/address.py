"""Every absolute address we hand out, in mails, codes and feeds: made from PUBLIC_URL, never from a request."""

from urllib.parse import urlsplit

_base = ""


def use(public_url: str) -> None:
    """Set the address under which people reach this installation."""
    global _base
    _base = public_url


def base() -> str:
    """Return PUBLIC_URL, without a slash at the end."""
    return _base


def host() -> str:
    """Return the host that new calendar entries' UIDs end with."""
    return urlsplit(_base).hostname or "localhost"


def edition_page(campaign: str, year: int) -> str:
    """Return the address of an edition."""
    return f"{_base}/{campaign}/{year}/"


def event_page(campaign: str, year: int, event: str) -> str:
    """Return the address of an event."""
    return f"{_base}/{campaign}/{year}/{event}/"


def registration_page(token: str) -> str:
    """Return a registrant's own address."""
    return f"{_base}/r/{token}/"


def stop_page(token: str, stop_token: str) -> str:
    """Return the address that stops reminders, thanks and letters to a registrant."""
    return f"{registration_page(token)}unsubscribe/{stop_token}"


def door_page(token: str) -> str:
    """Return the address of an event's door."""
    return f"{_base}/door/{token}/"


def host_page(token: str) -> str:
    """Return a host's own address."""
    return f"{_base}/h/{token}/"


def tribute_page(token: str) -> str:
    """Return the address at which an author finds their tribute again."""
    return f"{_base}/t/{token}/"


def host_stop_page(token: str) -> str:
    """Return the address that stops asking a host about the years to come."""
    return f"{host_page(token)}unsubscribe"


def host_report(token: str, year: int, event: str) -> str:
    """Return the address at which a host tells how an event was."""
    return f"{host_page(token)}{year}/{event}/report"


def sign_in_page(token: str) -> str:
    """Return the address that signs somebody in once."""
    return f"{_base}/account/link/{token}/"


def propose_page(campaign: str) -> str:
    """Return the address of the form by which events are proposed."""
    return f"{_base}/{campaign}/host/"


def member_invitation_page(token: str) -> str:
    """Return the address at which somebody accepts to become an organizer."""
    return f"{_base}/account/invitation/{token}/"


def proposal_page(token: str, year: int, event: str) -> str:
    """Return the address at which a host confirms what they proposed."""
    return f"{host_page(token)}confirm/{year}/{event}/"


def feed(campaign: str, slice_path: str = "", kind: str = "ics") -> str:
    """Return the address of a feed; `slice_path` as in `country-de/lang-az`, `kind` "ics", "atom" or "json"."""
    return f"{_base}{feed_path(campaign, slice_path, kind)}"


def feed_path(campaign: str, slice_path: str = "", kind: str = "ics") -> str:
    """Return the path of a feed's address."""
    return f"/feeds/{campaign}/{slice_path}.{kind}" if slice_path else f"/feeds/{campaign}.{kind}"


def own_calendar(token: str) -> str:
    """Return the address of a registrant's own calendar."""
    return f"{_base}/feeds/mine/{token}.ics"


def subscription(feed_address: str) -> str:
    """Return the same feed for calendar programs that take over the `webcal` scheme."""
    return "webcal://" + feed_address.partition("://")[2]
