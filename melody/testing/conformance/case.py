"""A conformance case: a small Melody, the script of its players, and what the contract promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Schedule = Literal["none", "winners", "first_failure"]
"""What of the outcome depends on who starts first (spec 1, start modes).

``winners``: ``any`` or ``N`` of a map. ``first_failure``: what was going on when a step failed.
"""

FOLDER = Path(__file__).parent / "cases"


class CaseMistake(ValueError):
    """A case that cannot be used: its file or its Melody has a mistake."""


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """What one performance comes to. A field that is None or absent is not compared."""

    status: str
    attempts: tuple[str, ...] | None = None
    """One line each; see ``differences.told``. None: one success of a step that succeeded, else
    none."""
    error: str | None = None
    """Class and code."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Those of ``_FACTS`` that are stated."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The normal form, stated by hand."""

    status: str
    steps: Mapping[str, ExpectedStep]
    """By run path: these and no others."""
    outputs: Mapping[str, Any] | None = None
    error: str | None = None
    """Class and code of the run's error; None: there is none."""
    gaps: Mapping[str, str] = field(default_factory=dict)
    """By run path: class and code."""
    wall_s: float | None = None
    """Virtual seconds in eager mode. None: the case runs in real time, or the draw decides."""
    usage: Mapping[str, float] = field(default_factory=dict)
    finished: tuple[str, ...] = ()
    """Run paths in the order in which they settle in eager mode."""


@dataclass(frozen=True, slots=True)
class Case:
    """One Melody with everything it needs."""

    name: str
    about: str
    """What it shows, as a sentence of the contract."""
    melody: str
    expected: Expected
    inputs: Mapping[str, Any] = field(default_factory=dict)
    script: Mapping[str, Any] | None = None
    """None: real players in real time."""
    allow: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """As ``workflow_ir.allow.Allow``; ``python: [band]`` by default."""
    schedule: Schedule = "none"
    files: Mapping[str, str] = field(default_factory=dict)
    """Sub-melodies by their path from the Melody's folder."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """What the environment would give."""
    have: Mapping[str, Any] = field(default_factory=dict)
    """Outputs that are handed in, by step: the run starts from the middle."""

    @classmethod
    def read(cls, path: Path) -> Case:
        """Read one case file.

        Raises:
            CaseMistake: It says something that a case has not.
        """
        return cls.of(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, name: str, tree: Mapping[str, Any]) -> Case:
        """A case out of JSON data, as a case file holds it.

        Raises:
            CaseMistake: It says something that a case has not.
        """
        unknown = set(tree) - _KEYS
        if unknown:
            raise CaseMistake(f"{name}: unknown keys {sorted(unknown)}")
        schedule = tree.get("schedule", "none")
        if schedule not in get_args(Schedule):
            raise CaseMistake(f"{name}: unknown schedule {schedule!r}")
        allow = {"python": ["band"], **tree.get("allow", {})}
        return cls(
            name=name,
            about=tree["about"],
            melody=tree["melody"],
            expected=_expected(tree["expect"]),
            inputs=tree.get("inputs", {}),
            script=tree.get("script"),
            allow={kind: tuple(map(_frozen, names)) for kind, names in allow.items()},
            schedule=schedule,
            files=tree.get("files", {}),
            secrets=tree.get("secrets", {}),
            have=tree.get("have", {}),
        )


def all_cases() -> tuple[Case, ...]:
    """Every case of the kit, by number."""
    found = sorted(FOLDER.glob("*.yaml"), key=lambda path: int(path.stem.partition("_")[0]))
    return tuple(map(Case.read, found))


_KEYS = {
    "about", "melody", "files", "script", "inputs", "secrets", "allow", "have", "schedule",
    "expect",
}  # fmt: skip
_FACTS = ("output", "player", "branch", "failed", "succeeded", "exhausted", "provenance")


def _expected(tree: Mapping[str, Any]) -> Expected:
    return Expected(
        status=tree["status"],
        steps={path: _step(said) for path, said in tree["steps"].items()},
        outputs=tree.get("outputs"),
        error=tree.get("error"),
        gaps=tree.get("gaps", {}),
        wall_s=tree.get("wall_s"),
        usage=tree.get("usage", {}),
        finished=tuple(tree.get("finished", ())),
    )


def _step(said: str | Mapping[str, Any]) -> ExpectedStep:
    if isinstance(said, str):
        return ExpectedStep(said)
    rest = set(said) - {"status", "attempts", "error", *_FACTS}
    if rest:
        raise CaseMistake(f"unknown facts {sorted(rest)}")
    attempts = said.get("attempts")
    return ExpectedStep(
        status=said["status"],
        attempts=None if attempts is None else tuple(attempts),
        error=said.get("error"),
        facts={name: said[name] for name in _FACTS if name in said},
    )


def _frozen(entry: Any) -> Any:
    return tuple(entry) if isinstance(entry, list) else entry
