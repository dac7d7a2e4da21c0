"""A network between browsers and a site that can be cut: for pages, service workers and open connections alike.

What a browser's own switch for "offline" misses: it tells a page of another process late, and a service worker never.
"""

import socket
from contextlib import suppress
from threading import Thread

HERE = "127.0.0.1"


class Line:
    """Passes on what comes at one port to another one, as long as it isn't cut."""

    def __init__(self, port: int, to: int) -> None:
        self.port, self.to = port, to
        self._sockets: list[socket.socket] = []

    def mend(self) -> None:
        """Let everything through from now on."""
        listener = socket.create_server((HERE, self.port))
        self._sockets.append(listener)
        Thread(target=self._listen, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Break what is open, and refuse what comes."""
        while self._sockets:
            _end(self._sockets.pop())

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection((HERE, self.to))
                self._sockets += [near, far]
                for ends in ((near, far), (far, near)):
                    Thread(target=_pass, args=ends, daemon=True).start()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    _end(source)
    _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
