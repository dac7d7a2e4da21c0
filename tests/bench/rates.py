"""How many requests a second, by wrk: ours beside the floors, in the same run and in alternating order."""

import re
import statistics
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import click
from flask import Flask

from tests.bench import crowd
from tests.bench.web_servers import HOST, ask

SUBSCRIBERS = Path(__file__).parent / "subscribers.lua"
WRITING_SECONDS = 0.1
CONNECTIONS = 16

Meanwhile = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Case:
    """One address, and how it is asked: for zipped bytes, with its present tag, or as calendars do, with the last."""

    name: str
    address: str
    zipped: bool = False
    knows_tag: bool = False
    keeps_tag: bool = False
    meanwhile: Meanwhile = nullcontext


@dataclass
class Rate:
    """A case's requests a second, one number for each round, and what the last said of its answers."""

    found: list[float] = field(default_factory=list)
    answers: str = ""

    @property
    def median(self) -> float:
        """The round in the middle."""
        return statistics.median(self.found)


def measure(cases: Sequence[Case], *, rounds: int, seconds: int) -> Mapping[str, Rate]:
    """Return each case's rates; every second round goes backwards."""
    rates = {case.name: Rate() for case in cases}
    for number in range(rounds):
        for case in cases if number % 2 == 0 else reversed(cases):
            with case.meanwhile():
                said = _wrk(case, seconds)
            found = re.search(r"Requests/sec:\s+([\d.]+)", said)
            assert found and not re.search("Non-2xx|Socket errors|[1-9][0-9]* others", said), f"{case.name}: {said}"
            rates[case.name].found.append(float(found[1]))
            rates[case.name].answers = "".join(re.findall("Answers: (.*), 0 others", said))
            click.echo(f"  {case.name}: {float(found[1]):,.0f} requests a second", err=True)
    return rates


def writing(app: Flask) -> Meanwhile:
    """Return what changes an event every 100 ms for as long as it is entered."""

    @contextmanager
    def write() -> Iterator[None]:
        is_over = threading.Event()

        def work() -> None:
            for token in count():
                if is_over.wait(WRITING_SECONDS):
                    return
                crowd.change(app, f"meanwhile-{token}")

        with ThreadPoolExecutor(1) as pool:
            writer = pool.submit(work)
            try:
                yield
            finally:
                is_over.set()
                writer.result()

    return write


def _wrk(case: Case, seconds: int) -> str:
    """Return what wrk says after asking for so long."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-H", f"Host: {HOST}"]
    if case.zipped:
        command += ["-H", "Accept-Encoding: gzip"]
    if case.knows_tag:
        command += ["-H", f"If-None-Match: {ask(case.address).headers['etag']}"]
    if case.keeps_tag:
        command += ["-s", str(SUBSCRIBERS)]
    return subprocess.run([*command, case.address], capture_output=True, text=True, check=True).stdout
