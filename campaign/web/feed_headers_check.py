"""A feed asked for at its real address, as calendar programs do: the headers that they and caches go by."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from campaign.calendar.finding import Finding, finding

SECONDS = 20
BYTE_LIMIT = 2_000_000
TYPE = "text/calendar; charset=utf-8"
WANTED = {
    "Cache-Control": "public, max-age=900, stale-while-revalidate=3600, stale-if-error=604800",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
REPEATED = ("ETag", "Cache-Control", "Vary")
"""What "not modified" says again (RFC 9110, section 15.4.5)."""
OF_THE_MOMENT = frozenset({"date", "age", "connection", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers and the bytes as they were sent."""

    status: int
    headers: Message
    body: bytes


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: a feed's own address must not lead elsewhere."""

    def redirect_request(self, *asked: object) -> None:
        return None


def check_answers(address: str) -> list[Finding]:
    """Return what is wrong with the answers at a public feed's address: plain, zipped, repeated, HEAD and POST."""
    try:
        return list(_check(address))
    except (OSError, HTTPException) as error:
        return [finding("http-unreachable", reason=str(getattr(error, "reason", error)))]


def _check(address: str) -> Iterator[Finding]:
    plain = _ask(address, {})
    if plain.status != 200:
        yield finding("http-status", status=plain.status)
        return
    yield from _check_headers(plain.headers)
    yield from _check_zipped(plain, _ask(address, {"Accept-Encoding": "gzip"}))
    yield from _check_head(plain, _ask(address, {}, method="HEAD"))
    yield from _check_unchanged(plain, _ask(address, {"If-None-Match": plain.headers["ETag"] or ""}))
    refused = _ask(address, {}, method="POST")
    if refused.status != 405 or not refused.headers["Allow"]:
        yield finding("http-method", status=refused.status)


def _check_headers(headers: Message) -> Iterator[Finding]:
    kind = headers["Content-Type"] or ""
    if kind.lower().replace(" ", "") != TYPE.replace(" ", ""):
        yield finding("http-type", value=kind)
    if headers["Set-Cookie"]:
        yield finding("http-cookie")
    for name, wanted in WANTED.items():
        if (headers[name] or "") != wanted:
            yield finding("http-header", header=name, value=headers[name] or "", wanted=wanted)
    if not (headers["ETag"] or "").startswith('W/"'):
        yield finding("http-header", header="ETag", value=headers["ETag"] or "", wanted='W/"…"')
    if not headers["Last-Modified"]:
        yield finding("http-header", header="Last-Modified", value="", wanted="…")
    disposition = headers["Content-Disposition"] or ""
    if not (disposition.startswith('inline; filename="') and disposition.endswith('.ics"')):
        yield finding("http-header", header="Content-Disposition", value=disposition, wanted='inline; filename="….ics"')


def _check_zipped(plain: Answer, zipped: Answer) -> Iterator[Finding]:
    try:
        is_same = zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.body) == plain.body
    except (OSError, EOFError, zlib.error):
        is_same = False
    if plain.headers["Content-Encoding"] or not is_same:
        yield finding("http-zip")


def _check_head(plain: Answer, head: Answer) -> Iterator[Finding]:
    first, second = _lasting(plain.headers), _lasting(head.headers)
    differ = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    if differ or head.body or head.status != plain.status:
        yield finding("http-head", headers=", ".join(differ))


def _check_unchanged(plain: Answer, again: Answer) -> Iterator[Finding]:
    if again.status != 304 or again.body:
        yield finding("http-not-304", status=again.status)
        return
    missing = [name for name in REPEATED if again.headers[name] != plain.headers[name]]
    if missing:
        yield finding("http-304-forgets", headers=", ".join(missing))


def _lasting(headers: Message) -> dict[str, str]:
    """Return the headers that two answers in a row must share."""
    return {name.lower(): value for name, value in headers.items() if name.lower() not in OF_THE_MOMENT}


def _ask(address: str, headers: Mapping[str, str], *, method: str = "GET") -> Answer:
    given = {"Accept-Encoding": "identity", "User-Agent": "feeds check", **headers}
    request = Request(address, headers=given, method=method, data=b"" if method == "POST" else None)  # noqa: S310  # below PUBLIC_URL
    try:
        with build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read(BYTE_LIMIT))
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.headers, refused.read(BYTE_LIMIT))
