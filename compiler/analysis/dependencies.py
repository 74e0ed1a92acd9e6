"""What waits for what, inferred from references alone (spec 2, Dependencies are inferred)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.uses import Use
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Read:
    """One reference to a step."""

    target: StepSymbol
    span: Span
    guarded: bool
    """It copes with a step that gave no output: in ``default``, ``has``, ``coalesce``, ``.ok``."""
    ordering: bool = False
    """``needs``: order without data."""


BARE_FIELDS = frozenset({"ok", "status", "error", "attempts", "player", "branch"})
"""What may be read of a step that may not have run (spec 8, Expressions)."""


def reads_of(use: Use) -> Iterator[Read]:
    """The steps an expression refers to.

    ``reconstruct`` takes what has settled by then, so its references make no edge (spec 8, Verbs).
    """
    if use.field in ("player", "player_secret", "reconstruct"):
        return
    for reference in use.expr.expression.references:
        path = reference.path
        if len(path) < 2 or path[0] != "steps":
            continue
        target = use.scope.find(path[1])
        if target is not None:
            bare = len(path) > 2 and path[2] in BARE_FIELDS
            span = use.expr.at(reference.start, reference.end)
            yield Read(target, span, reference.guarded or bare)


@dataclass(slots=True, eq=False)
class Dependencies:
    """Reads by the step that does the waiting, and by the scope whose result does."""

    of_step: dict[StepSymbol, list[Read]]
    of_result: dict[ScopeSymbol, list[Read]]
    """References of a scope's result, or of a loop's ``until``, to steps outside the scope."""
    inside: list[Read]
    """References of results to steps of their own scope: no one waits, but someone reads."""
    of_outputs: list[Read]

    @classmethod
    def of(cls, symbols: Symbols, uses: tuple[Use, ...]) -> Dependencies:
        """Sort every reference to the one who waits.

        What its inside reads from outside, a step waits for as a whole if its inside is a graph of
        its own (`StepSymbol.nests`).
        """
        found = cls({step: [] for step in symbols.steps}, {}, [], [])
        for use in uses:
            for read in reads_of(use):
                found._note(use, read)
        for step in symbols.steps:
            for name in step.step.needs:
                target = step.home.find(name.value)
                if target is not None:
                    found._wait(step, Read(target, name.span, guarded=True, ordering=True))
        return found

    def _note(self, use: Use, read: Read) -> None:
        if use.step is None:
            self.of_outputs.append(read)
        elif use.field not in ("result", "until"):
            self._wait(use.step.host, read)
        elif use.scope.encloses(read.target.home):
            self.inside.append(read)
        else:
            self.of_result.setdefault(use.scope, []).append(read)
            self._widen(use.scope, read)

    def _wait(self, step: StepSymbol, read: Read) -> None:
        self.of_step[step].append(read)
        self._widen(step.home, read)

    def _widen(self, scope: ScopeSymbol, read: Read) -> None:
        """Containers between a reader and what it reads wait too; one read from inside cannot."""
        inner: ScopeSymbol | None = scope
        while inner is not None and inner is not read.target.home:
            if inner.owner is not None and inner.owner.nests and inner.owner is not read.target:
                self.of_step[inner.owner].append(read)
            inner = inner.parent

    def readers(self) -> dict[StepSymbol, list[Read]]:
        """By the step that is read: every read of it."""
        found: dict[StepSymbol, list[Read]] = {}
        everything = [
            *self.of_step.values(),
            *self.of_result.values(),
            self.inside,
            self.of_outputs,
        ]
        for reads in everything:
            for read in reads:
                found.setdefault(read.target, []).append(read)
        return found


def waits_for(
    step: StepSymbol, dependencies: Dependencies
) -> Iterator[tuple[StepSymbol, Read | None]]:
    """What must settle before a step does; inner steps come without a reference."""
    for read in dependencies.of_step[step]:
        yield read.target, read
    for scope in step.inner:
        for read in dependencies.of_result.get(scope, ()):
            yield read.target, read
        for inner in scope.steps.values():
            yield inner, None


def settled_first(symbols: Symbols, dependencies: Dependencies) -> list[StepSymbol]:
    """Every step after those it waits for; within a cycle in any order.

    Without recursion: a Melody's longest chain may be longer than Python's stack.
    """
    order: list[StepSymbol] = []
    seen: set[StepSymbol] = set()
    for start in symbols.steps:
        path = [] if start in seen else [(start, waits_for(start, dependencies))]
        seen.add(start)
        while path:
            step, ahead = path[-1]
            following = next((target for target, _ in ahead if target not in seen), None)
            if following is None:
                order.append(step)
                path.pop()
            else:
                seen.add(following)
                path.append((following, waits_for(following, dependencies)))
    return order
