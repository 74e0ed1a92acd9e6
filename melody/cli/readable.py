"""The outputs of a run as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workflow_ir.visible import visible


def readable(outputs: Mapping[str, Any]) -> Iterator[str]:
    """Lines: ``name: value``; texts of several lines and lists are indented below their name."""
    for name, value in outputs.items():
        yield from _entry(name, value, "")


def _entry(name: str, value: Any, indent: str) -> Iterator[str]:
    below = f"{indent}  "
    match value:
        case str() if "\n" in value.strip("\n"):
            yield f"{indent}{name}:"
            for line in _clean(value).rstrip("\n").split("\n"):
                yield f"{below}{line}".rstrip()
        case str():
            yield f"{indent}{name}: {_clean(value).strip(chr(10))}".rstrip()
        case dict() if value:
            yield f"{indent}{name}:"
            for key, item in value.items():
                yield from _entry(visible(str(key)), item, below)
        case list() if value:
            yield f"{indent}{name}:"
            for item in value:
                yield from _item(item, below)
        case _:
            yield f"{indent}{name}: {json.dumps(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    match item:
        case dict() | list() if item:
            yield f"{indent}- {visible(json.dumps(item, ensure_ascii=False))}"
        case str():
            first, *rest = _clean(item).rstrip("\n").split("\n")
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in rest)
        case _:
            yield f"{indent}- {json.dumps(item)}"


def _clean(text: str) -> str:
    return visible(text.expandtabs(4).replace("\r\n", "\n"), breaks=True)
