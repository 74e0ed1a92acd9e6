"""The module ``types.py`` of a generated project: TypedDicts for readers and type checkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from adapters.emitter.code import Code, words
from adapters.emitter.environment import environment, render
from adapters.emitter.schemas.annotation import ANY, Annotation, Annotations, Place
from adapters.emitter.schemas.declarations import IMPORTED, Declarations
from adapters.emitter.schemas.known_outputs import known_outputs
from workflow_ir.types import to_json_schema
from workflow_ir.workflow import Input, WorkflowIR

TypedDictFrom = Literal["typing", "typing_extensions"]


class Types:
    """Collects the types of a project in the order in which they are asked for.

    >>> types = Types("release_notes")
    >>> schema = {"type": "object", "properties": {"total": {"type": "integer"}}}
    >>> types.named(schema, "changes_output")
    'types.ChangesOutput'
    """

    def __init__(self, melody: str, *, typed_dict: TypedDictFrom = "typing") -> None:
        """Begin without types.

        Args:
            melody: Its name.
            typed_dict: The module of ``TypedDict``.
        """
        self._melody = melody
        self._from: TypedDictFrom = typed_dict
        self._declarations = Declarations()

    def named(self, schema: Mapping[str, Any], hint: str) -> Code:
        """The type of values that meet a schema and have been completed.

        Args:
            schema: The JSON Schema.
            hint: What it is the type of: ``changes_output``.

        Returns:
            An annotation: ``types.ChangesOutput``; builtins where these say it all; or ``Any``,
            which the reader has to import.
        """
        made = self._annotation(schema, hint, filled=True)
        if not made.names or made.code == ANY.code:
            return made.code
        if len(made.options) == 1 and made.options == made.names:
            return self._declarations.wanted(made.code)
        return self._declarations.wanted(self._declarations.alias(hint, made.code, made.names))

    def inputs(self, inputs: Mapping[str, Input], hint: str = "inputs") -> Code:
        """The class of what a run is given: ``types.Inputs``."""
        name = self._declarations.name(hint)
        members = {
            key: self._annotation(spec.schema_, f"{hint}_{key}", filled=False).member(
                required=spec.required
            )
            for key, spec in inputs.items()
        }
        self._declarations.typed_dict(name, "What a run is given.", members)
        return self._declarations.wanted(name)

    def outputs(self, ir: WorkflowIR, hint: str = "outputs") -> Code:
        """The class of what a run that succeeds gives: ``types.Outputs``.

        Where the IR does not tell of what type an output is, it is ``Any``.
        """
        name = self._declarations.name(hint)
        members = {
            # Not filled: what comes straight out of an input is as it was given.
            key: self._annotation(to_json_schema(type_), f"{hint}_{key}", filled=False).member(
                required=True
            )
            for key, type_ in known_outputs(ir).items()
        }
        self._declarations.typed_dict(name, "What a run that succeeds gives.", members)
        return self._declarations.wanted(name)

    def module(self) -> Code | None:
        """The text of ``types.py``; None: nobody asked for a type that has a name."""
        kept = self._declarations.kept()
        if not kept:
            return None
        used = {name for row in kept for name in row.names}
        names = [Code(name) for name in IMPORTED if name in used]
        own = [] if self._from == "typing" else [name for name in names if name == "TypedDict"]
        return render(
            environment(),
            "types.py.jinja",
            melody=words(self._melody),
            # Keys that no class body takes want the form that the rule is against.
            noqa=Code("UP013") if any(row.kind == "dict" for row in kept) else None,
            typing=[name for name in names if name not in own],
            extensions=own,
            declarations=kept,
        )

    def _annotation(self, schema: Mapping[str, Any], hint: str, *, filled: bool) -> Annotation:
        return Annotations(self._declarations, schema).of(schema, Place(hint, filled))
