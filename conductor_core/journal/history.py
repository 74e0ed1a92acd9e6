"""How players have done in earlier runs: ``.melody/history.db`` in the project's folder (SQLite).

Read once when a run begins and written once when it has ended, so nothing of a run changes its own
decisions. Several runs may do so at the same time. It is advice, never a condition: a file that
cannot be read or written is told of once, and the run goes on without it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.failure.history import Tally
from conductor_core.journal.jsonl import make_private
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass, FaultDomain

FILE = Path(".melody") / "history.db"
"""Under the project's folder."""

BUSY_S = 2.0
"""How long another process's writing is waited for, seconds."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS tally (player TEXT PRIMARY KEY, successes REAL NOT NULL,"
    " failures REAL NOT NULL, seconds REAL NOT NULL)"
)
_UPDATE = "INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?)"


class HistoryError(Exception):
    """The file cannot be used; what a user is told."""


@dataclass(frozen=True, slots=True)
class History:
    """The file of one project."""

    path: Path

    def read(self) -> dict[str, Tally]:
        """How each player has done; empty where there is no file yet.

        Raises:
            HistoryError: It is damaged or cannot be read.
        """
        if not self.path.exists():
            return {}
        with self._told("read"), closing(self._open(writing=False)) as db:
            return dict(_tallies(db))

    def add(self, ended: Mapping[str, list[tuple[bool, float]]]) -> None:
        """Count the attempts of a run that has ended, in their order.

        Args:
            ended: By player: whether each attempt succeeded, and its seconds.

        Raises:
            HistoryError: It is damaged or cannot be written.
        """
        if not ended:
            return
        with self._told("write"):
            make_private(self.path.parent)
            with closing(self._open(writing=True)) as db, db:
                db.execute("BEGIN IMMEDIATE")  # from here on nobody else changes what is read
                db.execute(_TABLE)
                known = dict(_tallies(db))
                for player, attempts in ended.items():
                    tally = known.get(player, Tally())
                    for succeeded, seconds in attempts:
                        tally = tally.after(succeeded=succeeded, seconds=seconds)
                    db.execute(_UPDATE, (player, *tally))

    def _open(self, *, writing: bool) -> sqlite3.Connection:
        if writing:  # made by us, so that only its owner can read it
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        address = f"{self.path.resolve().as_uri()}?mode={'rw' if writing else 'ro'}"
        return sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            raise HistoryError(f"cannot {what} {self.path}: {error}") from error


def _tallies(db: sqlite3.Connection) -> Iterator[tuple[str, Tally]]:
    known = db.execute("SELECT name FROM sqlite_schema WHERE name = 'tally'").fetchone()
    if known is None:
        return
    for player, *numbers in db.execute("SELECT player, successes, failures, seconds FROM tally"):
        tally = Tally(*map(float, numbers))
        if min(tally) < 0:
            raise ValueError(f"the tally of {player!r} is below zero")
        yield player, tally


@dataclass(slots=True)
class Attempts:
    """Counts the attempts of one run as its events come; implements ``ports.Journal``.

    What says nothing of the player is left out: what was cancelled, what its input or policy
    brought about, and what was never sent.
    """

    ended: dict[str, list[tuple[bool, float]]] = field(default_factory=dict)
    """By player, in order: whether it succeeded, and its seconds."""
    _began: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)

    def append(self, event: Event) -> None:
        """Look at one event."""
        if event.kind is EventKind.ATTEMPT_STARTED:
            key = (event.path, event.facts["n"])
            self._began[key] = (event.facts["player"], event.time)
        elif event.kind is EventKind.ATTEMPT_FAILED:
            self._failed(event)
        elif event.kind is EventKind.STEP_FINISHED:
            self._finished(event)

    def _failed(self, event: Event) -> None:
        began = self._began.pop((event.path, event.facts["n"]), None)
        error = event.facts["error"]
        if began is not None and isinstance(error, StandardError) and _of_player(error):
            self._count(began, event.time, succeeded=False)

    def _finished(self, event: Event) -> None:
        for row in event.facts["record"].get("attempts", ()):
            began = self._began.pop((event.path, row["n"]), None)
            if began is not None and row["outcome"] == "success":
                self._count(began, event.time, succeeded=True)

    def _count(self, began: tuple[str, float], now: float, *, succeeded: bool) -> None:
        player, then = began
        self.ended.setdefault(player, []).append((succeeded, max(0.0, now - then)))


_SAYS_NOTHING = frozenset({FaultDomain.INPUT, FaultDomain.POLICY, FaultDomain.HOST})


def _of_player(error: StandardError) -> bool:
    killed = error.code.startswith("policy.") and error.error_class is ErrorClass.ORCHESTRATION
    if error.error_class is ErrorClass.CANCELLED:
        return False
    return killed or error.fault_domain not in _SAYS_NOTHING
