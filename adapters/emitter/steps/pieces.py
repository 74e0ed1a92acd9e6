"""What a file of steps is made of, in its order. Each piece names the template that writes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Protocol

from adapters.emitter.code import Code


class View(Protocol):
    """Something that a template of its own writes down; everything in it is source."""

    @property
    def template(self) -> str:
        """Its path below ``templates/``."""


class Piece(View, Protocol):
    """One that stands by itself in a file."""

    @property
    def names(self) -> Collection[str]:
        """What it uses of ``typing`` and of the package that its values do not tell."""


class Body(View, Protocol):
    """A verb, as the end of a function."""

    @property
    def about(self) -> Code:
        """What is to be done, made of ids and our own words: ``ask drafter``."""


@dataclass(frozen=True, slots=True)
class Function:
    """``async def`` of a step."""

    template: ClassVar[str] = "steps/function.jinja"
    decorator: tuple[Code, ...]
    """Arguments of ``@step``; empty: it is no step by itself."""
    name: Code
    doc: Code
    """One sentence."""
    lead: tuple[View, ...]
    """What comes before the verb: names, and conditions that may end it."""
    body: View
    """The verb."""

    @property
    def names(self) -> tuple[str, ...]:
        """``step`` only where there is a decorator."""
        return ("Any", "Place", "step") if self.decorator else ("Any", "Place")


@dataclass(frozen=True, slots=True)
class Begin:
    """What a branch waits for before it chooses; it says whether it is to choose at all."""

    template: ClassVar[str] = "steps/begin.jinja"
    names: ClassVar[tuple[str, ...]] = ("Place",)
    name: Code
    doc: Code
    lead: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Locals:
    """Names of the place that the function reads."""

    template: ClassVar[str] = "steps/locals.jinja"
    lines: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A policy, a branch or a region."""

    template: ClassVar[str] = "steps/constant.jinja"
    names: ClassVar[tuple[str, ...]] = ()
    name: Code
    value: Code
