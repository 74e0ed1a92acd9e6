"""One JSON Schema as an expression of the functions in a generated ``schemas.py``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.schemas.constants import Constants, written
from adapters.emitter.schemas.pattern import python_pattern
from adapters.emitter.schemas.refused import refused
from workflow_ir.types import compile_schema
from workflow_ir.types.definitions import Definitions, definition_name
from workflow_ir.types.schema_keywords import SIMPLE

ANNOTATIONS: Final = frozenset({
    "title", "description", "default", "examples", "$schema", "$comment", "$id", "format",
    "deprecated", "readOnly", "writeOnly", "$defs",
})  # fmt: skip
"""Keywords that check nothing; ``default`` and ``$defs`` are read where they count."""
_STRUCTURAL: Final = frozenset({
    "type", "items", "allOf", "anyOf", "oneOf", "$ref",
    "properties", "required", "additionalProperties",
})  # fmt: skip
_HOLDING: Final = _STRUCTURAL - {"type", "required", "$ref"}
"""Keywords that hold schemas."""
_KINDS: Final = ("null", "boolean", "integer", "number", "string")
"""Types that have a function of their own, of that name."""
_ALTERNATIVES: Final = {"allOf": "all_of", "anyOf": "any_of", "oneOf": "one_option"}
_DEEPEST: Final = 4
"""Calls inside each other; what lies deeper gets a name of its own."""
MANY_NAMES: Final = 1000
"""With more, ``nearest`` compares some of them only."""


class Expressions:
    """Writes schemas; definitions and deep parts become constants."""

    def __init__(self, constants: Constants) -> None:
        self._constants = constants
        self._known: dict[tuple[str, str], Code] = {}

    def of(self, schema: Any, hint: str, *, level: int = 0) -> Code:
        """A schema as an expression.

        Args:
            schema: Of the subset that `compile_schema` takes.
            hint: How the names of its parts may sound.
            level: Calls that stand round it.

        Raises:
            SchemaError: It is none of the subset.
            DiagnosticsError: MEL302: Python source cannot say it.
        """
        compile_schema(schema)
        return _Expression(self._constants, self._known, schema, hint).of(schema, hint, level)


@dataclass(slots=True)
class _Rules:
    """What a schema checks, in the order in which it is checked."""

    simple: list[Code] = field(default_factory=list)
    item: Code | None = None
    others: list[Code] = field(default_factory=list)
    """Alternatives and references."""
    fields: list[Code] | None = None
    """Arguments of ``members``."""
    member: Code | None = None
    """In place of ``fields``: all members are such values."""


class _Expression:
    def __init__(
        self, constants: Constants, known: dict[tuple[str, str], Code], root: Any, hint: str
    ) -> None:
        self._constants = constants
        self._call = constants.call
        self._known = known
        self._hint = hint
        self._definitions = Definitions(root)
        self._text = json.dumps(self._definitions.sources)
        self._open: dict[str, Code | None] = {}
        """Definitions that are being written, with their names once these are needed."""

    def of(self, schema: Any, hint: str, level: int) -> Code:
        if not isinstance(schema, dict):
            return self._constants.use("ANYTHING" if schema else "NOTHING")
        unknown = sorted(schema.keys() - ANNOTATIONS - _STRUCTURAL - _SIMPLE.keys())
        if unknown:
            raise refused(f"no code is written for `{unknown[0]}` of a schema", "leave it out")
        deep = level >= _DEEPEST
        made = self._whole(schema, self._rules(schema, hint, 1 if deep else level + 1))
        return self._constants.add(made, hint) if deep and schema.keys() & _HOLDING else made

    def _rules(self, schema: dict[str, Any], hint: str, level: int) -> _Rules:
        rules = _Rules()
        for keyword in SIMPLE:
            if keyword in schema:
                rules.simple += _SIMPLE[keyword](self._constants, schema[keyword])
        if "items" in schema:
            rules.item = self.of(schema["items"], f"{hint}_item", level)
        for keyword, name in _ALTERNATIVES.items():
            options = (
                self.of(option, f"{hint}_option_{number}", level)
                for number, option in enumerate(schema.get(keyword, ()), 1)
            )
            if keyword in schema:
                rules.others.append(self._call(name, *options))
        if "$ref" in schema:
            rules.others.append(self._reference(schema["$ref"]))
        self._members(schema, hint, level, rules)
        return rules

    def _whole(self, schema: dict[str, Any], rules: _Rules) -> Code:
        kinds = schema.get("type", [])
        kinds = kinds if isinstance(kinds, list) else [kinds]
        has_members = rules.fields is not None or rules.member is not None
        if kinds == ["array"] and not rules.others and not has_members:
            return self._call("list_of", rules.item or self._anything(), *rules.simple)
        if kinds == ["object"] and rules.item is None and "$ref" not in schema:
            if rules.fields is None:
                of = rules.member or self._anything()
                return self._call("map_of", of, *rules.simple, *rules.others)
            first, *rest = rules.fields
            return self._call("obj", first, *rules.simple, *rules.others, *rest)
        parts = self._in_order(rules, filling="$ref" not in schema)
        if len(kinds) == 1 and kinds[0] in _KINDS:
            return self._call(kinds[0], *parts)
        if kinds:
            return self._call("typed", literal(tuple(kinds)), *parts)
        if len(parts) == 1:
            return parts[0]
        return self._call("every", *parts) if parts else self._anything()

    def _in_order(self, rules: _Rules, *, filling: bool) -> list[Code]:
        """All rules. Beside a reference nothing is filled in but what the reference says."""
        item = fields = None
        if rules.item is not None:
            item = self._call("items", rules.item)
        if rules.member is not None:
            self._constants.use("others")
            fields = self._call("members", Code("{}"), Code("others=") + rules.member)
        elif rules.fields is not None:
            fields = self._call("members", *rules.fields)
        structure = [
            part if part is None or filling else self._call("all_of", part)
            for part in (item, fields)
        ]
        parts = [*rules.simple, structure[0], *rules.others, structure[1]]
        return [part for part in parts if part is not None]

    def _anything(self) -> Code:
        return self._constants.use("ANYTHING")

    # --- fields -------------------------------------------------------------------------------

    def _members(self, schema: dict[str, Any], hint: str, level: int, rules: _Rules) -> None:
        if not schema.keys() & {"properties", "required", "additionalProperties"}:
            return
        properties = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        other = None if rest is False else self.of(rest, f"{hint}_other", level)
        if not properties and not schema.get("required") and other is not None:
            rules.member = other
            return
        if len(properties) > MANY_NAMES:
            self._constants.use("nearest of many")
        rules.fields = [
            _dict(
                (written(name), self.of(part, f"{hint}_{name}", level))
                for name, part in properties.items()
            )
        ]
        if schema.get("required"):
            names = literal(tuple(schema["required"]))
            rules.fields.append(Code("required=") + names)
        defaults = [*self._defaults(properties)]
        if defaults:
            self._constants.use("fills")
            rules.fields.append(Code("defaults=") + _dict(defaults))
        if other is not None:
            self._constants.use("others")
            rules.fields.append(Code("others=") + other)

    def _defaults(self, properties: Mapping[str, Any]) -> Iterator[tuple[Code, Code]]:
        """What absent fields become."""
        for name, source in properties.items():
            default = self._definitions.absent(source)
            if default is not None:
                yield written(name), written(*default)

    # --- definitions --------------------------------------------------------------------------

    def _reference(self, reference: str) -> Code:
        name = definition_name(reference)
        key = (self._text, name)
        if key in self._known:
            return self._known[key]
        hint = f"{self._hint}_{name}"
        if name in self._open:
            again = self._open[name] or self._constants.name(hint)
            self._open[name] = again
            return self._call("later", Code("lambda: ") + again)
        self._open[name] = None
        made = self.of(self._definitions.sources[name], hint, 0)
        own = self._open.pop(name)
        self._known[key] = (
            self._constants.add(made, hint)
            if own is None
            else self._constants.assign(own, made, Code("Schema"))
        )
        return self._known[key]


def _dict(entries: Iterable[tuple[Code, Code]]) -> Code:
    pairs = [joined(entry, ": ") for entry in entries]
    return Code("{") + joined(pairs, ", ") + Code("}")


# --- keywords that need nothing but their own value -------------------------------------------

Write = Callable[[Constants, Any], list[Code]]
"""Gives what a keyword checks, if it checks anything."""


def _one_of(constants: Constants, values: list[Any]) -> list[Code]:
    if not all(value is None or isinstance(value, str) for value in values):
        constants.use("one_of any data")
    return [constants.call("one_of", *_arguments(values))]


def _bound(name: str) -> Write:
    return lambda constants, limit: [constants.call(name, literal(limit))]


def _pattern(constants: Constants, source: str) -> list[Code]:
    regex = python_pattern(source)
    texts = [regex] if regex == source else [regex, source]
    return [constants.call("pattern", *_arguments(texts))]


def _arguments(values: list[Any]) -> list[Code]:
    """A long text that is the only argument needs no brackets of its own round its pieces."""
    made = [written(value) for value in values]
    if len(values) == 1 and isinstance(values[0], str) and made[0].startswith("("):
        return [Code(made[0][1:-1])]
    return made


_SIMPLE: Final[Mapping[str, Write]] = {
    "enum": _one_of,
    "const": lambda constants, value: _one_of(constants, [value]),
    "minimum": _bound("minimum"),
    "maximum": _bound("maximum"),
    "exclusiveMinimum": _bound("exclusive_minimum"),
    "exclusiveMaximum": _bound("exclusive_maximum"),
    "multipleOf": _bound("multiple_of"),
    "minLength": _bound("min_length"),
    "maxLength": _bound("max_length"),
    "pattern": _pattern,
    "minItems": _bound("min_items"),
    "maxItems": _bound("max_items"),
    "uniqueItems": lambda constants, wanted: [constants.call("unique_items")] if wanted else [],
}
