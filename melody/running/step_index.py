"""The steps of a Melody by their static address, those of sub-melodies among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ir.nearest import nearest
from workflow_ir.players import CallPlayer
from workflow_ir.span import Span, span_at
from workflow_ir.steps import Call, Play, Step, Verb, every_step, layers
from workflow_ir.workflow import WorkflowIR

_OF_A_PERFORMANCE = re.compile(r"\[\d+\]|#\d+|~[\w.]+")
"""What a run path has and an address has not: places of items, iterations, auxiliary acts."""
_LAST_ID = re.compile(r"[^./]*$")


class StepIndex:
    """Finds steps by address or run path, and the places where they are written."""

    def __init__(self, ir: WorkflowIR) -> None:
        self._steps = {address: (step, home) for address, step, home in _steps_of(ir, ir, "")}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address, in file order; the steps of a sub-melody follow the step that calls it."""
        return tuple(self._steps)

    def find(self, path: str) -> Step | None:
        """The step of an address or of a run path.

        Every step of ``review[3].inner`` is found under ``review.inner``, and a step ``intro`` of
        the sub-melody that ``docs`` calls under ``docs/intro``.
        """
        found = self._steps.get(_address(path))
        return None if found is None else found[0]

    def home(self, path: str) -> WorkflowIR | None:
        """The Melody or sub-melody that the step of an address is written in."""
        found = self._steps.get(_address(path))
        return None if found is None else found[1]

    def nearest(self, name: str) -> str | None:
        """The address that a misspelt one was meant to be; the last id alone may be written."""
        by_id = {_last_id(address): address for address in reversed(self._steps)}
        if name in by_id:
            return by_id[name]
        meant = nearest(name, (*self._steps, *by_id))
        return meant if meant is None else by_id.get(meant, meant)

    def span(self, path: str) -> Span | None:
        """Where that step is written: of a sub-melody's step, in its own file."""
        step, home = self._steps.get(_address(path), (None, None))
        if step is None or home is None or step.at is None or home.file is None:
            return None
        return span_at(home.file, step.at)


def _steps_of(
    ir: WorkflowIR, home: WorkflowIR, prefix: str
) -> Iterator[tuple[str, Step, WorkflowIR]]:
    """Address, step and the Melody it is written in; ``ir`` holds all sub-melodies."""
    for step in every_step(home.root):
        address = f"{prefix}{step.address}"
        yield address, step, home
        verb = layers(step).verb
        for module in dict.fromkeys(_modules_of(home, verb)):
            yield from _steps_of(ir, ir.modules[module], f"{address}/")


def _modules_of(home: WorkflowIR, verb: Verb) -> Iterator[str]:
    """The sub-melodies that a step calls, or that its players perform with."""
    if isinstance(verb, Call):
        yield verb.module
    if not isinstance(verb, Play):
        return
    names = list(verb.players())
    for name in names:  # it grows
        player = home.players.get(name)
        if player is None:
            continue
        names += [other for other in player.fallback if other not in names]
        if isinstance(player, CallPlayer):
            yield player.module


def _address(path: str) -> str:
    return _OF_A_PERFORMANCE.sub("", path)


def _last_id(address: str) -> str:
    found = _LAST_ID.search(address)
    return "" if found is None else found[0]
