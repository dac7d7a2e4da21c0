"""Handing a mail over: to an SMTP server, or without one to a file."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

from campaign.config import LOOPBACK

TIMEOUT = 20.0
"""Seconds that any step of a conversation with the server may take."""


class NotSent(Exception):
    """A mail that the server did not take; `is_final` when trying again is useless."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


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


@dataclass(frozen=True)
class Server:
    """Speaks SMTP; STARTTLS is required unless the server is this machine."""

    url: str

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over; raises NotSent with the server's answer, without addresses."""
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise NotSent(_answer(code, words), is_final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=_is_final(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__, is_final=False) from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
            if host not in LOOPBACK:
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _is_final(error: smtplib.SMTPResponseException) -> bool:
    """Return whether the server's no is about this mail, not about us: a refused login may be mended."""
    return error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} " + " ".join(word for word in text.split() if "@" not in word)[:200]
