"""JSON Schema at run time: a schema becomes closures once, and each value is checked by them.

The subset is `KEYWORDS`; any other keyword is refused by name when the schema is compiled, so that
no constraint is ever written and silently not enforced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from workflow_ir.nearest import nearest
from workflow_ir.types.data import not_data, path_to
from workflow_ir.types.definitions import MOST_FILLED, PREFIX, Definitions, definition_name
from workflow_ir.types.describe import kind_of, show
from workflow_ir.types.model import JsonValue
from workflow_ir.types.schema_keywords import (
    SIMPLE,
    Check,
    Found,
    SchemaError,
    SchemaPath,
    Violation,
)

__all__ = ["KEYWORDS", "SchemaError", "Validator", "Violation", "compile_schema"]

Validator = Callable[[object], list[Violation]]
"""Gives what is wrong with a value, in the order of the value; an empty list: nothing."""

_ANNOTATIONS: Final = frozenset({
    "title", "description", "default", "examples", "$schema", "$comment", "$id", "format",
    "deprecated", "readOnly", "writeOnly",
})  # fmt: skip
_STRUCTURAL: Final = frozenset({
    "type", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "allOf",
    "$ref", "$defs",
})  # fmt: skip
KEYWORDS: Final = frozenset(SIMPLE) | _STRUCTURAL | _ANNOTATIONS
"""Every keyword that is understood. ``format`` is recorded, not enforced."""

_MOST_VIOLATIONS = 50
_DEEPEST_SCHEMA = 64
_MEANT: Final = {
    "definitions": "$defs",
    "nullable": "type",
    "min": "minimum",
    "max": "maximum",
    "optional": "required",
}

_KINDS: Final[dict[str, frozenset[type]]] = {
    "null": frozenset({type(None)}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "string": frozenset({str}),
    "array": frozenset({list}),
    "object": frozenset({dict}),
}
_WORDS: Final = {"array": "a list", "object": "an object", "integer": "an integer", "null": "null"}


def compile_schema(schema: JsonValue) -> Validator:
    """A function that checks values against a schema.

    Besides the schema, the value must be data: exact JSON types, finite numbers, integers of 64
    bits. ``1.0`` is no integer, ``true`` no number.

    Args:
        schema: A JSON Schema of the subset, or true or false.

    Returns:
        A function from a value to its violations; at most 50 are listed.

    Raises:
        SchemaError: For a keyword outside `KEYWORDS`, a malformed one, a ``$ref`` that is not a
            local ``#/$defs/NAME``, or a default that could be filled in for ever.

    >>> check = compile_schema({"type": "array", "items": {"type": "integer", "minimum": 0}})
    >>> check([1, -2])
    [Violation(path='$[1]', message='-2 is less than the minimum 0')]
    """
    check = _Compiler(schema).top()

    def validate(value: object) -> list[Violation]:
        fault = not_data(value)
        if fault is not None:
            return [Violation(*fault)]
        found: Found = []
        try:
            check(value, "$", found)  # type: ignore[arg-type]  # not_data has just shown it is JSON
        except RecursionError:
            return [Violation("$", "the schema and the value are nested too deep")]
        return found[:_MOST_VIOLATIONS]

    return validate


class _Compiler:
    """Compiles one schema; each definition once, so that definitions may be recursive."""

    def __init__(self, schema: JsonValue) -> None:
        self._schema = schema
        definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        if not isinstance(definitions, dict):
            raise SchemaError("`$defs` wants an object.", ("$defs",))
        self._sources = definitions
        self._compiled: dict[str, Check] = {}
        self._fields: list[tuple[JsonValue, SchemaPath]] = []

    def top(self) -> Check:
        for name, source in self._sources.items():
            self._compiled[name] = self.compile(source, ("$defs", name))
        self._refuse_circles()
        check = self.compile(self._schema, ())
        self._refuse_endless_defaults()
        return check

    def compile(self, schema: JsonValue, path: SchemaPath) -> Check:
        if schema is True:
            return _accept
        if schema is False:
            return _refuse
        if not isinstance(schema, dict):
            raise SchemaError(f"A schema is wanted, not {show(schema)}.", path)
        if len(path) > 2 * _DEEPEST_SCHEMA:
            raise SchemaError(f"The schema is nested deeper than {_DEEPEST_SCHEMA} levels.", path)
        for keyword in schema:
            if keyword not in KEYWORDS:
                raise _unknown(keyword, path)
        if "$defs" in schema and path:
            raise SchemaError("`$defs` stands inside; move it to the top.", (*path, "$defs"))
        return self._assertions(schema, path)

    def _assertions(self, schema: dict[str, JsonValue], path: SchemaPath) -> Check:
        checks = [
            build(keyword, schema[keyword], (*path, keyword))
            for keyword, build in SIMPLE.items()
            if keyword in schema
        ]
        for keyword, compile_part in self._parts().items():
            if keyword in schema:
                checks.append(compile_part(schema[keyword], (*path, keyword)))
        if schema.keys() & {"properties", "required", "additionalProperties"}:
            checks.append(self._members(schema, path))
        if "type" not in schema:
            return _all(checks)
        return _typed(_kinds(schema["type"], (*path, "type")), _all(checks))

    def _parts(self) -> dict[str, Callable[[JsonValue, SchemaPath], Check]]:
        return {
            "items": self._items,
            "allOf": self._all_of,
            "anyOf": self._any_of,
            "oneOf": self._one_of,
            "$ref": self._reference,
        }

    def _items(self, schema: JsonValue, path: SchemaPath) -> Check:
        item_check = self.compile(schema, path)

        def check(value: JsonValue, at: str, found: Found) -> None:
            if isinstance(value, list):
                for index, item in enumerate(value):
                    item_check(item, f"{at}[{index}]", found)
                    if len(found) > _MOST_VIOLATIONS:
                        return

        return check

    def _members(self, schema: dict[str, JsonValue], path: SchemaPath) -> Check:
        properties = schema.get("properties", {})
        if not isinstance(properties, dict):
            raise SchemaError("`properties` wants an object.", (*path, "properties"))
        checks = {
            name: self.compile(part, (*path, "properties", name))
            for name, part in properties.items()
        }
        self._fields += [(part, (*path, "properties", name)) for name, part in properties.items()]
        required = _names(schema.get("required", []), (*path, "required"))
        rest = schema.get("additionalProperties", True)
        other = self.compile(rest, (*path, "additionalProperties"))

        def check(value: JsonValue, at: str, found: Found) -> None:
            if not isinstance(value, dict):
                return
            for name in required:
                if name not in value:
                    found.append(Violation(at, f"the field {show(name)} is missing"))
            for name, member in value.items():
                known = checks.get(name)
                if known is not None:
                    known(member, path_to(at, name), found)
                elif rest is False:
                    found.append(Violation(at, _not_a_field(name, checks)))
                else:
                    other(member, path_to(at, name), found)
                if len(found) > _MOST_VIOLATIONS:
                    return

        return check

    def _options(self, schemas: JsonValue, path: SchemaPath) -> list[Check]:
        if not isinstance(schemas, list) or not schemas:
            raise SchemaError(f"`{path[-1]}` wants a list of schemas, not {show(schemas)}.", path)
        return [self.compile(part, (*path, index)) for index, part in enumerate(schemas)]

    def _all_of(self, schemas: JsonValue, path: SchemaPath) -> Check:
        return _all(self._options(schemas, path))

    def _any_of(self, schemas: JsonValue, path: SchemaPath) -> Check:
        options = self._options(schemas, path)

        def check(value: JsonValue, at: str, found: Found) -> None:
            attempts: list[Found] = []
            for option in options:
                attempt: Found = []
                option(value, at, attempt)
                if not attempt:
                    return
                attempts.append(attempt)
            found.extend(_closest(attempts, value, at))

        return check

    def _one_of(self, schemas: JsonValue, path: SchemaPath) -> Check:
        options = self._options(schemas, path)

        def check(value: JsonValue, at: str, found: Found) -> None:
            attempts: list[Found] = [[] for _ in options]
            for option, attempt in zip(options, attempts, strict=True):
                option(value, at, attempt)
            fitting = sum(not attempt for attempt in attempts)
            if not fitting:
                found.extend(_closest(attempts, value, at))
            elif fitting > 1:
                message = f"{show(value)} fits {fitting} alternatives, exactly one is wanted"
                found.append(Violation(at, message))

        return check

    def _reference(self, reference: JsonValue, path: SchemaPath) -> Check:
        if not isinstance(reference, str) or not reference.startswith(PREFIX):
            help_ = "Copy the schema in, or put it under `$defs` and write `#/$defs/NAME`."
            raise SchemaError(f"`$ref` {show(reference)} is not local.", path, help_)
        name = definition_name(reference)
        if name not in self._sources:
            meant = nearest(name, self._sources)
            help_ = f"Did you mean {meant!r}?" if meant else "Add it under `$defs`."
            raise SchemaError(f"`$ref` names {name!r}, which `$defs` does not hold.", path, help_)
        compiled = self._compiled

        def check(value: JsonValue, at: str, found: Found) -> None:
            compiled[name](value, at, found)

        return check

    def _refuse_circles(self) -> None:
        for name in self._sources:
            seen = {name}
            source = self._sources[name]
            while isinstance(source, dict) and isinstance(source.get("$ref"), str):
                target = definition_name(str(source["$ref"]))
                if target in seen:
                    path: SchemaPath = ("$defs", name, "$ref")
                    raise SchemaError(f"The definition {name!r} refers to itself.", path)
                seen.add(target)
                source = self._sources.get(target)

    def _refuse_endless_defaults(self) -> None:
        definitions = Definitions(self._schema)
        for part, path in self._fields:
            if definitions.is_endless(part):
                raise SchemaError(
                    f"The default of {show(path[-1])} holds itself, or over {MOST_FILLED} values"
                    " once absent fields inside it are filled in.",
                    path,
                    "Write the fields inside into the default, or leave the default out.",
                )


def _accept(value: JsonValue, at: str, found: Found) -> None:
    """Nothing is wrong with any value."""


def _refuse(value: JsonValue, at: str, found: Found) -> None:
    found.append(Violation(at, f"{show(value)} stands where nothing may stand"))


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    if not checks:
        return _accept

    def check(value: JsonValue, at: str, found: Found) -> None:
        for part in checks:
            part(value, at, found)

    return check


def _typed(kinds: tuple[str, ...], rest: Check) -> Check:
    allowed = frozenset(kind for name in kinds for kind in _KINDS[name])
    wanted = " or ".join(_WORDS.get(name, f"a {name}") for name in kinds)

    def check(value: JsonValue, at: str, found: Found) -> None:
        if type(value) in allowed:
            rest(value, at, found)
        else:
            found.append(Violation(at, f"{show(value)} is {_article(value)}, not {wanted}"))

    return check


def _article(value: JsonValue) -> str:
    name = kind_of(value)
    return name if name == "null" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _kinds(value: JsonValue, path: SchemaPath) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str) or name not in _KINDS:
            meant = nearest(name, _KINDS) if isinstance(name, str) else None
            help_ = f"Did you mean {meant!r}?" if meant else f"Types are {', '.join(_KINDS)}."
            raise SchemaError(f"`type` {show(name)} is no JSON type.", path, help_)
    if not names:
        raise SchemaError("`type` lists no type.", path)
    return tuple(str(name) for name in names)


def _names(value: JsonValue, path: SchemaPath) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise SchemaError(f"`required` wants a list of names, not {show(value)}.", path)
    return tuple(str(name) for name in value)


def _not_a_field(name: str, known: dict[str, Check]) -> str:
    meant = nearest(name, known)
    hint = f"; did you mean {show(meant)}?" if meant is not None else ""
    return f"{show(name)} is no field here{hint}"


def _closest(attempts: list[Found], value: JsonValue, at: str) -> Found:
    """The reasons of the alternative that failed deepest, or all in one line if none got inside."""
    inside = [attempt for attempt in attempts if all(item.path != at for item in attempt)]
    if len(inside) == 1:
        return inside[0]
    if len(attempts) == 1:
        return attempts[0]
    return [Violation(at, f"{show(value)} fits none of {len(attempts)} alternatives")]


def _unknown(keyword: str, path: SchemaPath) -> SchemaError:
    meant = _MEANT.get(keyword) or nearest(keyword, KEYWORDS)
    help_ = f"Did you mean `{meant}`?" if meant else "Remove it: it would not be enforced."
    return SchemaError(f"The keyword {keyword!r} is not supported.", (*path, keyword), help_)
