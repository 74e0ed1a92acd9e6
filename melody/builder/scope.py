"""A scope: steps by id, in the order in which they were written."""

from __future__ import annotations

from typing import TypeVar, cast

from melody.builder.book import Book, Written
from melody.builder.places import span_of_line
from melody.builder.python_source import calling_site
from melody.builder.step import Step
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError, Note
from workflow_ir.types.model import JsonValue

S = TypeVar("S", bound=Step)


class Scope:
    """The ``steps`` of something; the key is made when the first step comes."""

    def __init__(self, holder: Written) -> None:
        self._holder = holder

    @property
    def book(self) -> Book:
        """What all scopes of the Melody share."""
        return self._holder.book

    def add(self, kind: type[S], word: str, id_: str | None, keys: dict[str, JsonValue]) -> S:
        """A step of this scope.

        Args:
            kind: What is given back.
            word: What the id is made of where none is given.
            id_: The id, if the author chose one.
            keys: The step.

        Raises:
            DiagnosticsError: MEL107: another step of the scope has the id.
        """
        holder, ids = self._holder, self._holder.book.ids
        data = cast("dict[str, JsonValue]", holder.data.setdefault("steps", {}))
        steps = holder.inner("steps", data)
        chosen = ids.made(word) if id_ is None else ids.keep(id_)
        site, path = calling_site(), (*steps.path, chosen)
        if chosen in steps.data:
            first = steps.book.places.span(path)
            raise DiagnosticsError(
                [
                    diagnose(
                        "MEL107",
                        f"two steps are called `{chosen}`",
                        span_of_line(site),
                        notes=(Note("the first stands", first),),
                        help="give one of them another id: `id=…`",
                    )
                ]
            )
        steps.data[chosen] = keys
        steps.book.places.add(path, site)
        return kind(steps.inner(chosen, keys))
