"""The breaker against a small model of its own, event by event, in whatever order they come."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from conductor_core.failure.breaker import Circuit, Permit, Refusal
from conductor_core.failure.breaker_result import Result
from conductor_core.failure.breaker_rules import IllegalTransition, Rules, State

WINDOW_S, OPEN_S, LONGEST_S, LEASE_S = 10, 5, 20, 7


@dataclass(eq=False)
class Call:
    """A call of the model."""

    turn: int
    lease_ends: int


@dataclass
class Model:
    """What spec 4 says, with plain lists and whole seconds."""

    calls: int
    share: float
    probes: int
    ramp: tuple[float, ...]
    now: int = 0
    mode: str = "closed"
    turn: int = 0
    """Another one after each change of mode."""
    ended: list[tuple[int, bool]] = field(default_factory=list)
    openings: int = 0
    open_until: int = 0
    out: list[Call] = field(default_factory=list)
    good: int = 0
    bad: int = 0
    asked: int = 0
    spare: int = 0
    step: int = 0

    def go(self, mode: str) -> None:
        self.mode, self.turn, self.out = mode, self.turn + 1, []
        self.good = self.bad = self.asked = self.spare = self.step = 0
        if mode == "open":
            self.open_until = self.now + min(LONGEST_S, OPEN_S * 2**self.openings)
            self.openings += 1
        if mode in {"closed", "forced_open", "disabled"}:
            self.openings, self.ended = 0, []

    def tick(self) -> None:
        if self.mode == "open" and self.now >= self.open_until:
            self.go("half_open")
        lost = [call for call in self.out if self.now >= call.lease_ends]
        self.out = [call for call in self.out if call not in lost]
        self.spare += len(lost) if self.mode == "ramping" else 0

    def ask(self) -> Call | None:
        self.tick()
        if self.mode == "half_open":
            passes = len(self.out) + self.good + self.bad < self.probes
        elif self.mode == "ramping" and self.spare:
            self.spare -= 1
            passes = True
        elif self.mode == "ramping":
            passes = self.asked % round(1 / self.ramp[self.step]) == 0
            self.asked += 1
        else:
            passes = self.mode in {"closed", "disabled"}
        if not passes:
            return None
        call = Call(self.turn, self.now + LEASE_S)
        if self.mode in {"half_open", "ramping"}:
            self.out.append(call)
        return call

    def end(self, call: Call, result: Result) -> None:
        if self.mode == "disabled":
            return
        self.tick()
        ours, leased = call.turn == self.turn, call in self.out
        if leased:
            self.out.remove(call)
        if result is Result.IGNORED:
            self.spare += leased and self.mode == "ramping"
            return
        failed = result is Result.FAILURE
        if ours or self.mode not in {"closed", "ramping"}:
            self.ended.append((self.now, failed))
        if not ours:
            return
        if self.mode == "closed":
            young = [failed for at, failed in self.ended if self.now - at < WINDOW_S]
            if len(young) >= self.calls and sum(young) >= self.share * len(young):
                self.go("open")
        elif self.mode == "half_open" and leased:
            self.good, self.bad = self.good + (not failed), self.bad + failed
            if self.good + self.bad == self.probes:
                bad = self.bad >= self.share * self.probes
                self.go("open" if bad else "ramping" if self.ramp else "closed")
        elif self.mode == "ramping":
            self.good += 1
            if failed:
                self.go("open")
            elif self.good >= self.probes and self.step + 1 == len(self.ramp):
                self.go("closed")
            elif self.good >= self.probes:
                self.step, self.good, self.asked, self.spare = self.step + 1, 0, 0, 0


class BreakerMachine(RuleBasedStateMachine):
    going = Bundle("going")

    @initialize(
        calls=st.integers(1, 4),
        share=st.sampled_from([0.5, 1.0]),
        probes=st.integers(1, 3),
        ramp=st.sampled_from([(), (0.5,), (0.1, 0.5), (0.25, 1.0)]),
    )
    def begin(self, calls: int, share: float, probes: int, ramp: tuple[float, ...]) -> None:
        self.model = Model(calls, share, probes, ramp)
        rules = Rules(
            window_s=WINDOW_S, calls=calls, failures=share, open_s=OPEN_S, max_open_s=LONGEST_S,
            probes=probes, ramp=ramp,
        )  # fmt: skip
        self.circuit = Circuit.begin(rules, 0)

    @rule(seconds=st.sampled_from([1, 1, 2, 5, 11, 25]))
    def wait(self, seconds: int) -> None:
        self.model.now += seconds

    @rule(target=going)
    def ask(self) -> object:
        self.circuit, answer = self.circuit.admit(self.model.now, LEASE_S)
        call = self.model.ask()
        assert isinstance(answer, Refusal) is (call is None)
        if isinstance(answer, Permit):
            return call, answer
        assert answer.state == self.model.mode
        if self.model.mode == "open":
            assert answer.retry_after_s == self.model.open_until - self.model.now
        elif self.model.mode == "forced_open":
            assert answer.retry_after_s is None
        else:
            assert answer.retry_after_s is not None
            assert 0 <= answer.retry_after_s <= OPEN_S / 10
        return multiple()

    @rule(one=consumes(going), result=st.sampled_from([Result.FAILURE, *Result]))
    def end(self, one: tuple[Call, Permit], result: Result) -> None:
        call, permit = one
        self.circuit = self.circuit.record(permit, result, self.model.now)
        self.model.end(call, result)

    @rule(state=st.sampled_from(["closed", "open", "half_open", "forced_open", "disabled"]))
    def force(self, state: str) -> None:
        self.model.tick()
        legal = not (state == "half_open" and self.model.mode in {"closed", "ramping"})
        try:
            self.circuit = self.circuit.force(State(state), self.model.now)
        except IllegalTransition:
            assert not legal
            return
        assert legal
        self.model.go(state)
        if state == "half_open":
            self.model.openings = max(1, self.model.openings)

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        if hasattr(self, "model"):
            self.model.tick()
            assert self.circuit.state_at(self.model.now) == self.model.mode

    @invariant()
    def never_more_probes_are_under_way_than_were_written(self) -> None:
        if hasattr(self, "model") and self.circuit.state is State.HALF_OPEN:
            assert len(self.circuit.leases) <= self.model.probes

    @invariant()
    def looking_tells_what_asking_would(self) -> None:
        if hasattr(self, "model"):
            _, answer = self.circuit.admit(self.model.now, LEASE_S)
            looked = self.circuit.refusal(self.model.now)
            assert (looked is None) is isinstance(answer, Permit)


BreakerMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestBreaker = BreakerMachine.TestCase
