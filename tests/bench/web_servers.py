"""The web servers that are measured: granian as it runs the site, and nginx with a file."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests import servers

HOST = "campaign.example"
NGINX = """
{user}
worker_processes {workers};
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    default_type text/calendar;
    add_header Content-Encoding gzip;
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A web server that listens: where, and its main process."""

    address: str
    pid: int


@dataclass(frozen=True)
class Reply:
    """What a server said; header names in lower case."""

    body: bytes
    headers: Mapping[str, str]


def ask(address: str, **headers: str) -> Reply:
    """Return what the server answers over a connection of its own."""
    with urlopen(Request(address, headers={"Host": HOST, **headers}), timeout=60) as answer:
        return Reply(answer.read(), {name.lower(): value for name, value in answer.headers.items()})


@contextmanager
def granian(target: str, environment: Mapping[str, str], *, workers: int = 2) -> Iterator[Server]:
    """Run a WSGI application as `flask serve` does, on a free port."""
    port = str(servers.free_port())
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", str(workers)]
    command += ["--blocking-threads", "2", "--backpressure", "128", "--log-level", "error", target]
    with servers.running(command, {**environment, "PORT": port}) as process:
        address = f"http://127.0.0.1:{port}"
        servers.wait_for(lambda: _answers(address), what=target)
        yield Server(address, process.pid)


@contextmanager
def nginx(file: Path, *, workers: int = 2) -> Iterator[Server]:
    """Run nginx with the folder of a zipped file, on a free port."""
    port, folder = servers.free_port(), file.parent
    user = "user root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(user=user, workers=workers, folder=folder, port=port))
    with subprocess.Popen([nginx_path(), "-e", "stderr", "-c", config, "-g", "daemon off;"]) as process:
        address = f"http://127.0.0.1:{port}"
        servers.wait_for(lambda: _answers(f"{address}/{file.name}"), what="nginx")
        yield Server(address, process.pid)
        process.terminate()


def nginx_path() -> str:
    """Return where nginx's program is, "" where it isn't."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def children(server: Server) -> list[int]:
    """Return the processes that answer for a server."""
    return [int(child) for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def processor_seconds(server: Server) -> float:
    """Return how long its processes have worked since they began, the system's work for them included."""
    lines = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children(server)]
    return sum(int(line[11]) + int(line[12]) for line in lines) / os.sysconf("SC_CLK_TCK")


def _answers(address: str) -> bool:
    try:
        return bool(ask(address).headers)
    except HTTPError:
        return True
    except OSError:
        return False
