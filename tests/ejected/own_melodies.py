"""Small Melodies of tests as imported packages, whose players are functions of the test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from adapters import registry
from adapters.emitter.project import GeneratedProject, Sources
from compiler.pipeline import compile_text
from tests.ejected.ejected import imported, known_as, part
from workflow_ir.allow import Allow

_BAND = "async def hand(**inputs: object) -> object:\n    return inputs\n"

Perform = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True)
class Package:
    """An ejected Melody."""

    module: ModuleType

    @property
    def policy(self) -> ModuleType:
        """With its ``Player``, ``Failure`` and ``Reply``."""
        return part(self.module, "policy")

    def cast(self, **players: Perform) -> dict[str, Any]:
        """Players for ``run(cast=…)``."""
        return {name: self.policy.Player(name, does) for name, does in players.items()}

    async def run(self, inputs: Mapping[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        """Run it."""
        report: dict[str, Any] = await self.module.run(dict(inputs or {}), **given)
        return report


def package(name: str, melody: str, files: Mapping[str, str] | None = None) -> Package:
    """Emit a Melody for ``native``, and import what came of it.

    Args:
        name: Of the Melody; no two tests may share one.
        melody: Its text after ``melody`` and ``name``.
        files: Sub-melodies.
    """
    made = project(name, melody, files)
    module = imported(made, f"ejected_own_{name}")
    with known_as(module, made.name):
        return Package(module)


def project(
    name: str,
    melody: str,
    files: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
    target: str = "native",
) -> GeneratedProject:
    """Emit a Melody; ``sources`` go along in the place of a module ``band``."""
    text = f"melody: v1\nname: {name}\n{melody}"
    made = compile_text(text, file="t.melody.yaml", allow=Allow(), given=files or {})
    assert made.ir is not None, made.diagnostics
    return registry.load(target).emit(made.ir, Sources(sources or {"band.py": _BAND}))
