"""Budgets against a plain list of all attempts, with purses inside purses."""

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

from conductor_core.failure.purse import Price, Purse
from workflow_ir.policy import Budget

CENTS = st.integers(0, 5)


@dataclass(eq=False)
class Try:
    """An attempt of the model, in cents and tokens."""

    inside: bool
    """Of the inner purse, and so of both."""
    cents: int
    tokens: int
    going: bool = True


def price(cents: int, tokens: int) -> Price:
    return Price(cents / 100, tokens)


@dataclass
class Bounds:
    cents: int | None
    tokens: int | None
    attempts: int | None
    tries: list[Try] = field(default_factory=list)

    def budget(self) -> Budget:
        usd = None if self.cents is None else self.cents / 100
        return Budget(usd=usd, tokens=self.tokens, attempts=self.attempts)

    def allow(self, cents: int, tokens: int) -> bool:
        spent = sum(one.cents for one in self.tries) + cents
        used = sum(one.tokens for one in self.tries) + tokens
        return (
            (self.cents is None or spent <= self.cents)
            and (self.tokens is None or used <= self.tokens)
            and (self.attempts is None or len(self.tries) < self.attempts)
        )


BOUNDS = st.builds(
    Bounds,
    cents=st.none() | st.integers(0, 30),
    tokens=st.none() | st.integers(0, 30),
    attempts=st.none() | st.integers(1, 8),
)


class PurseMachine(RuleBasedStateMachine):
    going = Bundle("going")

    @initialize(outer=BOUNDS, inner=BOUNDS)
    def begin(self, outer: Bounds, inner: Bounds) -> None:
        self.outer, self.inner = outer, inner
        self.run = Purse(outer.budget())
        self.step = Purse(inner.budget(), "step 'x'", outer=self.run)

    @rule(target=going, inside=st.booleans(), cents=CENTS, tokens=CENTS)
    def attempt(self, inside: bool, cents: int, tokens: int) -> object:
        purse = self.step if inside else self.run
        bounds = (self.inner, self.outer) if inside else (self.outer,)
        allowed = all(bound.allow(cents, tokens) for bound in bounds)
        refused = purse.lacks(price(cents, tokens))
        assert (refused is None) is allowed
        if refused is not None:
            assert refused.code == "policy.budget"
            return multiple()
        purse.reserve(price(cents, tokens))
        one = Try(inside, cents, tokens)
        for bound in bounds:
            bound.tries.append(one)
        return one, price(cents, tokens)

    @rule(one=consumes(going), cents=CENTS, tokens=CENTS)
    def settle(self, one: tuple[Try, Price], cents: int, tokens: int) -> None:
        made, reserved = one
        purse = self.step if made.inside else self.run
        purse.settle(reserved, price(cents, tokens))
        made.cents, made.tokens, made.going = cents or made.cents, tokens or made.tokens, False

    @invariant()
    def everything_is_counted_once_in_each_purse(self) -> None:
        if not hasattr(self, "run"):
            return
        for purse, bound in ((self.run, self.outer), (self.step, self.inner)):
            settled = [one for one in bound.tries if not one.going]
            going = [one for one in bound.tries if one.going]
            assert round(purse.usd * 100) == sum(one.cents for one in settled)
            assert round(purse.held_usd * 100) == sum(one.cents for one in going)
            assert purse.tokens == sum(one.tokens for one in settled)
            assert purse.held_tokens == sum(one.tokens for one in going)
            assert purse.attempts == len(bound.tries)

    @invariant()
    def what_is_reserved_never_goes_beyond_a_bound_that_was_kept(self) -> None:
        """Only what players tell beyond their declaration can, and then nothing more begins."""
        for bound in (getattr(self, "outer", None), getattr(self, "inner", None)):
            if bound is not None and bound.attempts is not None:
                assert len(bound.tries) <= bound.attempts


PurseMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestPurse = PurseMachine.TestCase
