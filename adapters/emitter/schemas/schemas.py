"""The module ``schemas.py`` of a generated project: one check for each schema that counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.schemas.constants import NEEDS, Constants, written
from adapters.emitter.schemas.expression import MANY_NAMES, Expressions
from workflow_ir.workflow import Input

_WORDS: Final = {
    "null": "A null",
    "boolean": "A boolean",
    "integer": "An integer",
    "number": "A number",
    "string": "A string",
}
_WITHOUT_CHECKS: Final = frozenset({"no inputs", *NEEDS["no inputs"]})
"""What needs no check of data."""


class Schemas:
    """Collects the schemas of a project in the order in which they are asked for.

    What a schema refuses, in which order and in which words, and what it fills in, is exactly what
    ``workflow_ir.types`` says of it. Equal checks are written once.

    >>> schemas = Schemas("release_notes")
    >>> schemas.named({"type": "array", "items": {"type": "string"}}, "log_output")
    'schemas.LOG_OUTPUT'
    """

    def __init__(self, melody: str) -> None:
        """Begin without schemas.

        Args:
            melody: Its name.
        """
        self._melody = melody
        self._constants = Constants()
        self._expressions = Expressions(self._constants)
        self._json: dict[str, Code] = {}

    def named(self, schema: Mapping[str, Any], hint: str) -> Code:
        """What generated code hands to ``schemas.admit``, ``violations`` and ``complete``.

        Args:
            schema: The JSON Schema.
            hint: What it is the schema of: ``log_output``.

        Returns:
            A reference like ``schemas.LOG_OUTPUT``; to the same one for an equal schema.

        Raises:
            SchemaError: It is no schema of the subset, which no checked IR has.
            DiagnosticsError: MEL302: Python source cannot say what it says.
        """
        self._constants.use("admit")
        made = self._expressions.of(schema, hint)
        return Code("schemas.") + self._constants.add(made, hint)

    def form(self, schema: Mapping[str, Any], hint: str) -> Code:
        """Likewise, of a form: what somebody leaves out is filled in, though all else be wrong."""
        self._constants.use("forms")
        return self.named(schema, hint)

    def json(self, schema: Mapping[str, Any], hint: str) -> Code:
        """The schema itself, for a model that is told of it.

        Returns:
            A reference like ``schemas.LOG_OUTPUT_JSON``.

        Raises:
            DiagnosticsError: MEL302: it is too deep to be a literal.
        """
        text = json.dumps(schema)
        if text not in self._json:
            name = self._constants.name(f"{hint}_json")
            value = written(schema)
            self._json[text] = self._constants.assign(name, value, Code("dict[str, Any]"))
        return Code("schemas.") + self._json[text]

    def inputs(self, inputs: Mapping[str, Input]) -> Code:
        """The function that checks the inputs of a run and fills them in.

        Returns:
            ``schemas.checked_inputs``: it takes what is given and raises ``InputsError``.

        Raises:
            DiagnosticsError: MEL302: Python source cannot say what one of the schemas says.
        """
        if inputs:
            self._constants.use("checked_inputs")
            made = self._inputs(self._melody, inputs, "input")
            self._constants.assign(Code("INPUTS"), made)
        else:
            self._constants.use("no inputs")
            self._constants.assign(Code("MELODY"), literal(self._melody))
        return Code("schemas.checked_inputs")

    def called_inputs(self, melody: str, inputs: Mapping[str, Input], hint: str) -> Code:
        """What generated code hands to ``schemas.called_inputs`` to check what a ``call`` gives.

        Args:
            melody: The name of the sub-melody, for messages.
            inputs: Its inputs.
            hint: How the constant may sound: ``review_inputs``.

        Returns:
            A reference like ``schemas.REVIEW_INPUTS``.

        Raises:
            DiagnosticsError: MEL302: Python source cannot say what one of the schemas says.
        """
        self._constants.use("called_inputs")
        made = self._inputs(melody, inputs, hint)
        return Code("schemas.") + self._constants.add(made, hint)

    def module(self) -> Code | None:
        """The text of ``schemas.py``; None: nobody asked for a schema."""
        if not self._constants.rows and not self._constants.used:
            return None
        return render(
            environment(),
            "schemas.py.jinja",
            melody=words(self._melody),
            used=self._constants.used,
            checks=not self._constants.used <= _WITHOUT_CHECKS,
            kinds=[
                {"name": Code(kind), "kind": literal(kind), "words": Code(said)}
                for kind, said in _WORDS.items()
                if kind in self._constants.used
            ],
            constants=self._constants.rows,
        )

    def _inputs(self, melody: str, inputs: Mapping[str, Input], hint: str) -> Code:
        if len(inputs) > MANY_NAMES:
            self._constants.use("nearest of many")
        fields = [
            joined((literal(name), self._input(spec, f"{hint}_{name}")), ": ")
            for name, spec in inputs.items()
        ]
        known = Code("{") + joined(fields, ", ") + Code("}")
        return self._constants.call("Inputs", literal(melody), known)

    def _input(self, spec: Input, hint: str) -> Code:
        return self._constants.call("Input", *self._of_input(spec, hint))

    def _of_input(self, spec: Input, hint: str) -> Iterator[Code]:
        yield self._expressions.of(spec.schema_, hint, level=1)
        if not spec.required:
            yield Code("required=False")
            if spec.default is not None:
                yield Code("default=") + written(spec.default)
