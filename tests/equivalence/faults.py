"""Planted faults of the failure layer: each is in force on one backend only.

The layer is shared, so a fault is patched in while that backend runs and taken out after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from conductor_core import perform as performing
from conductor_core.attempt import attempt
from conductor_core.failure import ladder
from conductor_core.failure.ladder import decide
from conductor_core.failure.situation import Decision, Situation
from conductor_core.failure.strikes import strike
from conductor_core.failure.wait import wait_before_retry
from conductor_core.kinds import play as playing
from conductor_core.performance import Going, Part, Performance, Way
from conductor_core.pipeline import backstage
from conductor_core.recovery import fallback as falling_back
from conductor_core.recovery import situation as situating
from conductor_core.recovery.rungs import RUNGS
from conductor_core.stage import Stage
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Rung
from workflow_ir.result import Attempt, StepRecord, StepStatus
from workflow_ir.taxonomy import ErrorClass

Fault = Callable[[], AbstractContextManager[object]]


def performed_again() -> AbstractContextManager[object]:
    """The framework tries a node again whose step has failed, as its own retry policy would."""
    right = performing.perform

    async def perform(task: Performance, record: StepRecord, stage: Stage) -> None:
        await right(task, record, stage)
        if record.status is StepStatus.FAILED:
            record.status, record.error = StepStatus.RUNNING, None
            await right(task, record, stage)

    return patch.object(playing, "perform", perform)


def decision_swallowed() -> AbstractContextManager[object]:
    """An attempt that is tried again is not listed."""
    right = performing.tell

    def tell(going: Going, error: StandardError, decision: Decision) -> None:
        right(going, error, decision)
        if decision.rung is Rung.RETRY:
            del going.record.attempts[-1:]

    return patch.object(performing, "tell", tell)


def decision_not_recorded() -> AbstractContextManager[object]:
    """What is decided is done and listed, but the journal is not told of it."""
    right = Stage.emit

    def emit(self: Stage, kind: EventKind, path: str = "", **facts: Any) -> None:
        if kind is not EventKind.DECISION:
            right(self, kind, path, **facts)

    return patch.object(Stage, "emit", emit)


def delay_rounded() -> AbstractContextManager[object]:
    """Whole seconds are waited."""
    right = wait_before_retry
    return patch.object(ladder, "wait_before_retry", lambda at: float(round(right(at))))


def delay_not_waited() -> AbstractContextManager[object]:
    """The delay is told and nobody waits."""

    async def retry(going: Going, error: StandardError, decision: Decision) -> Way:
        return Way.AGAIN

    return patch.object(performing, "RUNGS", {**RUNGS, Rung.RETRY: retry})


def numbered_anew() -> AbstractContextManager[object]:
    """Each player's attempts are counted from 1."""
    right = falling_back.hand_over

    def hand_over(going: Going, error: StandardError, part: Part, others: list[Part]) -> None:
        right(going, error, part, others)
        going.progress.n = 0

    return patch.object(falling_back, "hand_over", hand_over)


def class_changed() -> AbstractContextManager[object]:
    """An error that went through the framework has lost its class."""

    async def changed(*args: Any, **named: Any) -> Success | StandardError:
        answer = await attempt(*args, **named)
        if isinstance(answer, StandardError) and answer.code.startswith("http.5"):
            return answer.replace(error_class=ErrorClass.TRANSIENT)
        return answer

    return patch.object(backstage, "attempt", changed)


def code_flattened() -> AbstractContextManager[object]:
    """Every trouble of a connection is told by one code; class and decision stay."""

    def listed(n: int, player: str, outcome: Any, error: Any = None, *rest: Any) -> Attempt:
        if error is not None and error.code == "transport.read":
            error = error.replace(code="transport.connect")
        return Attempt(n, player, outcome, error, *rest)

    return patch.object(performing, "Attempt", listed)


def other_jitter() -> AbstractContextManager[object]:
    """Delays are drawn from a source of the framework's own."""
    return patch.object(situating, "rng_for", lambda *_: random.Random(0))


def allowance_goes_on() -> AbstractContextManager[object]:
    """The next player begins with the failures of the one before."""
    right = falling_back.hand_over

    def hand_over(going: Going, error: StandardError, part: Part, others: list[Part]) -> None:
        failures = going.progress.failures
        right(going, error, part, others)
        going.progress.failures = failures
        going.progress.by_rule[0] = failures

    return patch.object(falling_back, "hand_over", hand_over)


def reasons_left_out() -> AbstractContextManager[object]:
    """The rungs that were struck are not told."""

    def silent(at: Situation) -> Decision:
        return replace(decide(at), rejected=())

    return patch.object(performing, "decide", silent)


def one_rung_later() -> AbstractContextManager[object]:
    """The allowance is one attempt larger."""

    def lenient(rung: Rung, at: Situation) -> str | None:
        reason = strike(rung, at)
        last = rung is Rung.RETRY and reason == "attempts_exhausted" and at.failures <= 3
        return None if last else reason

    return patch.object(ladder, "strike", lenient)


def retried_by_langgraph() -> AbstractContextManager[object]:
    """LangGraph's real retry policy on every node."""
    from langgraph.graph import StateGraph
    from langgraph.types import RetryPolicy

    right = StateGraph.add_node
    again = RetryPolicy(max_attempts=2, initial_interval=0, jitter=False, retry_on=Exception)

    def add_node(self: Any, name: str, action: Any, **named: Any) -> Any:
        return right(self, name, action, **{**named, "retry_policy": again})

    return patch.object(StateGraph, "add_node", add_node)


Named = dict[str, tuple[str, Fault]]

FAULTS: Named = {
    "a failed step performed again": ("transient_network fail 1", performed_again),
    "an attempt swallowed": ("transient_network retry 1", decision_swallowed),
    "a decision not recorded": ("backend_failure fallback 2", decision_not_recorded),
    "delays rounded": ("transient_network retry 2", delay_rounded),
    "delays told but not waited": ("resource_constraint retry 1", delay_not_waited),
    "attempts numbered anew": ("backend_failure fallback 1", numbered_anew),
    "the class of an error changed": ("backend_failure skip 1", class_changed),
    "a code flattened": ("transient_network fallback 1", code_flattened),
    "jitter of another source": ("transient_network retry 2", other_jitter),
    "an allowance that goes on": ("transient_network fallback 1", allowance_goes_on),
    "reasons left out": ("permanent skip 1", reasons_left_out),
    "one attempt too many": ("transient_network skip 1", one_rung_later),
}
"""By what is wrong: the script of the grid that must notice, and the fault."""
