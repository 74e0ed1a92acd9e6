"""Files that Melody writes for people: what a person has changed since is not overwritten.

A ledger remembers the digest of each file as it was written. A file that is still the same may be
written again; any other one is somebody's work.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conductor_core.journal.jsonl import FOLDER
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

LEDGER = FOLDER.parent / "written.json"
"""Under the project's folder: absolute path → digest."""


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """The ledger of one project."""

    project: Path

    def write(self, path: Path, text: str, *, force: bool = False) -> None:
        """Write a file and remember it.

        Raises:
            DiagnosticsError: MEL508: a person has changed it; MEL507: it cannot be written.
        """
        data = text.encode("utf-8", "surrogatepass")
        try:
            if not force and path.exists() and self._is_somebodys(path, data):
                raise _refusal(
                    "MEL508",
                    f"`{path}` was not written by melody, or has been changed since",
                    "pass `--force` to overwrite it, `-o DIR` to write elsewhere, or `--stdout`",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise _refusal(
                "MEL507",
                f"`{path}` cannot be written: {error.strerror}",
                "write elsewhere with `-o DIR`",
            ) from error
        with suppress(OSError):  # without a ledger the next time asks for --force
            self._remember(path, data)

    def _is_somebodys(self, path: Path, data: bytes) -> bool:
        present = path.read_bytes()
        return present != data and self._known().get(_key(path)) != _digest(present)

    def _known(self) -> dict[str, str]:
        try:
            known = json.loads((self.project / LEDGER).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _remember(self, path: Path, data: bytes) -> None:
        ledger = self.project / LEDGER
        if not ledger.parent.is_dir():
            ledger.parent.mkdir(mode=0o700)
            (ledger.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        known = {**self._known(), _key(path): _digest(data)}
        fresh = ledger.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        fresh.replace(ledger)


def _key(path: Path) -> str:
    return str(path.resolve())


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _refusal(code: str, message: str, help_: str) -> DiagnosticsError:
    return DiagnosticsError([diagnose(code, message, None, help=help_)])
