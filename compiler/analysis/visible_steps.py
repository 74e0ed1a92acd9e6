"""The steps an expression can name, and those that it cannot see from where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from workflow_ir.types import Field, Type


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
    """Steps that stand inside a branch, with what to read instead where they cannot be seen."""

    def __init__(self, inner: Mapping[str, list[StepSymbol]], scope: ScopeSymbol) -> None:
        self._inner = inner
        self._scope = scope

    def __getitem__(self, name: str) -> str:
        for step in self._inner.get(name, ()):
            arm, branch = step.home.arm, step.home.owner
            while branch is not None and arm is not None:
                if self._scope.find(branch.id) is branch:
                    return (
                        f"it is seen inside arm `{arm.name.value}` only; read the arm's `result` "
                        f"as `steps.{branch.id}.output`"
                    )
                arm, branch = branch.home.arm, branch.home.owner
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)
