"""Real servers for tests: PostgreSQL, Redis, an SMTP server and the site itself, each on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0


def free_port() -> int:
    """Return a port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], *, what: str, seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; AssertionError says what did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)


def postgres_binaries() -> Path | None:
    """Return the folder of PostgreSQL's server programs, None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    here = shutil.which("postgres")
    return found[-1].parent if found else Path(here).parent if here else None


@contextmanager
def postgres(folder: Path, *, is_durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server of our own; yield its address without a database name."""
    binaries, port = postgres_binaries(), free_port()
    assert binaries is not None
    other = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
    folder.mkdir(parents=True)
    if other:
        shutil.chown(folder, other)
        for above in folder.parents:  # so that the other user may come this far
            if above.stat().st_uid == os.getuid() and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
    data = folder / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=other, group=other, cwd=folder)

    run(binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    options += "" if is_durable else " -c fsync=off"
    run(binaries / "pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", "start")
    try:
        yield f"postgresql+psycopg://test@127.0.0.1:{port}"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis server of our own; yield its address."""
    port = free_port()
    folder.mkdir(parents=True)
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_for(lambda: _answers(port), what="Redis")
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


class Inbox:
    """An SMTP server's post: raw mails in the order of their coming."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.delay = delay
        self.answer = "250 taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take one mail, as slowly as told."""
        import asyncio

        await asyncio.sleep(self.delay)
        if self.answer.startswith("250"):
            self.mails.append(bytes(envelope.original_content or b""))
            self.recipients.extend(envelope.rcpt_tos)
        return self.answer


@contextmanager
def smtp(inbox: Inbox) -> Iterator[str]:
    """Run an SMTP server that fills the inbox; yield its address."""
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@contextmanager
def running(arguments: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of the site's processes in a group of its own; end it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, env={**os.environ, **environment}, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def site(environment: Mapping[str, str]) -> Iterator[str]:
    """Run web server and worker as `make run` does, on the port of the environment; yield the address."""
    address = f"http://127.0.0.1:{environment['PORT']}"
    with running(["flask", "--app", "wsgi", "serve"], environment):
        wait_for(lambda: is_up(address), what="the site")
        yield address


def is_up(address: str) -> bool:
    """Return whether the site answers and its database, too."""
    try:
        with urlopen(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
