"""A python player at the isolation that holds for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conductor_core.players.isolation.isolated import IsolatedPerformer
from conductor_core.players.python import PythonPerformer
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success

Level = Literal["inline", "thread", "worker", "process"]


@dataclass(frozen=True, slots=True)
class ChosenPerformer:
    """Performs in this process or in another one.

    A player that says nothing of itself performs here if it is the project's own, and in a worker
    if it is not (spec 4, Enforcement), or if bounds hold for it that only a process can keep.
    """

    written: Level | None
    own: bool
    """It is the project's own."""
    inside: PythonPerformer
    outside: IsolatedPerformer

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The player's answer."""
        bounded = grant.memory_bytes is not None or grant.cpu is not None
        if bounded and self.written in {"inline", "thread"}:
            return StandardError.of(
                "config.invalid",
                f"player {request.player!r} has `isolation: {self.written}`, where no bound of"
                " memory or processor time can hold; write `worker` or `process`, or nothing",
                origin="conductor",
            )
        return await self._at(bounded=bounded).play(request, grant)

    async def preload(self) -> None:
        """Make ready what the first call would wait for."""
        await self._at(bounded=False).preload()

    @property
    def left_behind(self) -> bool:
        """Whether a call of it goes on that was told to stop."""
        return self.inside.quarantine.left_behind

    def close(self) -> None:
        """End its processes."""
        self.outside.close()

    def _at(self, *, bounded: bool) -> PythonPerformer | IsolatedPerformer:
        apart = self.written in {"worker", "process"}
        if self.written is None:
            apart = bounded or not self.own
        return self.outside if apart else self.inside
