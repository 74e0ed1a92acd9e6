"""``require``: a condition about services and the machine that must hold when a step starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from conductor_core.kinds.rest import rest
from conductor_core.players.own_thread import own_thread
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.steps import Require

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.ports import Readings
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
    while not await _holds(run, required, frame):
        left = round(ends - clock.now(), 6)
        if left <= 0:
            text = f"the requirement does not hold: {required.condition.source}"
            raise StepFault(StandardError.of("unable_to_complete", text, origin="conductor"))
        await rest(run, frame, min(delay, left), "require")
        delay = min(LONGEST_S, 2 * delay)


async def _holds(run: Run, required: Require, frame: Frame) -> bool:
    readings = run.stage.context.readings
    read = _Readings(readings)
    env = frame.env.adding(host=_Host(read), __health__=read.health)

    def evaluated() -> object:
        return run.stage.evaluator.value(required.condition)(env)

    try:
        # What reads files may not do so on the loop; a script's readings take no turn of it.
        holds = await own_thread(evaluated) if readings.blocks else evaluated()
    finally:
        for name, value in read.told.items():
            run.stage.emit(EventKind.READING, frame.path, name=name, value=value)
    if not isinstance(holds, bool):
        source = required.condition.source
        raise EvaluationError("expression.type", f"`require` gave no boolean: {source}")
    return holds


class _Readings:
    """What one evaluation reads: everything once, and all of it is told."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._host: Mapping[str, float] | None = None
        self.told: dict[str, float] = {}

    def health(self, name: str) -> bool:
        known = f"health({name})"
        if known not in self.told:
            self.told[known] = self._readings.health(name)
        return bool(self.told[known])

    def host(self) -> Mapping[str, float]:
        if self._host is None:
            self._host = self._readings.host()
        return self._host

    def of_host(self, name: str) -> float:
        self.told[f"host.{name}"] = self.host()[name]
        return self.told[f"host.{name}"]


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
