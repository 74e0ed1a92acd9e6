"""What all nouns of the syntax are made of: values with places, and types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import JsonValue

from workflow_ir.span import Span
from workflow_ir.types.model import Type

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spanned(Generic[T]):
    """A checked value and its place."""

    value: T
    span: Span


@dataclass(frozen=True, slots=True)
class TypeNode:
    """A type as written in shorthand, and what it means."""

    type: Type
    span: Span
    source: JsonValue
    """The shorthand itself. A type that could not be read is ``json``, and reported."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a verb or kind whose problems are reported already, so that its name is known."""

    span: Span
