"""Every setting once: its name, its default, what it means. A bad one stops the start with a sentence.

Settings come from the environment, or from a `.env` file in the working directory.

DATABASE_URL     where everything is kept; default `sqlite:///instance/campaign.db`,
                 at scale `postgresql+psycopg://user:password@host/name`
REDIS_URL        optional: shared rate limits and wake-ups for several machines
PUBLIC_URL       the address people see; default `http://127.0.0.1:<PORT>`, which is development.
                 Every link in mails, QR codes and feeds comes from it
PORT             where `make run` listens; default 8000
SECRET_KEY       signs cookies and forms; made under `instance/` in development, required elsewhere
SECRET_KEY_FALLBACKS  earlier secret keys, separated by spaces, still accepted while rotating
DATA_KEY         encrypts personal columns: 32 bytes in base64; several separated by spaces, newest
                 first, while rotating; made under `instance/` in development, required elsewhere
SMTP_URL         `smtp://user:password@host:587` (STARTTLS required unless the host is this machine)
                 or `smtps://…:465`; absent, each mail is written to `instance/mail/<message id>.eml`
MAIL_FROM        the sender's address; default `campaign@<host of PUBLIC_URL>`
TRUSTED_PROXIES  how many proxies in front may be believed about the visitor's address; default 0
LOG_FORMAT       `console` (default) or `json`
INSTANCE_PATH    the folder for what this installation writes; default `instance` beside `wsgi.py`
"""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSetting(Exception):
    """A setting that the program can't run with; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process, read and checked."""

    database_url: str
    redis_url: str | None
    public_url: str
    port: int
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    data_keys: tuple[bytes, ...]
    smtp_url: str | None
    mail_from: str
    trusted_proxies: int
    log_format: str
    instance: Path

    @property
    def host(self) -> str:
        """The host of PUBLIC_URL, without port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_development(self) -> bool:
        """Whether PUBLIC_URL names this very machine."""
        return self.host in LOOPBACK

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over https."""
        return self.public_url.startswith("https://")


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings found in `environ`; raise BadSetting with a sentence for a bad one."""
    instance = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    port = _number(environ, "PORT", 8000, 1, 65535)
    public_url = _public_url(environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}")
    host = urlsplit(public_url).hostname or ""
    development = host in LOOPBACK
    return Settings(
        database_url=_database_url(environ.get("DATABASE_URL") or "sqlite:///instance/campaign.db", instance),
        redis_url=environ.get("REDIS_URL") or None,
        public_url=public_url,
        port=port,
        secret_key=_secret(environ, "SECRET_KEY", instance, development),
        secret_key_fallbacks=tuple(environ.get("SECRET_KEY_FALLBACKS", "").split()),
        data_keys=tuple(map(_data_key, _secret(environ, "DATA_KEY", instance, development).split())),
        smtp_url=_smtp_url(environ.get("SMTP_URL")),
        mail_from=environ.get("MAIL_FROM") or f"campaign@{host if '.' in host else 'localhost'}",
        trusted_proxies=_number(environ, "TRUSTED_PROXIES", 0, 0, 10),
        log_format=_choice(environ, "LOG_FORMAT", ("console", "json")),
        instance=instance,
    )


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = environ.get(name) or str(default)
    if not (raw.isascii() and raw.isdigit() and low <= int(raw) <= high):
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {raw!r}.")
    return int(raw)


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting(f"PUBLIC_URL must be an address such as https://events.example.org, not {value!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadSetting("PUBLIC_URL must start with https://; plain http is for this machine only.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _smtp_url(value: str | None) -> str | None:
    if value and (urlsplit(value).scheme not in ("smtp", "smtps") or not urlsplit(value).hostname):
        raise BadSetting("SMTP_URL must look like smtp://user:password@host:587 or smtps://….")
    return value or None


def _database_url(value: str, instance: Path) -> str:
    """Return the address with a relative SQLite path made absolute."""
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
    path = value.removeprefix("sqlite:///")
    if path == value or path.startswith("/") or path == ":memory:":
        return value
    below = Path(path)
    return f"sqlite:///{instance / below.relative_to('instance') if below.parts[0] == 'instance' else ROOT / below}"


def _data_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise BadSetting("DATA_KEY must be 32 bytes in base64 (`openssl rand -base64 32` makes one).")
    return key


def _secret(environ: Mapping[str, str], name: str, instance: Path, development: bool) -> str:
    """Return the secret from the environment; in development keep one in a file that only we can read."""
    value = environ.get(name, "")
    if value or not development:
        if len(value) < 32:
            raise BadSetting(f"{name} is required, with at least 32 characters (`openssl rand -base64 32`).")
        return value
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / name.lower()
    if not path.exists():
        _write_once(path, base64.b64encode(secrets.token_bytes(32)).decode())
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Write a whole file, readable by us alone, unless another process was first."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
