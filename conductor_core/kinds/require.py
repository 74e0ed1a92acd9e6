"""``require``: a condition about services and the machine that must hold when a step starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from conductor_core.kinds.rest import rest
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.steps import Require

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run

LONGEST_S = 60.0
"""Between two readings, seconds; the first waits are 1, 2, 4 …"""


async def require(run: Run, required: Require, frame: Frame) -> None:
    """Read until it holds, at most for the step's ``total_timeout``; without one, once.

    Raises:
        StepFault: ``unable_to_complete``: it does not hold.
    """
    clock = run.stage.clock
    total = None if frame.guard is None else frame.guard.policy.total_timeout_s
    ends = clock.now() + (total or 0.0)
    delay = 1.0
    while not _holds(run, required, frame):
        left = round(ends - clock.now(), 6)
        if left <= 0:
            text = f"the requirement does not hold: {required.condition.source}"
            raise StepFault(StandardError.of("unable_to_complete", text, origin="conductor"))
        await rest(run, frame, min(delay, left), "require")
        delay = min(LONGEST_S, 2 * delay)


def _holds(run: Run, required: Require, frame: Frame) -> bool:
    read = _Readings(run, frame)
    env = frame.env.adding(host=_Host(read), __health__=read.health)
    holds = run.stage.evaluator.value(required.condition)(env)
    if not isinstance(holds, bool):
        source = required.condition.source
        raise EvaluationError("expression.type", f"`require` gave no boolean: {source}")
    return holds


class _Readings:
    """What one evaluation reads: everything once, and all of it in the journal."""

    def __init__(self, run: Run, frame: Frame) -> None:
        self._run = run
        self._frame = frame
        self._health: dict[str, bool] = {}
        self._host: Mapping[str, float] | None = None
        self._told: set[str] = set()

    def health(self, name: str) -> bool:
        if name not in self._health:
            self._health[name] = self._run.stage.context.readings.health(name)
            self._tell(f"health({name})", self._health[name])
        return self._health[name]

    def host(self) -> Mapping[str, float]:
        if self._host is None:
            self._host = self._run.stage.context.readings.host()
        return self._host

    def of_host(self, name: str) -> float:
        value = self.host()[name]
        self._tell(f"host.{name}", value)
        return value

    def _tell(self, name: str, value: float) -> None:
        if name not in self._told:
            self._told.add(name)
            self._run.stage.emit(EventKind.READING, self._frame.path, name=name, value=value)


class _Host(Mapping[str, float]):
    """``host`` as expressions see it."""

    def __init__(self, read: _Readings) -> None:
        self._read = read

    def __getitem__(self, name: str) -> float:
        return self._read.of_host(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._read.host())

    def __len__(self) -> int:
        return len(self._read.host())
