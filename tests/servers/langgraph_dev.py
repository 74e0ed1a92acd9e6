"""`langgraph dev`, started once for a test file on a free port of loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.architecture.repository import ROOT

SERVER = ROOT / ".venv-langgraph-server" / "bin" / "python"
"""An environment of its own because of the server's licence; `make test` builds it."""

READY_S = 120.0
"""How long a slow machine may take to import the server, real seconds."""


@dataclass(frozen=True, slots=True)
class Server:
    """The API of a server that is up."""

    client: httpx.Client
    log: Path

    def post(self, path: str, **body: Any) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def stream(self, path: str, **body: Any) -> list[tuple[str, Any]]:
        """The server-sent events of a run: kind and data."""
        with self.client.stream("POST", path, json=body) as answer:
            lines = list(answer.iter_lines())
        kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
        data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        return list(zip(kinds, data, strict=True))

    def said(self) -> str:
        return self.log.read_text("utf-8")


@contextmanager
def served(folder: Path, home: Path, *, installed: Path = ROOT) -> Iterator[Server]:
    """Serve the graphs that `langgraph.json` in the folder names.

    Args:
        folder: Of the project.
        home: An empty folder, for what the server writes.
        installed: Where its packages are found, beside those of the server's environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home / "server.log"
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(SERVER), "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload",
             "--port", str(port)],
            cwd=folder,
            env={
                **kept,
                "HOME": str(home),
                "PYTHONPATH": str(installed),
                "PYTHONDONTWRITEBYTECODE": "1",
                "LANGSMITH_TRACING": "false",
                "LANGGRAPH_CLI_NO_ANALYTICS": "1",
                "NO_COLOR": "1",
            },
            stdout=written,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # so that its children can be ended with it
        )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=READY_S) as client:
            _wait_until_ready(client, process, log)
            yield Server(client, log)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_S
    while True:
        with suppress(httpx.TransportError):
            if client.get("/ok").is_success:
                return
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.2)
