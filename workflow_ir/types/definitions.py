"""The ``$defs`` of a schema: what a ``$ref`` names, and what absent fields become."""

from __future__ import annotations

from typing import Final

from workflow_ir.types.data import DEEPEST_DATA
from workflow_ir.types.model import JsonValue

PREFIX: Final = "#/$defs/"
"""What every ``$ref`` begins with."""
MOST_FILLED: Final = 10_000
"""Values that defaults may add to a default."""


def definition_name(reference: str) -> str:
    """The definition that a ``$ref`` names.

    It is a JSON Pointer (RFC 6901): ``~1`` stands for a slash and ``~0`` for a tilde.

    >>> definition_name("#/$defs/a~1b")
    'a/b'
    """
    return reference.removeprefix(PREFIX).replace("~1", "/").replace("~0", "~")


class Definitions:
    """The definitions of one schema."""

    def __init__(self, root: JsonValue) -> None:
        """Look them up.

        Args:
            root: The schema that holds them.
        """
        sources = root.get("$defs") if isinstance(root, dict) else None
        self.sources: dict[str, JsonValue] = sources if isinstance(sources, dict) else {}
        """Schemas by name."""

    def behind(self, schema: JsonValue) -> JsonValue:
        """The schema that is no reference; None where there is none."""
        for _ in range(len(self.sources) + 1):
            reference = schema.get("$ref") if isinstance(schema, dict) else None
            if not isinstance(reference, str):
                break
            schema = self.sources.get(definition_name(reference))
        return schema

    def absent(self, schema: JsonValue) -> tuple[JsonValue] | None:
        """What an absent field becomes before it is completed itself; None: it stays absent."""
        part = self.behind(schema)
        if not isinstance(part, dict):
            return None
        if "default" in part:
            return (part["default"],)
        return (None,) if _admits_null(part) else None

    def is_endless(self, schema: JsonValue) -> bool:
        """An absent field holds itself, or defaults add more than `MOST_FILLED` values to it.

        The same holds if they add levels until it is deeper than data may be.
        """
        default = self.absent(schema)
        ahead = [] if default is None else [(default[0], schema, 0, False)]
        count = 0
        while ahead:
            value, source, depth, added = ahead.pop()
            count += added
            if added and (count > MOST_FILLED or depth > DEEPEST_DATA):
                return True
            part = self.behind(source)
            known, items, others = _inside(part)
            if isinstance(value, list):
                ahead += [(item, items, depth + 1, added) for item in value]
            elif isinstance(value, dict):
                ahead += [
                    (item, known.get(key, others), depth + 1, added) for key, item in value.items()
                ]
                for key, field in known.items():
                    filled = self.absent(field) if key not in value else None
                    if filled is not None:
                        ahead.append((filled[0], field, depth + 1, True))
        return False


def _inside(schema: JsonValue) -> tuple[dict[str, JsonValue], JsonValue, JsonValue]:
    """Its properties, and what items and other members must be."""
    if not isinstance(schema, dict):
        return {}, None, None
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return known, schema.get("items"), schema.get("additionalProperties")


def _admits_null(schema: dict[str, JsonValue]) -> bool:
    kind = schema.get("type")
    if kind == "null" or (isinstance(kind, list) and "null" in kind):
        return True
    values, options = schema.get("enum"), schema.get("anyOf")
    if isinstance(values, list) and None in values:
        return True
    return isinstance(options, list) and any(
        isinstance(option, dict) and _admits_null(option) for option in options
    )
