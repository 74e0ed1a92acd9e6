"""The canonical form of IR models: what is hashed, and what ``compile --to ir`` writes."""

from __future__ import annotations

import hashlib
import json
from enum import Enum

from pydantic import BaseModel, JsonValue

_UNHASHED = frozenset({"at", "label", "description", "file"})
"""Fields that a reader sees and a run does not: they never change the hash (spec 1)."""


def plain(node: object, *, hashed: bool = False) -> JsonValue:
    """A JSON tree of a model without its defaults; discriminators always stay.

    Args:
        node: A model, or a container of models and JSON values.
        hashed: Leave out spans, labels and descriptions too.

    Returns:
        JSON data from which pydantic builds an equal model.
    """
    if isinstance(node, BaseModel):
        tree: dict[str, JsonValue] = {}
        for name, info in type(node).model_fields.items():
            value = getattr(node, name)
            if hashed and name in _UNHASHED:
                continue
            if (
                name != "kind"
                and not info.is_required()
                and value == info.get_default(call_default_factory=True)
            ):
                continue
            tree[info.alias or name] = plain(value, hashed=hashed)
        return tree
    if isinstance(node, Enum):
        return plain(node.value, hashed=hashed)
    if isinstance(node, dict):
        return {str(key): plain(value, hashed=hashed) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(item, hashed=hashed) for item in node]
    if node is None or isinstance(node, str | bool | int | float):
        return node
    message = f"not IR data: {type(node).__qualname__}"
    raise TypeError(message)


def canonical_json(tree: JsonValue) -> bytes:
    """Sorted keys, no white space, UTF-8, shortest round-trip numbers."""
    return json.dumps(
        tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def digest(tree: JsonValue) -> str:
    """``sha256:…`` of the canonical JSON."""
    return "sha256:" + hashlib.sha256(canonical_json(tree)).hexdigest()
