"""Handing a mail over: to an SMTP server, or without one to a file."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from select import select
from urllib.parse import unquote, urlsplit

from campaign.config import LOOPBACK

TIMEOUT = 20.0
"""Seconds that any step of a conversation with the server may take: all steps together stay within a lease."""
MAILS_PER_CONNECTION = 100
NO_SUCH_ADDRESS = (550, 551, 553)
POLICY = re.compile(r"5\.7\.\d")
"""An enhanced status code (RFC 3463) by which a server refuses us, not the address."""


class NotSent(Exception):
    """A mail that the server did not take; `is_final` when trying again is useless.

    `is_bounce` when there is no such address, which also other mails to it would find.
    """

    def __init__(self, reason: str, *, is_final: bool, is_bounce: bool = False) -> None:
        super().__init__(reason)
        self.is_final, self.is_bounce = is_final, is_bounce


@dataclass(frozen=True)
class Files:
    """Writes each mail as `<message id>.eml`, for development."""

    folder: Path

    def send(self, mail: EmailMessage) -> None:
        """Write the whole file under another name first, so that nobody reads half of one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{mail['Message-ID'].strip('<>')}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(mail.as_bytes(policy=SMTP))
        draft.rename(path)

    def close(self) -> None:
        """Do nothing: no file stays open."""


@dataclass
class Server:
    """Speaks SMTP, many mails in one connection; STARTTLS is required unless the server is this machine."""

    url: str
    _server: smtplib.SMTP | None = field(default=None, init=False)
    _left: int = field(default=0, init=False)

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over; raises NotSent with the server's answer, without addresses."""
        try:
            self._ready().send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _not_sent(error) from error
        self._left -= 1

    def greet(self) -> None:
        """Connect and sign in, then take leave; raises NotSent."""
        try:
            self._ready()
        except (smtplib.SMTPException, OSError) as error:
            raise _not_sent(error) from error
        self.close()

    def close(self) -> None:
        """Take leave of the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _ready(self) -> smtplib.SMTP:
        """Return the open connection if the server still keeps it, else a new one."""
        if self._server is not None and (self._left <= 0 or not _is_alive(self._server)):
            self.close()
        if self._server is None:
            self._server, self._left = self._connect(), MAILS_PER_CONNECTION
        return self._server

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
            if host not in LOOPBACK:
                server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _is_alive(server: smtplib.SMTP) -> bool:
    """Return whether the server still listens: all that it says without being asked is its farewell."""
    return server.sock is not None and not select([server.sock], [], [], 0)[0]


def _not_sent(error: smtplib.SMTPException | OSError) -> NotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        answer = _answer(code, words)
        is_bounce = code in NO_SUCH_ADDRESS and not POLICY.search(answer)
        return NotSent(answer, is_final=code >= 500, is_bounce=is_bounce)
    if isinstance(error, smtplib.SMTPResponseException):
        # A no to the mail itself is final; one to who we are, at the greeting, the log-in or the sender, may be mended.
        is_final = error.smtp_code >= 500 and isinstance(error, smtplib.SMTPDataError)
        return NotSent(_answer(error.smtp_code, error.smtp_error), is_final=is_final)
    return NotSent(type(error).__name__, is_final=False)


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} " + " ".join(word for word in text.split() if "@" not in word)[:200]
