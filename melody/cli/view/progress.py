"""The state of a run as its events tell it; both views and the summary read it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from melody.cli.view.words import of_agents, tool_words, waiting_words
from workflow_ir.events import Event, EventKind


@dataclass(slots=True)
class Row:
    """One performance."""

    path: str
    depth: int = 0
    label: str = ""
    """The path without that of the step above."""
    status: str = "pending"
    player: str | None = None
    attempt: int = 0
    began: float | None = None
    ended: float | None = None
    note: str = ""
    """The arm taken, or how the last failure was answered."""
    doing: str = ""
    """What its agent did last."""
    waits_for: str = ""
    """What it waits for, in words; empty while it does not."""
    question: dict[str, Any] | None = None
    """The last thing it asked a person, or the event it waits for."""
    synthetic: bool = False
    degraded: bool = False
    """It goes on with less than was asked for."""
    provenance: str | None = None
    """``inferred`` or ``given``: nobody was asked for it in the usual way."""
    error: dict[str, Any] | None = None
    trail: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    """Facts of each failed attempt and of the decision about it."""


@dataclass(slots=True)
class Progress:
    """Follows a run; implements ``ports.Journal``."""

    rows: dict[str, Row] = field(default_factory=dict)
    """By run path; parents before their children, in the order of the file at the top."""
    run: str = ""
    status: str = "running"
    began: float = 0.0
    virtual: bool = False
    not_undone: list[str] = field(default_factory=list)
    """Steps that the run was to undo and had no time for."""
    notices: list[tuple[str, list[str]]] = field(default_factory=list)
    """Steps that have failed, and who is to be told."""
    _moment: float = 0.0
    _heard: float = 0.0
    _failure: dict[str, Any] = field(default_factory=dict)

    def expect(self, paths: Iterable[str]) -> None:
        """Show steps as pending before they start."""
        for path in paths:
            self._row(path)

    def append(self, event: Event) -> None:
        """Take one event in."""
        self._moment, self._heard = event.time, time.monotonic()
        facts = event.facts
        match event.kind:
            case EventKind.RUN_STARTED:
                self.run, self.began = event.run, event.time
            case EventKind.STEP_STARTED:
                row = self._row(event.path)
                row.status, row.began = "running", event.time
            case EventKind.ATTEMPT_STARTED:
                row = self._row(event.path)
                row.attempt, row.player = facts["n"], facts["player"]
            case EventKind.ATTEMPT_FAILED:
                error = facts["error"]
                self._failure[event.path] = {
                    "n": facts["n"], "player": facts["player"], "error": error.to_json(),
                }  # fmt: skip
            case EventKind.DECISION:
                failure = self._failure.pop(event.path, {})
                self._row(event.path).trail.append((failure, dict(facts)))
            case EventKind.BRANCH_TAKEN:
                self._row(event.path).note = facts["arm"] or "no arm holds"
            case EventKind.ROUTED | EventKind.REROUTED:
                self._row(event.path).player = facts.get("player")
            case EventKind.MODEL_CALLED:
                self._row(asking_step(event.path)).doing = "asks its model"
            case EventKind.TOOL_USED:
                self._row(asking_step(event.path)).doing = tool_words(facts)
            case EventKind.WAITING:
                row = self._row(asking_step(event.path))
                row.status, row.waits_for = "waiting", waiting_words(facts)
                row.question = facts.get("question")
            case EventKind.ANSWERED:
                row = self._row(asking_step(event.path))
                row.status, row.waits_for = "running", ""
            case EventKind.STEP_FINISHED:
                self._finish(self._row(event.path), facts["record"], event.time)
            case EventKind.NOTICE:
                self.notices.append((event.path, list(facts["to"])))
            case EventKind.RUN_FINISHED:
                self.status, self.not_undone = facts["status"], facts.get("not_undone", [])
            case _:
                pass

    def now(self) -> float:
        """The run's time: that of the last event, and what passed since if time is real."""
        passed = 0.0 if self.virtual or not self._heard else time.monotonic() - self._heard
        return self._moment + passed

    def elapsed(self, row: Row) -> float | None:
        """Seconds from the start of a row to its end or to now."""
        if row.began is None:
            return None
        return (self.now() if row.ended is None else row.ended) - row.began

    def synthetic(self) -> Iterator[str]:
        """Paths of the steps that an offline model answered."""
        return (row.path for row in self.rows.values() if row.synthetic)

    def _finish(self, row: Row, record: dict[str, Any], moment: float) -> None:
        row.status, row.ended, row.waits_for = record["status"], moment, ""
        row.synthetic = bool(record.get("synthetic"))
        row.degraded = bool(record.get("degraded"))
        row.provenance = record.get("provenance")
        row.error = record.get("error")
        row.player = record.get("player", row.player)

    def _row(self, path: str) -> Row:
        found = self.rows.get(path)
        if found is not None:
            return found
        parent = self._parent(path)
        row = Row(path, label=path)
        if parent is None:
            self.rows[path] = row
            return row
        row.depth, row.label = parent.depth + 1, path[len(parent.path) :].lstrip("./~")
        self._insert_below(parent, row)
        return row

    def _parent(self, path: str) -> Row | None:
        for place in range(len(path) - 1, 0, -1):
            if path[place] in ".[#/~" and path[:place] in self.rows:
                return self.rows[path[:place]]
        return None

    def _insert_below(self, parent: Row, row: Row) -> None:
        """After the last row that stands below the parent."""
        order = list(self.rows.values())
        place = order.index(parent) + 1
        while place < len(order) and order[place].depth > parent.depth:
            place += 1
        order.insert(place, row)
        self.rows = {each.path: each for each in order}


def asking_step(path: str) -> str:
    """The step that asks: a person at ``PATH~escalate``, as an agent at ``PATH~tool.2``."""
    return path.removesuffix(of_agents(path)).removesuffix("~escalate")
