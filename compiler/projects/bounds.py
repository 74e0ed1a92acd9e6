"""What may only become tighter on the way from the project to a step (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from compiler.parse import syntax
from compiler.parse.packs import is_of_a_pack
from compiler.parse.quantities import BYTES, duration_text
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.span import Span

Limit = syntax.Spanned[float] | syntax.Spanned[int]


@dataclass(frozen=True, slots=True)
class Bound:
    """One value of a policy that is a bound."""

    path: tuple[str, ...]
    """Its keys below ``policy``."""
    shown: Callable[[float], str]
    """The value as an author writes it."""
    more: str = "more"
    """How a looser one compares, in a sentence."""

    @property
    def name(self) -> str:
        """The path with dots: ``budget.usd``."""
        return ".".join(self.path)

    def of(self, policy: syntax.Policy | None) -> Limit | None:
        """Its value in a policy; of several retry rules the largest, if each has one."""
        if self.path[0] == "retry":
            found = self.wishes(policy)
            bound = policy is not None and len(found) == len(policy.rules)
            return max(found, key=lambda one: one.value) if found and bound else None
        return self._at_path(policy)

    def wishes(self, policy: syntax.Policy | None) -> tuple[Limit, ...]:
        """Every value of it: one for each retry rule."""
        if policy is None:
            return ()
        if self.path[0] == "retry":
            values: list[Limit | None] = [rule.max_attempts for rule in policy.rules]
        else:
            values = [self._at_path(policy)]
        return tuple(value for value in values if value is not None)

    def _at_path(self, policy: syntax.Policy | None) -> Limit | None:
        found: object = policy
        for key in self.path:
            found = getattr(found, key, None)
        return found if isinstance(found, syntax.Spanned) else None


@dataclass(frozen=True, slots=True)
class Level:
    """A policy that binds the ones below it."""

    policy: syntax.Policy | None
    who: Callable[[Limit], str]
    """Whose a value of it is, in a sentence."""
    binds_attempts: bool = True
    """False for a Melody, whose ``retry`` is a default."""


def number_text(value: float) -> str:
    """A number as an author writes it.

    >>> number_text(2.0), number_text(0.25)
    ('2', '0.25')
    """
    return f"{value:.15g}"


def size_text(value: float) -> str:
    """A size in the largest unit that divides it.

    >>> size_text(2_000_000_000), size_text(1536)
    ('2GB', '1536B')
    """
    units = sorted(BYTES.items(), key=lambda unit: unit[1], reverse=True)
    return next(f"{int(value) // size}{unit}" for unit, size in units if int(value) % size == 0)


ATTEMPTS = Bound(("retry", "max_attempts"), number_text)
BOUNDS = (
    Bound(("timeout",), duration_text, "longer"),
    Bound(("total_timeout",), duration_text, "longer"),
    Bound(("wall",), duration_text, "longer"),
    Bound(("budget", "usd"), number_text),
    Bound(("budget", "tokens"), number_text),
    Bound(("budget", "wall"), duration_text, "longer"),
    Bound(("budget", "attempts"), number_text),
    Bound(("memory",), size_text),
    Bound(("cpu",), number_text),
    ATTEMPTS,
)
"""All of them, in the order they are told."""


def loosened(above: Iterable[Level], below: syntax.Policy | None) -> Iterator[Diagnostic]:
    """MEL402 for each value that is looser than the tightest bound of its name above it.

    A pack is meant for many projects: what it says beyond a bound does not hold, and is no mistake.

    Args:
        above: The levels above, outermost first.
        below: The policy that is measured.
    """
    levels = tuple(above)
    for bound in BOUNDS:
        most = tightest(bound, levels)
        for wish in bound.wishes(below) if most is not None else ():
            assert most is not None
            if wish.value > most[0].value and not is_of_a_pack(wish.span.file):
                yield _diagnostic(bound, wish, *most)


def taken_away(
    level: Level,
    below: syntax.Policy | None,
    what: str,
    place: Callable[[Bound], Span | None],
) -> Iterator[Diagnostic]:
    """MEL402 for each bound of a level that is not there any more.

    Args:
        level: What binds.
        below: The policy after the change.
        what: What takes it away, in a sentence.
        place: Where a bound is taken away; None: somewhere else.
    """
    for bound in BOUNDS:
        lost = None if bound is ATTEMPTS and not level.binds_attempts else bound.of(level.policy)
        if bound is ATTEMPTS and any(is_of_a_pack(rule.span.file) for rule in _rules(below)):
            continue  # the level's own bound goes on to hold for them
        span = place(bound)
        if lost is not None and span is not None and bound.of(below) is None:
            yield diagnose(
                "MEL402",
                f"{what} takes the bound `{bound.name}` away",
                span,
                notes=(Note("the bound is set", lost.span),),
                help=f"write `{bound.path[-1]}: {bound.shown(lost.value)}` or less",
            )


def bounds_of(policy: syntax.Policy | None) -> syntax.Policy | None:
    """A policy without its habits; of ``retry`` only the attempts are a bound."""
    if policy is None:
        return None
    return syntax.Policy(
        policy.span,
        retry=policy.retry,
        timeout=policy.timeout,
        total_timeout=policy.total_timeout,
        wall=policy.wall,
        budget=policy.budget,
        memory=policy.memory,
        cpu=policy.cpu,
    )


def _rules(policy: syntax.Policy | None) -> tuple[syntax.Retry, ...]:
    return () if policy is None else policy.rules


def tightest(bound: Bound, levels: Iterable[Level]) -> tuple[Limit, Level] | None:
    """The least value of a bound among levels, and whose it is; of equal ones the outermost."""
    found: tuple[Limit, Level] | None = None
    for level in levels:
        if bound is ATTEMPTS and not level.binds_attempts:
            continue
        value = bound.of(level.policy)
        if value is not None and (found is None or value.value < found[0].value):
            found = (value, level)
    return found


def _diagnostic(bound: Bound, wish: Limit, most: Limit, level: Level) -> Diagnostic:
    allowed, who = bound.shown(most.value), level.who(most)
    if bound is ATTEMPTS:
        fact = f"{wish.value} attempts are more than {who} allows ({allowed})"
    else:
        fact = (
            f"`{bound.name}: {bound.shown(wish.value)}` is {bound.more} than {who} allows "
            f"({allowed})"
        )
    return diagnose(
        "MEL402",
        fact,
        wish.span,
        notes=(Note("the bound is set", most.span),),
        help=f"write `{bound.path[-1]}: {allowed}` or less",
    )
