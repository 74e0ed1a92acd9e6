"""What is known of a player whose implementation is written, and what is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Final

from adapters.emitter.code import Code, literal
from adapters.emitter.expressions.functions import GENERATED_NAMES
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.expressions.written import roots_of, value_source
from adapters.emitter.naming.names import Names
from adapters.emitter.own_code import own_module
from adapters.emitter.project import Sources
from workflow_ir.players import PlayerFields
from workflow_ir.values import Value
from workflow_ir.workflow import WorkflowIR

TAKEN: Final = frozenset({
    "Any", "CAST", "Call", "Tool", "arguments", "asked", "call", "called", "complete", "data",
    "find", "found", "function", "function_apart", "host", "os", "part", "plain", "quoted",
    "request", "run", "secrets", "target", "use", "with_", "work", *GENERATED_NAMES,
})  # fmt: skip
"""Names that the files of players, and that of the cast, use themselves."""

SECTIONS: Final = frozenset({
    "by_command", "by_url", "finds", "hosts", "limited", "parts", "quoted"
})  # fmt: skip
"""Parts of generated modules that are written where a player needs them."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """One player of a generated project."""

    function: Code
    """What its implementation is called."""
    called: Code
    """Its name, as it may stand in a docstring."""
    player: PlayerFields
    ir: WorkflowIR
    """The Melody or sub-melody that it belongs to."""
    cast: Code
    """The constant with the players of that."""
    target: str
    package: Code
    sources: Sources
    modules: Mapping[str, WorkflowIR] = field(default_factory=dict)
    """All sub-melodies, by key."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What its file is made of."""

    template: str
    """Below ``templates/players/``."""
    view: Mapping[str, Any]
    support: tuple[str, ...] = ()
    """Generated modules that it imports, without suffix."""
    requires: tuple[str, ...] = ()
    """Distributions that these need."""
    functions: tuple[str, ...] = ()
    """Of the generated module of functions."""
    sections: frozenset[str] = frozenset()
    """Parts of these modules that not every project has: `SECTIONS`."""


@dataclass(slots=True)
class Template:
    """The values of one player's own template: they read ``with``, and some read secrets."""

    functions: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)

    def value(self, value: Value) -> Code:
        """A value as source."""
        roots = roots_of([value])
        source = value_source(
            value, {root: Code("with_" if root == "with" else root) for root in roots}
        )
        self.functions.update(source.functions)
        self.roots.update(roots)
        return source.code

    @property
    def lead(self) -> tuple[Code, ...]:
        """The lines that bind what was read."""
        known = {"with": "with_ = call.with_", "arguments": "arguments = call.arguments"}
        return tuple(Code(line) for root, line in known.items() if root in self.roots)

    @property
    def reads_secrets(self) -> bool:
        """A secret is among what was read."""
        return "secrets" in self.roots

    @property
    def called(self) -> tuple[str, ...]:
        """What it calls of the generated module of functions."""
        return tuple(sorted(self.functions))


def relative(asked: Asked, module: str) -> Code | None:
    """A module as a file of players imports it: of the user's own, where it lies beside it.

    None: Its name is none that Python source can have in ASCII.
    """
    try:
        found = own_module(module, asked.sources, asked.package)
    except ValueError:
        return None
    return Code(f".{found.removeprefix(asked.package)}") if found != module else found


def imported(asked: Asked, module: Code, dotted: str) -> tuple[Code, Code] | None:
    """The line that imports an object, and what it is called then.

    None: Its name is none that Python source can have in ASCII.
    """
    first, *more = dotted.split(".")
    if not all(_IDENTIFIER.fullmatch(one) and not iskeyword(one) for one in (first, *more)):
        return None
    if any(iskeyword(one) for one in module.split(".")):
        return None
    taken = {*TAKEN, asked.cast, asked.function}
    name = Names(taken).of("it", first) if first in taken else Code(first)
    alias = Code("") if name == first else Code(f" as {name}")
    path = Code(".".join((name, *more)))
    return Code(f"from {module} import {first}{alias}"), path


def arguments_of(parameters: Mapping[str, Any]) -> Code:
    """Sampling parameters as a literal."""
    return text_literal(dict(parameters)) if parameters else literal({})
