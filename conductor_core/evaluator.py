"""IR values as closures: compiled once per run of the same IR, evaluated without pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow_ir.expressions import compile as compile_expression
from workflow_ir.expressions import parse, render
from workflow_ir.types import compile_schema
from workflow_ir.types.validate import Violation
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)

Env = Mapping[str, object]
"""Names in scope: ``inputs``, ``steps``, the item of a map, ``output`` in a gate …"""
Evaluate = Callable[[Env], Any]
Check = Callable[[Any], list[Violation]]


class Evaluator:
    """The closures of one IR. Values are told apart by identity; the IR outlives the evaluator."""

    def __init__(self) -> None:
        self._values: dict[int, tuple[object, Evaluate]] = {}
        self._checks: dict[int, tuple[object, Check]] = {}

    def value(self, value: Value) -> Evaluate:
        """The closure of a value.

        Evaluating raises ``EvaluationError`` (``expression.missing|type|number|cost``).
        """
        found = self._values.get(id(value))
        if found is None:
            found = self._values[id(value)] = (value, self._compile(value))
        return found[1]

    def check(self, schema: dict[str, Any]) -> Check:
        """The validator of a schema."""
        found = self._checks.get(id(schema))
        if found is None:
            found = self._checks[id(schema)] = (schema, compile_schema(schema))
        return found[1]

    def _compile(self, value: Value) -> Evaluate:
        match value:
            case LiteralValue():
                constant = value.value
                return lambda env: constant
            case ExprValue():
                return compile_expression(parse(value.source))
            case TextValue():
                return self._text(value)
            case MapValue():
                entries = [(key, self.value(entry)) for key, entry in value.entries.items()]
                return lambda env: {key: entry(env) for key, entry in entries}
            case ListValue():
                items = [self.value(item) for item in value.items]
                return lambda env: [item(env) for item in items]
            case ConvertValue():
                return _converted(value, self.value(value.value))

    def _text(self, text: TextValue) -> Evaluate:
        parts: list[str | Evaluate] = [
            part if isinstance(part, str) else self.value(part) for part in text.parts
        ]
        # The empty text keeps a lone expression from keeping its type: this is a text.
        return lambda env: render(["", *parts], env)


def _converted(how: ConvertValue, inner: Evaluate) -> Evaluate:
    """A value that is not of the kind expected stays: the schema behind the border tells of it."""
    match how.to:
        case "number":
            return lambda env: _number(inner(env))
        case "object":
            return lambda env: {how.field: inner(env)}
        case "field":
            return lambda env: _field(inner(env), how.field)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _field(value: Any, name: str | None) -> Any:
    return value[name] if isinstance(value, dict) and list(value) == [name] else value


def as_text(value: Any) -> str:
    """A value as it stands in a text: strings as they are, others as compact JSON (spec 8)."""
    text = render(["", lambda _: value], {})
    assert isinstance(text, str)
    return text
