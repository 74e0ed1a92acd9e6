"""A real HTTP server on loopback whose answers are a queue; the model servers speak through it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in small letters."""
    body: Any
    """The JSON; the text where it is none."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as an answer: anything that is not well-formed, or a status."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    """What ``Content-Length`` says. None: the truth. More than there is: the body breaks off."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer for so long, then the connection is closed; at most until the server ends."""

    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is closed without an answer."""


def status(
    code: int,
    message: str = "",
    *,
    error_code: str | None = None,
    kind: str = "error",
    headers: Mapping[str, str] | None = None,
) -> Raw:
    """A refusal in the form of the OpenAI and Anthropic APIs.

    Args:
        code: The HTTP status.
        message: Of the error.
        error_code: Like ``context_length_exceeded``; OpenAI's ``error.code``.
        kind: ``error.type``.
        headers: Like ``Retry-After``, in seconds or as a date.
    """
    said = {"message": message or f"status {code}", "type": kind, "code": error_code}
    body = json.dumps({"type": "error", "error": said}).encode()
    return Raw(body, code, {"Content-Type": "application/json", **(headers or {})})


def json_answer(tree: Any, headers: Mapping[str, str] | None = None) -> Raw:
    """A 200 with JSON."""
    return Raw(
        json.dumps(tree).encode(), 200, {"Content-Type": "application/json", **(headers or {})}
    )


class WireServer(Generic[Answer]):
    """A threaded server on a free port of 127.0.0.1; a context manager.

    Requests that ask for a completion take the next answer of the queue. One that finds it empty
    is counted and gets a 418, which no policy retries, so that a test sees it.
    """

    def __init__(self, *answers: Answer) -> None:
        self._queue = list(answers)
        self._always: Callable[[Seen], Answer] | None = None
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._ending = threading.Event()
        self._open: set[socket.socket] = set()
        self.requests: list[Seen] = []
        """All requests in the order in which they came, those of other paths included."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"wire": self})
        )
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            left = list(self._open)
        for connection in left:
            with suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """Connections that are open now."""
        with self._lock:
            return len(self._open)

    def answer(self, *answers: Answer) -> None:
        """Put answers at the end of the queue."""
        with self._lock:
            self._queue += answers

    def answer_by(self, choose: Callable[[Seen], Answer]) -> None:
        """Answer whatever the queue has no answer for by the request itself."""
        self._always = choose

    def completions(self) -> list[Seen]:
        """The requests that asked for a completion."""
        with self._lock:
            return [seen for seen in self.requests if self.asks(seen)]

    @property
    def count(self) -> int:
        """How many requests asked for a completion."""
        return len(self.completions())

    @property
    def bodies(self) -> list[Any]:
        """Their bodies."""
        return [seen.body for seen in self.completions()]

    def wait_for(self, requests: int, seconds: float = 30.0) -> None:
        """Wait until so many requests have come; from a coroutine by ``asyncio.to_thread``."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.requests) >= requests, seconds):
                raise AssertionError(f"{len(self.requests)} requests came, not {requests}")

    def asks(self, seen: Seen) -> bool:
        """Whether a request asks for a completion."""
        raise NotImplementedError

    def elsewhere(self, seen: Seen) -> Raw:
        """What another path answers."""
        return status(404, f"there is nothing at {seen.path}")

    def said(self, answer: Answer, seen: Seen) -> Raw:
        """An answer of the queue in the form of the wire."""
        raise NotImplementedError

    def opened(self, connection: socket.socket) -> None:
        """A client has connected."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """It has gone."""
        with self._lock:
            self._open.discard(connection)

    def wait(self, seconds: float) -> None:
        """Until then, or until the server ends."""
        self._ending.wait(seconds)

    def take(self, seen: Seen) -> Raw | Hang | Dropped:
        """Note a request; its answer."""
        with self._came:
            self.requests.append(seen)
            self._came.notify_all()
            if not self.asks(seen):
                return self.elsewhere(seen)
            chosen = self._queue.pop(0) if self._queue else None
        if chosen is None and self._always is not None:
            chosen = self._always(seen)
        if chosen is None:
            return status(418, "the server has no more answers")
        return chosen if isinstance(chosen, Raw | Hang | Dropped) else self.said(chosen, seen)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wire: WireServer[Any]

    def setup(self) -> None:
        super().setup()
        self.wire.opened(self.connection)

    def finish(self) -> None:
        self.wire.closed(self.connection)
        with suppress(OSError):  # the client has gone
            super().finish()

    def handle(self) -> None:
        with suppress(OSError):  # likewise
            super().handle()

    def do_GET(self) -> None:
        self._answered()

    def do_POST(self) -> None:
        self._answered()

    def _answered(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        try:
            body: Any = json.loads(text) if text else None
        except ValueError:
            body = text
        headers = {name.lower(): value for name, value in self.headers.items()}
        match self.wire.take(Seen(self.command, self.path, headers, body)):
            case Raw() as raw:
                self._say(raw)
            case Hang(seconds=seconds):
                self.wire.wait(seconds)
                self.close_connection = True
            case Dropped():
                self.close_connection = True

    def _say(self, raw: Raw) -> None:
        self.send_response_only(raw.status)
        if "Date" not in raw.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in raw.headers.items():
            self.send_header(name, value)
        length = len(raw.body) if raw.length is None else raw.length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(raw.body)
        if raw.length is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Nothing on the screen of the tests."""
