"""Steps that hold steps: ``with`` opens one, and what is written meanwhile goes into it.

```
with m.branch(id="route") as route:
    with route.arm("fast", when=quality.output.score > 0.8) as fast:
        fast.result(code=draft.output.code)
    with route.otherwise("polish") as polish:
        better = m.play("coder", prompt=f"Improve {draft.output.code}")
        polish.result(code=better.output)
```
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, cast

from melody.builder.book import Written
from melody.builder.names import named
from melody.builder.python_source import calling_site
from melody.builder.reference import Reference
from melody.builder.scope import Scope
from melody.builder.step import Step
from melody.builder.values import Condition, Value, condition, fixed, value
from melody.builder.verbs import Verbs
from workflow_ir.types.model import JsonValue


class Inside(Verbs):
    """A scope with a result. Its verbs add to it; inside ``with`` those of the Melody do too."""

    def __init__(self, written: Written) -> None:
        self._inside = written
        """The map that holds ``steps`` and ``result``."""

    def result(self, given: Value = None, /, **named_: Value) -> None:
        """What is seen from outside: a value, or a map by names."""
        self._inside.data["result"] = value(named_ or given)
        self._inside.book.places.add((*self._inside.path, "result"), calling_site())

    def _scope(self) -> Scope:
        return Scope(self._inside)

    def __enter__(self) -> Self:
        self._inside.book.open.append(self._scope())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inside.book.open.pop()


class Arm(Inside):
    """One way of a branch."""


class Lane(Inside):
    """One branch of a ``parallel``."""


class Ways(Step):
    """A step of several ways, each a scope of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ways are closed by their own ``with``."""


class Branch(Ways):
    """A step that takes the first arm whose condition holds."""

    @property
    def branch(self) -> Reference:
        """The name of the arm taken; null if none was."""
        return self._read("branch")

    def arm(self, name: str, /, *, when: Condition) -> Arm:
        """An arm with a condition."""
        return self._arm({"name": fixed(name), "when": condition(when)})

    def otherwise(self, name: str, /) -> Arm:
        """The arm that is taken if no condition holds."""
        return self._arm({"name": fixed(name), "else": True})

    def _arm(self, data: dict[str, JsonValue]) -> Arm:
        arms = cast("list[JsonValue]", self._written.data["branch"])
        arms.append(data)
        inner = Written(self._written.book, (*self._written.path, "branch", len(arms) - 1), data)
        inner.book.places.add(inner.path, calling_site())
        return Arm(inner)


class Parallel(Ways):
    """A step whose branches run side by side."""

    def branch(self, name: str, /) -> Lane:
        """A branch of this name."""
        data: dict[str, JsonValue] = {"steps": {}}
        branches = cast("dict[str, JsonValue]", self._written.data["parallel"])
        branches[str(fixed(name))] = data
        inner = self._written.inner("parallel", branches).inner(name, data)
        inner.book.places.add(inner.path, calling_site())
        return Lane(inner)


class Group(Step, Inside):
    """A step that is a scope."""

    def __init__(self, written: Written) -> None:
        Step.__init__(self, written)
        Inside.__init__(self, written)


class Repeat(Step, Inside):
    """A loop."""

    def __init__(self, written: Written) -> None:
        Step.__init__(self, written)
        loop = cast("dict[str, JsonValue]", written.data["repeat"])
        Inside.__init__(self, written.inner("repeat", loop))

    @property
    def iteration(self) -> Reference:
        """The number of the iteration, from 1; inside the loop."""
        return named("iteration")

    @property
    def previous(self) -> Reference:
        """The result of the iteration before, null at first; inside the loop."""
        return named("previous")

    def until(self, done: Condition, /) -> None:
        """Whether it is done, asked after each iteration; its steps may be read."""
        self._inside.data["until"] = condition(done)
        self._inside.book.places.add((*self._inside.path, "until"), calling_site())
