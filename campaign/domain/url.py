"""Web addresses that people type, and the local paths that a sign-in may lead back to."""

import ipaddress
import re
import unicodedata
from urllib.parse import quote, unquote

from campaign.domain.errors import Refused

URL_LIMIT = 500
LOCAL_PATH_LIMIT = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}

# Control, format, surrogate, private and separator characters: none belongs in an address.
_FOREIGN = frozenset({"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"})
_ADDRESS = re.compile(r"(?:(https?)://)?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.ASCII)
_BARE_HOST = re.compile(r"[^:@\[\]]+\.[^:@\[\]]+(?::\d*)?")
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SUB_DELIMITERS = "!$&'()*+,;="
_PATH_SAFE = _SUB_DELIMITERS + "/:@%"
_QUERY_SAFE = _PATH_SAFE + "?"
_LOCAL_PATH = re.compile(r"(/[\w.~!$&'()*+,;=:@%/-]*)(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?", re.ASCII)


def clean_url(value: str, *, limit: int = URL_LIMIT) -> str:
    """Return a public http or https address in canonical form, ASCII only (RFC 3986, hosts after UTS 46).

    "www.example.org/x", as spreadsheets have it, becomes https. Raises Refused("url-characters"),
    ("url-scheme"), ("url-userinfo"), ("url-host"), ("url-port") or ("url-too-long", limit=…).
    """
    given = value.strip()
    if any(char == "\\" or unicodedata.category(char) in _FOREIGN for char in given):
        raise Refused("url-characters")
    scheme, authority, path, query, fragment = _parts(given)
    address = f"{scheme}://{_authority(authority, scheme)}" + _encoded(path or "/", _PATH_SAFE)
    address += _marked("?", query) + _marked("#", fragment)
    if len(address) > limit:
        raise Refused("url-too-long", limit=limit)
    return address


def is_local_path(value: str) -> bool:
    """Return whether a path, with a query or without, leads nowhere but to this site.

    True only for the canonical form: one slash first and no empty, dot or escaped-control segment, since
    browsers and proxies read `/\\t/evil.example`, `//evil.example` or `/\\evil.example` as another host.
    """
    found = _LOCAL_PATH.fullmatch(value)
    if found is None or len(value) > LOCAL_PATH_LIMIT:
        return False
    path = unquote(found[1])
    segments = path.removesuffix("/").split("/")[1:]
    return (
        quote(path, safe=_SUB_DELIMITERS + "/:@") == found[1]
        and not {"", ".", ".."}.intersection(segments)
        and path.isprintable()
        and "\\" not in path
        and not _STRAY_PERCENT.search(value)
    )


def _parts(given: str) -> tuple[str, str, str, str, str]:
    """Return scheme, authority, path, query and fragment; the scheme is https where none was given."""
    found = _ADDRESS.fullmatch(given)
    if found is None or (found[1] is None and not _BARE_HOST.fullmatch(found[2])):
        raise Refused("url-scheme" if ":" in given or given.startswith("//") else "url-host")
    scheme, authority, path, query, fragment = (part or "" for part in found.groups())
    return scheme.lower() or "https", authority, path, query, fragment


def _authority(authority: str, scheme: str) -> str:
    """Return the canonical host, with the port unless it is the scheme's own."""
    if "@" in authority:
        raise Refused("url-userinfo")
    found = _HOST_AND_PORT.fullmatch(authority)
    if found is None:
        raise Refused("url-host" if authority.startswith("[") else "url-port")
    host, port = _host(found[1]), int(found[2] or DEFAULT_PORTS[scheme])
    if not 1 <= port <= 65535:
        raise Refused("url-port")
    return host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"


def _host(typed: str) -> str:
    """Return a public IP address or a domain name with a dot, punycode where it isn't ASCII."""
    if typed.startswith("["):
        return f"[{_public_address(typed[1:-1])}]"
    # As in browsers: compatibility forms first (①②⑦.0.0.1 is an address), ß and ς kept.
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).lower()).replace("。", ".")
    labels = [_label(label) for label in name.removesuffix(".").split(".")]
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        return _public_address(".".join(labels))
    if len(labels) < 2 or len(".".join(labels)) > 253:
        raise Refused("url-host")
    return ".".join(labels)


def _public_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Refused("url-host") from None
    if not address.is_global or address.is_multicast or "%" in text:
        raise Refused("url-host")
    return str(address)


def _label(label: str) -> str:
    """Return one part of a domain name in ASCII (RFC 3492); only letters, marks, digits and inner hyphens."""
    if not label.isascii():
        if any(unicodedata.category(char)[0] not in "LMN" and char != "-" for char in label):
            raise Refused("url-host")
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(label):
        raise Refused("url-host")
    return label


def _encoded(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=safe)


def _marked(mark: str, part: str) -> str:
    """Return a query or fragment behind its mark, nothing when it is empty."""
    encoded = _encoded(part.removeprefix(mark), _QUERY_SAFE)
    return mark + encoded if encoded else ""
