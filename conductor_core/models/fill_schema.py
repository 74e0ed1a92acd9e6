"""A JSON value that meets a schema, taken from the words of a text where they fit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from conductor_core.models.sample_pattern import sample_pattern
from workflow_ir.players import Schema
from workflow_ir.types.validate import SchemaError, compile_schema

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+")
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.])")
_LONGEST_CLAUSE = 12
_DEEPEST_OPTIONAL = 4
"""Below this level only required fields are filled, so that recursive schemas end."""
_DEEPEST = 40
_MOST_ITEMS = 3


class FillSchema:
    """Fills schemas from one text. Deterministic: the same text and schema, the same value."""

    def __init__(self, source: str) -> None:
        self._source = source
        clauses = (" ".join(c.split()[:_LONGEST_CLAUSE]) for c in _CLAUSE.split(source))
        self._clauses = [c for c in clauses if any(sign.isalnum() for sign in c)] or ["nothing"]
        self._used = 0
        self._numbers = [float(number) for number in _NUMBER.findall(source)]
        self._root: Schema = {}

    def fill(self, schema: Schema) -> Any:
        """A value for the schema; one that contradicts itself gets the nearest try."""
        self._root = schema
        return self._value(schema, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        schema = self._merged(schema, depth)
        for key in ("const", "default"):
            if key in schema and self._meets(schema[key], schema):
                return schema[key]
        if "enum" in schema:
            return self._chosen(schema)
        for key in ("anyOf", "oneOf"):
            if key in schema and depth < _DEEPEST:
                return self._option(schema, key, name, depth)
        match self._kind(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number" as kind:
                return self._number(schema, name, whole=kind == "integer")
            case "boolean":
                return self._named(name, r"(true|false)") != "false"
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _merged(self, schema: Any, depth: int) -> dict[str, Any]:
        """The schema with ``$ref`` and ``allOf`` written out."""
        if not isinstance(schema, Mapping):
            return {}
        whole: dict[str, Any] = {k: v for k, v in schema.items() if k not in ("allOf", "$ref")}
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.insert(0, self._referred(schema["$ref"]))
        for part in parts if depth < _DEEPEST else ():
            for key, value in self._merged(part, depth + 1).items():
                whole[key] = _both(key, whole[key], value) if key in whole else value
        return whole

    def _referred(self, reference: str) -> Any:
        found: Any = self._root
        for part in reference.removeprefix("#").split("/")[1:]:
            found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
        return found

    def _kind(self, schema: Mapping[str, Any]) -> str:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((option for option in kind if option != "null"), "null")
        if isinstance(kind, str):
            return kind
        if "properties" in schema or "additionalProperties" in schema:
            return "object"
        if "items" in schema or "minItems" in schema:
            return "array"
        numeric = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        return "number" if any(key in schema for key in numeric) else "string"

    def _chosen(self, schema: Mapping[str, Any]) -> Any:
        """The first option that the text mentions, else the first one that is allowed."""
        options = [option for option in schema["enum"] if self._meets(option, schema)]
        options = options or schema["enum"]
        for option in options:
            if isinstance(option, str) and re.search(rf"\b{re.escape(option)}\b", self._source):
                return option
        return options[0]

    def _option(self, schema: dict[str, Any], key: str, name: str, depth: int) -> Any:
        rest = {k: v for k, v in schema.items() if k != key}
        tries = []
        for option in schema[key]:
            tried = self._value({"allOf": [option, rest]} if rest else option, name, depth + 1)
            if self._meets(tried, schema):
                return tried
            tries.append(tried)
        return tries[0] if tries else None

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        wanted = [name for name in properties if name in required or depth < _DEEPEST_OPTIONAL]
        wanted += [name for name in required if name not in properties]
        if depth > _DEEPEST:
            return {}
        others = schema.get("additionalProperties", {})
        return {name: self._value(properties.get(name, others), name, depth + 1) for name in wanted}

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        size = int(min(max(least, 0 if depth > _DEEPEST_OPTIONAL else _MOST_ITEMS), most))
        items: list[Any] = []
        for place in range(size):
            item = self._value(schema.get("items", {}), f"{name}[{place}]", depth + 1)
            if schema.get("uniqueItems") and item in items:
                item = self._other(schema.get("items", {}), items)
                if item is None:
                    break
            items.append(item)
        return items

    def _other(self, schema: Any, taken: list[Any]) -> Any:
        """A further value of a schema, for lists without repetition."""
        merged = self._merged(schema, 0)
        for candidate in _candidates(merged):
            if candidate not in taken and self._meets(candidate, merged):
                return candidate
        return None

    def _number(self, schema: Mapping[str, Any], name: str, *, whole: bool) -> float:
        found = self._named(name, r"(-?\d+(?:\.\d+)?)")
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        tries = [float(found)] if found else []
        tries += self._numbers
        tries += [float(bound) for bound in (low, high) if bound is not None]
        unit = schema.get("multipleOf", 1 if whole else 0)
        for bound, step in ((low, 1), (high, -1)):
            if bound is not None and unit:
                tries += [math.ceil(bound / unit) * unit, (math.floor(bound / unit) + step) * unit]
        if low is not None and high is not None:
            tries.append((low + high) / 2)
        tries += [0.0, 1.0, (low or 0) + 0.5, (low or 0) + 1, (high or 0) - 0.5, (high or 0) - 1]
        for number in tries:
            value = int(number) if float(number).is_integer() else number
            if (isinstance(value, int) or not whole) and self._meets(value, schema):
                return value
        return 0

    def _string(self, schema: Mapping[str, Any], name: str) -> str:
        tries = [self._named(name, r'"?([^"\n,}]+)'), self._clause()]
        for text in tries:
            if text:
                sized = _sized(text.strip(), schema)
                if self._meets(sized, schema):
                    return sized
        if "pattern" in schema:
            for text in sample_pattern(schema["pattern"]):
                if self._meets(text, schema):
                    return text
        return _sized("text", schema)

    def _clause(self) -> str:
        clause = self._clauses[self._used % len(self._clauses)]
        self._used += 1
        return clause

    def _named(self, name: str, value: str) -> str | None:
        """What the text says of a field, as ``name: value`` or as JSON."""
        if not name or not name.isidentifier():
            return None
        found = re.search(rf"(?i)\b{re.escape(name)}\b[\"']?\s*[:=]\s*{value}", self._source)
        return found[1] if found else None

    def _meets(self, value: Any, schema: Mapping[str, Any]) -> bool:
        whole = dict(schema)
        if "$defs" in self._root:
            whole.setdefault("$defs", self._root["$defs"])
        try:
            return not compile_schema(whole)(value)
        except SchemaError:
            return True  # a schema that cannot be checked was refused before the run


def _both(key: str, one: Any, other: Any) -> Any:
    """Two assertions of one keyword as one."""
    match key:
        case "properties" | "$defs":
            shared = {name: {"allOf": [one[name], other[name]]} for name in one if name in other}
            return {**one, **other, **shared}
        case "required":
            return [*one, *(name for name in other if name not in one)]
        case "minimum" | "exclusiveMinimum" | "minLength" | "minItems":
            return max(one, other)
        case "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems":
            return min(one, other)
        case "enum":
            return [option for option in one if option in other]
        case "type":
            kinds = [one] if isinstance(one, str) else one
            others = [other] if isinstance(other, str) else other
            narrow = [kind for kind in kinds if kind in others]
            if not narrow and {"integer", "number"} <= {*kinds, *others}:
                narrow = ["integer"]
            return narrow[0] if len(narrow) == 1 else narrow
        case "items":
            return {"allOf": [one, other]}
    return other


def _sized(text: str, schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if len(text) < least:
        text = (text + " " + "and so on " * (least // 8 + 1))[:least]
    return text if most is None else text[:most]


def _candidates(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    for n in range(50):
        yield math.ceil(low) + n
        yield f"item {n + 1}"
        yield [n]
    yield from (True, False, None)
