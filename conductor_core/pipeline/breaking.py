"""The guards of a provider round one attempt: its breaker and its retry tokens (spec 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conductor_core.failure.breaker import Refusal
from conductor_core.failure.deadline import Limits
from conductor_core.failure.target import Target
from conductor_core.limits.target_breaker import Admission, Change, TargetBreaker
from conductor_core.performance import Going
from conductor_core.stage import Stage
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Breaker, Policy, Throttle


@dataclass(frozen=True, slots=True)
class Admitted:
    """An attempt that was let through."""

    going: Going
    permit: Admission | None
    """None: the target has no breaker."""

    def tell(self, answer: Success | StandardError) -> None:
        """What the player answered, for the breaker and the retry tokens of its target."""
        going = self.going
        target, stage, policy = going.progress.part.target, going.stage, going.task.guard.policy
        tokens = throttle_of(target, policy, stage)
        if tokens is not None:
            guard = stage.guards.throttle(target, tokens)
            guard.record(answer)
            going.progress.retry_token = guard.allows_retry
        if self.permit is not None:
            change = self.permit.settle(answer, of_model=target.provider != "http")
            if change is not None:
                _tell(going, change)


@contextmanager
def admitted(going: Going, limits: Limits) -> Iterator[Admitted | StandardError]:
    """Let an attempt through, or refuse it with ``breaker.open``.

    Whoever leaves without telling the outcome, cancelled say, gives the permit back.
    """
    stage, part = going.stage, going.progress.part
    breaker = breaker_to(part.target, going.task.guard.policy, stage)
    if breaker is None:
        yield Admitted(going, None)
        return
    seconds, _ = limits.tightest(stage.clock.now())
    permit = breaker.admit(lease_s=max(seconds, 0.0))
    if isinstance(permit, Refusal):
        yield _refusal(going, permit)
        return
    if permit.change is not None:
        _tell(going, permit.change)
    with permit:
        yield Admitted(going, permit)


def breaker_to(target: Target, policy: Policy, stage: Stage) -> TargetBreaker | None:
    """The breaker of a target; None where none acts.

    Unasked it acts on services of others only, and never where players follow a script or a seed
    (spec 8, Scripts).
    """
    rules = policy.breaker
    if rules is None and target.remote and not stage.context.repeatable:
        rules = Breaker()
    return None if rules is None else stage.guards.breaker(target, rules)


def throttle_of(target: Target, policy: Policy, stage: Stage) -> Throttle | None:
    """The retry tokens of a target; None where none act. Unasked likewise."""
    rules = policy.throttle
    if rules is None and target.remote and not stage.context.repeatable:
        rules = Throttle()
    return rules


def _refusal(going: Going, refusal: Refusal) -> StandardError:
    target = going.progress.part.target
    after = refusal.retry_after_s
    going.stage.emit(
        EventKind.BREAKER,
        going.task.path,
        target=shown(target),
        state=refusal.state.value,
        refused=True,
        retry_after_s=after,
    )
    wait = "" if after is None else f"; it is tried again in {after:.3g} s"
    return StandardError.of(
        "breaker.open",
        f"{shown(target)} has failed too often and is left alone{wait}",
        origin="conductor",
        retry_after_s=after,
    )


def _tell(going: Going, change: Change) -> None:
    target = going.progress.part.target
    going.stage.emit(
        EventKind.BREAKER,
        going.task.path,
        target=shown(target),
        state=change.after.value,
        before=change.before.value,
        refused=False,
    )


def shown(target: Target) -> str:
    """A target as people read it; never its credential."""
    return f"{target.provider}/{target.endpoint}"
