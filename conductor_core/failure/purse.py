"""Budgets: reserved before an attempt, settled once after it (spec 4, Budgets)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget

_DIGITS = 9
"""Money is told apart by billionths of a dollar: three times 0.1 is not more than 0.3."""


class Price(NamedTuple):
    """What an attempt costs."""

    usd: float = 0.0
    tokens: int = 0


FREE = Price()
"""Of a player that declares nothing."""


class Cutoff(NamedTuple):
    """When a budget's time is over."""

    at: float
    """Seconds since the epoch."""
    of: str
    code: str
    """``policy.deadline`` of the run, ``policy.budget`` of a step or sub-melody."""

    def error(self) -> StandardError:
        """What happens to whoever goes on until then."""
        return StandardError.of(
            self.code,
            f"the time of {self.of} is used up",
            origin="conductor",
            policy_limit="budget.wall",
        )


@dataclass(slots=True)
class Purse:
    """What may be spent and what was: by the run, a sub-melody, or a step.

    Whatever is spent from a purse is spent from those round it as well.
    """

    budget: Budget | None = None
    of: str = "the run"
    """Whose it is, for messages."""
    began: float = 0.0
    """When its time began, seconds since the epoch."""
    outer: Purse | None = None
    usd: float = 0.0
    tokens: int = 0
    attempts: int = 0
    held_usd: float = field(default=0.0, init=False)
    """Reserved by attempts that go on."""
    held_tokens: int = field(default=0, init=False)
    """Likewise."""

    def lacks(self, cost: Price) -> StandardError | None:
        """Why an attempt of this declared cost must not begin: ``policy.budget``; else None."""
        purse: Purse | None = self
        while purse is not None:
            short = purse.short_of(cost)
            if short is not None:
                limit, fact = short
                return StandardError.of(
                    "policy.budget",
                    f"the budget of {purse.of} is used up: {fact}",
                    origin="conductor",
                    policy_limit=limit,
                )
            purse = purse.outer
        return None

    def short_of(self, cost: Price) -> tuple[str, str] | None:
        """The limit of this purse that does not hold, and the fact; None: all hold."""
        budget = self.budget
        if budget is None:
            return None
        usd = round(self.usd + self.held_usd + cost.usd, _DIGITS)
        if budget.usd is not None and usd > budget.usd:
            return "budget.usd", f"{usd:g} USD with this attempt, of {budget.usd:g}"
        tokens = self.tokens + self.held_tokens + cost.tokens
        if budget.tokens is not None and tokens > budget.tokens:
            return "budget.tokens", f"{tokens} tokens with this attempt, of {budget.tokens}"
        if budget.attempts is not None and self.attempts >= budget.attempts:
            return "budget.attempts", f"{self.attempts} attempts were made"
        return None

    def reserve(self, cost: Price) -> None:
        """An attempt begins; ``settle`` must follow."""
        purse: Purse | None = self
        while purse is not None:
            purse.attempts += 1
            purse.held_usd = round(purse.held_usd + cost.usd, _DIGITS)
            purse.held_tokens += cost.tokens
            purse = purse.outer

    def settle(self, reserved: Price, told: Price) -> None:
        """An attempt that reached its player has ended, well or not.

        Args:
            reserved: What ``reserve`` was given: it is charged where the player tells nothing.
            told: What the player tells of its cost.
        """
        purse: Purse | None = self
        while purse is not None:
            purse.held_usd = round(purse.held_usd - reserved.usd, _DIGITS)
            purse.held_tokens -= reserved.tokens
            purse.usd = round(purse.usd + (told.usd or reserved.usd), _DIGITS)
            purse.tokens += told.tokens or reserved.tokens
            purse = purse.outer

    def left(self) -> tuple[float | None, int | None]:
        """Money and tokens that may still be reserved; None: no bound."""
        usd: float | None = None
        tokens: int | None = None
        purse: Purse | None = self
        while purse is not None:
            if purse.budget is not None and purse.budget.usd is not None:
                rest = max(0.0, round(purse.budget.usd - purse.usd - purse.held_usd, _DIGITS))
                usd = rest if usd is None else min(usd, rest)
            if purse.budget is not None and purse.budget.tokens is not None:
                more = max(0, purse.budget.tokens - purse.tokens - purse.held_tokens)
                tokens = more if tokens is None else min(tokens, more)
            purse = purse.outer
        return usd, tokens

    def cutoff(self) -> Cutoff | None:
        """The first end of a time that was given; of ends that fall together the outer one."""
        first: Cutoff | None = None
        purse: Purse | None = self
        while purse is not None:
            seconds = None if purse.budget is None else purse.budget.wall_s
            if seconds is not None and (first is None or purse.began + seconds <= first.at):
                code = "policy.deadline" if purse.outer is None else "policy.budget"
                first = Cutoff(purse.began + seconds, purse.of, code)
            purse = purse.outer
        return first


def cheaper(current: Price, others: tuple[tuple[str, Price], ...], limit: str) -> str | None:
    """The next player that costs less of what has run short; None: nobody, or it would not help.

    Args:
        current: Of the player that was refused.
        others: Those that may take over, in order, with what they declare.
        limit: ``budget.usd`` or ``budget.tokens``; another limit is not a matter of price.
    """
    kind = limit.partition(".")[2]
    if kind not in ("usd", "tokens"):
        return None
    price = getattr(current, kind)
    return next((name for name, cost in others if getattr(cost, kind) < price), None)
