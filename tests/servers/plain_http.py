"""A server on loopback that answers byte for byte what a test wants, and notes who asked what."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST = 2**20


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    head: bytes
    """The request line and the headers as sent."""


Behaviour = Callable[[Asked, socket.socket], None]


@dataclass
class PlainServer:
    """What was asked, and how each path is answered."""

    port: int
    routes: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)
    """Set when the server closes: behaviours that never end look at it."""

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def answer(
    body: bytes | str = b"",
    *headers: str,
    status: str = "200 OK",
    kind: str = "text/plain",
) -> Behaviour:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    head = "\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode()
    return raw(head + data)


def raw(data: bytes) -> Behaviour:
    """These bytes, then the end of the connection."""

    def behave(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(data)

    return behave


def moved(location: str, status: str = "302 Found") -> Behaviour:
    """A redirect."""
    return answer(b"", f"Location: {location}", status=status)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour a request; the last one repeats."""
    left = list(behaviours)

    def behave(asked: Asked, connection: socket.socket) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked, connection)

    return behave


@contextmanager
def plain_server(**routes: Behaviour) -> Iterator[PlainServer]:
    """A server on a free port; ``routes`` by their first path segment, ``index`` for ``/``."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = _read(self.request)
            if asked is None:
                return
            server.asked.append(asked)
            name = asked.target.split("?")[0].strip("/").split("/")[0] or "index"
            behave = server.routes.get(name, answer(b"nothing here", status="404 Not Found"))
            try:
                behave(asked, self.request)
            except OSError:  # the other side has had enough
                return

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Threads(("127.0.0.1", 0), Handler) as listening:
        server = PlainServer(listening.server_address[1], dict(routes))
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            listening.shutdown()
            thread.join()


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received or len(data) > MOST:
            return None
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {}
    for line in lines:
        name, _, text = line.partition(":")
        headers[name.strip().lower()] = text.strip()
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Asked(method, target, headers, body, head)
