"""The definitions of a schema, and what its absent fields become."""

from __future__ import annotations

from typing import Any, Final

from workflow_ir.types import complete

PREFIX: Final = "#/$defs/"
MOST_FILLED: Final = 10_000
"""Values that one absent field may become."""

_DECIDING: Final = ("default", "type", "enum", "anyOf")
"""Keywords that say what an absent field becomes."""


def name_in(reference: str) -> str:
    """The definition that a ``$ref`` names."""
    return reference.removeprefix(PREFIX).replace("~1", "/").replace("~0", "~")


class Definitions:
    """The ``$defs`` of a schema, looked up as `complete` does."""

    def __init__(self, root: Any) -> None:
        self.sources: dict[str, Any] = root.get("$defs", {}) if isinstance(root, dict) else {}
        """Schemas by name."""
        self._sizes: dict[int, int] = {}

    def behind(self, schema: Any) -> Any:
        """The schema that is no reference; None where `complete` finds none."""
        while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            schema = self.sources.get(schema["$ref"].removeprefix(PREFIX))
        return schema

    def absent(self, schema: Any) -> tuple[Any] | None:
        """What an absent field becomes before it is completed itself; None: it stays absent."""
        part = self.behind(schema)
        if not isinstance(part, dict):
            return None
        # Without its own fields: a default that holds itself would be followed for ever.
        alone: Any = {keyword: part[keyword] for keyword in _DECIDING if keyword in part}
        completed: Any = complete({}, {"properties": {"it": alone}})
        return (completed["it"],) if "it" in completed else None

    def is_endless(self, schema: Any) -> bool:
        """An absent field becomes more than `MOST_FILLED` values."""
        try:
            return self._size(schema) > MOST_FILLED
        except RecursionError:
            return True

    def _size(self, schema: Any) -> int:
        default = self.absent(schema)
        if default is None:
            return 0
        part = self.behind(schema)
        if id(part) not in self._sizes:
            self._sizes[id(part)] = MOST_FILLED + 1  # what holds itself has no end
            self._sizes[id(part)] = self._completed_size(default[0], part)
        return self._sizes[id(part)]

    def _completed_size(self, value: Any, schema: Any) -> int:
        part = self.behind(schema)
        part = part if isinstance(part, dict) else {}
        if isinstance(value, list):
            sizes = [self._completed_size(item, part.get("items")) for item in value]
        elif isinstance(value, dict):
            known, others = part.get("properties", {}), part.get("additionalProperties")
            sizes = [
                self._completed_size(item, known.get(key, others)) for key, item in value.items()
            ]
            sizes += [self._size(source) for key, source in known.items() if key not in value]
        else:
            sizes = []
        return min(1 + sum(sizes), MOST_FILLED + 1)
