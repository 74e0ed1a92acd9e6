"""The steps an expression can name, and those that it cannot see from where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from compiler.parse import syntax
from workflow_ir.types import Field, Type

MOST_TRIED = 200
"""Steps of one name that are looked at for a hint."""


class VisibleSteps(Mapping[str, Field]):
    """The fields of ``steps``, typed when asked for."""

    def __init__(self, view: Callable[[StepSymbol], Type], scope: ScopeSymbol) -> None:
        self._view = view
        self._scope = scope

    def __getitem__(self, name: str) -> Field:
        step = self._scope.find(name)
        if step is None:
            raise KeyError(name)
        return Field(self._view(step))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._scope.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._scope.visible())

    def __len__(self) -> int:
        return len(self._scope.visible())


class HiddenSteps(Mapping[str, str]):
    """Steps that stand inside others, with what to read instead where they cannot be seen."""

    def __init__(self, inner: Mapping[str, list[StepSymbol]], scope: ScopeSymbol) -> None:
        self._inner = inner
        self._scope = scope

    def __getitem__(self, name: str) -> str:
        for step in self._inner.get(name, ())[:MOST_TRIED]:
            inside = step.home
            while inside.owner is not None:
                if self._scope.find(inside.owner.id) is inside.owner:
                    return _instead(inside, inside.owner)
                inside = inside.owner.home
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


def _instead(inside: ScopeSymbol, owner: StepSymbol) -> str:
    """What to read in place of a step of the scope ``inside``."""
    verb = owner.step.verb
    given = f"steps.{owner.id}.output"
    match verb:
        case syntax.Branch():
            where, whose = f"arm `{inside.name}`", "the arm's"
        case syntax.Parallel():
            where, whose = f"branch `{inside.name}` of `{owner.id}`", "the branch's"
            given = f"{given}.{inside.name}"
        case syntax.Repeat():
            where, whose = f"loop `{owner.id}`", "the loop's"
        case _:
            where, whose = f"group `{owner.id}`", "the group's"
    return f"it is seen inside {where} only; read {whose} `result` as `{given}`"
