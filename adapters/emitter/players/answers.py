"""``answers.py``: the words of players that the user's own files speak of, without Melody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from adapters.emitter.code import Code, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.own_code import ANSWERS, words_in
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.project import GeneratedFile, Sources
from workflow_ir.taxonomy import (
    ALIASES,
    TAXONOMY,
    CodeFacts,
    Effects,
    ErrorClass,
    FaultDomain,
    Retryable,
)
from workflow_ir.workflow import WorkflowIR

_ENUMS: Final[dict[type[Enum], str]] = {
    ErrorClass: "What kind of trouble it is.",
    Retryable: "Whether the same player may try the same thing again.",
    Effects: "What the failed attempt may have done to the world.",
    FaultDomain: "Where the fault lies.",
}
_NEEDS: Final = {
    "Grant": ("PlayerClock",),
    "StandardError": ("Cost", *(one.__name__ for one in _ENUMS)),
}
"""Words that others are made of."""


def answers_file(ir: WorkflowIR, package: str, sources: Sources) -> GeneratedFile | None:
    """The module with the words of players; None: the user's own files speak of none.

    Args:
        ir: The Melody.
        package: The name of the Python package.
        sources: What goes along.
    """
    spoken = words_in(sources.files)
    if not spoken:
        return None
    has = spoken.union(*(_NEEDS.get(word, ()) for word in spoken))
    view: dict[str, Any] = {
        "melody": words(ir.name),
        "has": has,
        "dataclasses": Code(_dataclasses(has)),
        "typing": Code(_typing(has)),
        "enums": [_enum(kind) for kind in _ENUMS if kind.__name__ in has],
        "codes": list(_codes()),
        "aliases": [
            {"name": literal(name), "code": literal(code)} for name, code in ALIASES.items()
        ],
    }
    text = render(environment(), "players/answers.py.jinja", **view)
    return GeneratedFile(f"src/{package}/{ANSWERS}.py", text)


def with_answers(uses: Strategies, sources: Sources) -> Strategies:
    """What a Melody uses with the functions that go along: their words need something of a policy.

    Args:
        uses: What its IR asks for.
        sources: What goes along.
    """
    spoken = words_in(sources.files)
    asked = "PlayRequest" in spoken
    return replace(
        uses,
        bounds_told=uses.bounds_told or "Grant" in spoken,
        degraded=uses.degraded or "Success" in spoken,
        requests=uses.requests or asked,
        prompts=uses.prompts or asked,
        schema=uses.schema or asked,
        changes=uses.changes or asked,
    ).consistent()


def _dataclasses(has: frozenset[str]) -> str:
    """What is imported of this module."""
    if "StandardError" in has:
        return "dataclass, field, replace"
    return "dataclass" if has & {"Cost", "Grant", "PlayRequest", "Success"} else ""


def _typing(has: frozenset[str]) -> str:
    if "StandardError" in has:
        return "Any, Final"
    return "Any" if has & {"PlayRequest", "Success"} else ""


def _enum(kind: type[Enum]) -> dict[str, Any]:
    return {
        "name": Code(kind.__name__),
        "about": Code(_ENUMS[kind]),
        "members": [{"name": Code(one.name), "value": literal(one.value)} for one in kind],
    }


def _codes() -> Iterator[dict[str, Any]]:
    """The table of codes, by class."""
    for kind in ErrorClass:
        rows = [row for row in TAXONOMY.values() if row.error_class is kind]
        yield {"class": Code(kind.value), "rows": tuple(map(_row, rows))}


def _row(row: CodeFacts) -> Code:
    facts = (row.code, row.retryable.value, row.effects.value, row.domain.value)
    return Code(f"{' '.join(facts)} {row.meaning}")
