"""The result of a run: the normal form in which backends are compared (spec 3, spec 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from workflow_ir.outcome import Gap, StandardError

RUN_SCHEMA = "melody.run/1"


class StepStatus(StrEnum):
    """The states of a step."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    """For a person, an event or a time."""
    SUCCEEDED = "succeeded"
    RECOVERED = "recovered"
    """Succeeded, but not by the first player at the first attempt with the first parameters."""
    GAP = "gap"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def settled(self) -> bool:
        """Nothing more will happen to it."""
        return self not in (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)

    @property
    def ok(self) -> bool:
        """Succeeded or recovered only (spec 8)."""
        return self in (StepStatus.SUCCEEDED, StepStatus.RECOVERED)


class RunStatus(StrEnum):
    """The states of a run; worst wins in the order they stand here."""

    SUCCEEDED = "succeeded"
    RECOVERED = "recovered"
    DEGRADED = "degraded"
    """Finished with gaps or tolerated failures."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of one player at a step."""

    n: int
    """Counts from 1 through all players of the step."""
    player: str
    outcome: Literal["success", "error", "cancelled"]
    error: StandardError | None = None
    decision: str | None = None
    """What was done about the failure: a ``Rung`` word."""
    delay_s: float = 0.0
    """Wait before the next attempt, seconds."""

    def to_json(self) -> dict[str, Any]:
        """The form of spec 3."""
        tree: dict[str, Any] = {"n": self.n, "player": self.player, "outcome": self.outcome}
        if self.error is not None:
            tree["error"] = self.error.brief()
        if self.decision is not None:
            tree["decision"] = self.decision
            tree["delay_s"] = round(self.delay_s, 6)
        return tree

    def to_record(self) -> dict[str, Any]:
        """Everything, for journals and framework state."""
        tree = self.to_json()
        if self.error is not None:
            tree["error"] = self.error.to_json()
        return tree

    @classmethod
    def from_record(cls, tree: dict[str, Any]) -> Attempt:
        """Read what ``to_record`` gave."""
        error = tree.get("error")
        return cls(
            n=tree["n"],
            player=tree["player"],
            outcome=tree["outcome"],
            error=None if error is None else StandardError.from_json(error),
            decision=tree.get("decision"),
            delay_s=tree.get("delay_s", 0.0),
        )


@dataclass(slots=True)
class StepRecord:
    """What is known of one performance; the conductor is its only writer."""

    path: str
    status: StepStatus = StepStatus.PENDING
    output: Any = None
    error: StandardError | None = None
    attempts: list[Attempt] = field(default_factory=list)
    player: str | None = None
    branch: str | None = None
    """Of a branch: the arm taken."""
    failed: list[int | str] | None = None
    """Of a map: the places that failed."""
    succeeded: int | None = None
    """Of a map: how many succeeded."""
    synthetic: bool = False
    exhausted: bool = False
    """Of a loop with ``on_max: accept``: it ended at its maximum."""
    degraded: bool = False
    """It goes on with less than was asked for: a player lowered its precision, or another one hid
    a bug or a refused credential."""
    provenance: Literal["inferred", "given"] | None = None
    """``inferred``: reconstructed from a later artifact; ``given``: handed in with ``--have``."""

    @property
    def tolerated(self) -> bool:
        """It finished although parts of it failed; its output was not made without them."""
        return self.status.ok and bool(self.failed) and self.provenance is None

    def to_json(self) -> dict[str, Any]:
        """The entry of ``steps`` in the run object: empty facts are left out."""
        tree: dict[str, Any] = {"status": self.status.value}
        if self.player is not None:
            tree["player"] = self.player
        if self.branch is not None:
            tree["branch"] = self.branch
        if self.status is not StepStatus.PENDING:
            tree["output"] = self.output
        if self.error is not None:
            tree["error"] = {**self.error.brief(), "message": self.error.message}
        if self.attempts:
            tree["attempts"] = [attempt.to_json() for attempt in self.attempts]
        if self.failed is not None:
            tree["failed"] = list(self.failed)
        if self.succeeded is not None:
            tree["succeeded"] = self.succeeded
        if self.synthetic:
            tree["synthetic"] = True
        if self.exhausted:
            tree["exhausted"] = True
        if self.degraded:
            tree["degraded"] = True
        if self.provenance is not None:
            tree["provenance"] = self.provenance
        return tree

    def to_record(self) -> dict[str, Any]:
        """Everything as plain JSON, for framework state and journals."""
        tree = self.to_json()
        tree["path"] = self.path
        tree["output"] = self.output
        if self.error is not None:
            tree["error"] = self.error.to_json()
        if self.attempts:
            tree["attempts"] = [attempt.to_record() for attempt in self.attempts]
        return tree

    @classmethod
    def from_record(cls, tree: dict[str, Any]) -> StepRecord:
        """Read what ``to_record`` gave."""
        error = tree.get("error")
        return cls(
            path=tree["path"],
            status=StepStatus(tree["status"]),
            output=tree.get("output"),
            error=None if error is None else StandardError.from_json(error),
            attempts=[Attempt.from_record(row) for row in tree.get("attempts", ())],
            player=tree.get("player"),
            branch=tree.get("branch"),
            failed=tree.get("failed"),
            succeeded=tree.get("succeeded"),
            synthetic=tree.get("synthetic", False),
            exhausted=tree.get("exhausted", False),
            degraded=tree.get("degraded", False),
            provenance=tree.get("provenance"),
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used."""

    usd: float = 0.0
    tokens: int = 0
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RunResult:
    """One finished run."""

    run: str
    melody: str
    ir: str
    """Hash of the IR that ran."""
    backend: str
    status: RunStatus
    outputs: dict[str, Any]
    error: StandardError | None
    failed_step: str | None
    """Run path of the step whose failure ended the run."""
    steps: dict[str, StepRecord]
    """By run path; every step whose scope was entered (spec 8, Results)."""
    gaps: tuple[Gap, ...] = ()
    usage: Usage = Usage()
    entries: dict[str, int] = field(default_factory=dict)
    """How often the backend entered each graph node; not part of the normal form."""

    def to_json(self) -> dict[str, Any]:
        """The object that ``melody run --json`` prints (spec 3)."""
        error: dict[str, Any] | None = None
        if self.error is not None:
            error = {**self.error.brief(), "message": self.error.message}
            if self.failed_step is not None:
                error["step"] = self.failed_step
        return {
            "schema": RUN_SCHEMA,
            "run": self.run,
            "melody": self.melody,
            "ir": self.ir,
            "backend": self.backend,
            "status": self.status.value,
            "outputs": self.outputs,
            "error": error,
            "steps": {path: record.to_json() for path, record in self.steps.items()},
            "gaps": [gap.to_json() for gap in self.gaps],
            "usage": {
                "usd": round(self.usage.usd, 6),
                "tokens": self.usage.tokens,
                "wall_s": round(self.usage.wall_s, 3),
            },
        }

    def normal_form(self) -> dict[str, Any]:
        """The run object without what may differ between backends (spec 3, Equivalence)."""
        tree = self.to_json()
        del tree["run"], tree["backend"]
        del tree["usage"]["wall_s"]
        return tree
