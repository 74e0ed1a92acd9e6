"""Injected faults: ``--fault STEP:KIND[*n]`` makes the first attempts of a step fail (spec 3)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from conductor_core.players.script import static_address
from conductor_core.ports import Grant, Player, PlayRequest
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import facts

KINDS = {
    "timeout": "timeout.attempt",
    "network": "transport.connect",
    "rate_limit": "http.429",
    "unavailable": "http.503",
    "bad_json": "output.format",
    "low_quality": "gate.failed",
    "crash": "player.crash",
    "slow": "",
}
"""Short names → error codes. Every other error code may be written too; ``slow`` only waits."""

SLOW_S = 1.0
"""What ``slow`` waits before the player performs, seconds of the run's clock."""

_FAULT = re.compile(r"(?P<step>[^:*\s]+):(?P<kind>[A-Za-z_.0-9]+)(?:\*(?P<times>[1-9]\d{0,5}))?")


class FaultError(ValueError):
    """Text that is no fault: the fact, and what to write, which lists the kinds."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(f"{message}; {help}")
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Fault:
    """One injected fault."""

    step: str
    """Run path or static address."""
    kind: str
    """A key of ``KINDS`` or an error code."""
    times: int = 1
    """Attempts it hits, counted for each run path on its own."""

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read ``STEP:KIND[*n]``.

        Raises:
            FaultError: It is not of that form, or the kind is unknown.

        >>> Fault.parse("draft:timeout*2")
        Fault(step='draft', kind='timeout', times=2)
        """
        found = _FAULT.fullmatch(text.strip())
        if found is None:
            raise FaultError(
                f"{text!r} is not STEP:KIND or STEP:KIND*n, like draft:timeout*2", _KNOWN
            )
        kind = found["kind"]
        if kind not in KINDS and facts(kind) is None:
            meant = nearest(kind, KINDS)
            hint = f"did you mean {meant!r}? " if meant else ""
            raise FaultError(f"{kind!r} is no kind of fault", f"{hint}{_KNOWN}")
        return cls(found["step"], kind, int(found["times"] or 1))

    def error(self) -> StandardError | None:
        """What the attempt fails with; None: the player performs after a wait."""
        code = KINDS.get(self.kind, self.kind)
        return StandardError.of(code, f"injected fault: {self.kind}") if code else None


_KNOWN = f"a kind is one of {', '.join(KINDS)} or an error code"


@dataclass(slots=True)
class Faults:
    """The faults of one run, and how often each was applied."""

    faults: tuple[Fault, ...] = ()
    _applied: dict[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def parse(cls, *texts: str) -> Faults:
        """Read several ``--fault`` options.

        Raises:
            FaultError: One of them is no fault.
        """
        return cls(tuple(Fault.parse(text) for text in texts))

    def concern(self, path: str, address: str) -> bool:
        """Whether any fault names this path or address."""
        return any(fault.step in (path, address) for fault in self.faults)

    def take(self, path: str, address: str) -> Fault | None:
        """The fault of the next attempt at this path, if one is left."""
        for place, fault in enumerate(self.faults):
            applied = self._applied.get((place, path), 0)
            if fault.step in (path, address) and applied < fault.times:
                self._applied[place, path] = applied + 1
                return fault
        return None


@dataclass(frozen=True, slots=True)
class FaultedPerformer:
    """A player that the faults of its path come before."""

    player: Player
    faults: Faults

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The injected failure while there is one, then the player's own answer."""
        fault = self.faults.take(request.path, static_address(request.path))
        if fault is not None:
            error = fault.error()
            if error is not None:
                return error
            if grant.clock is None:
                await asyncio.sleep(SLOW_S)
            else:
                await grant.clock.sleep(SLOW_S, path=request.path)
        return await self.player.play(request, grant)
