"""An IR whose holes are filled anew: with hostile texts, or with harmless ones instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from tests.ejected.hostile.holes import (
    FIXED,
    NAMES,
    SCHEMAS,
    SOURCES,
    TARGETS,
    TEXTS,
    URLS,
    declared,
)
from workflow_ir.canonical import plain
from workflow_ir.expressions.tokens import tokenise
from workflow_ir.values import MapValue
from workflow_ir.workflow import WorkflowIR

COPIED: Final = re.compile(r"(?:free|wild|plain|many)_([0-9]+)", re.ASCII)
"""What an entry or a step is called that comes often: the number says how often."""
_NAMED: Final = re.compile(r"(?:free|wild|plain)_\w+", re.ASCII)
_TARGET_PART: Final = re.compile(r"(?:free|wild)_target", re.ASCII)


def several(tree: Any, times: int) -> Any:
    """The JSON of an IR, each entry, item and step that has a number that many times ``times``."""
    if isinstance(tree, list):
        return [made for item in tree for made in _items(item, times)]
    if isinstance(tree, dict):
        made = {}
        for key, value in tree.items():
            for name in _copies(key, times):
                made[name] = several(_renamed(value, key, name), times)
        return made
    return tree


def _items(item: Any, times: int) -> Iterator[Any]:
    name = item
    if isinstance(item, dict):
        name = item.get("id") or (item.get("value") if item.get("kind") == "literal" else None)
    if not isinstance(name, str):
        yield several(item, times)
        return
    for copy in _copies(name, times):
        yield copy if isinstance(item, str) else several(_renamed(item, name, copy), times)


def _copies(name: str, times: int) -> Iterator[str]:
    found = COPIED.fullmatch(name)
    if found is None:
        yield name
        return
    # Steps and players are dear, and one of each kind of name refers to the next.
    often = int(found[1]) * times if name.startswith("many") else 1
    yield from (name if index == 0 else f"{name}_{index}" for index in range(often))


def _renamed(value: Any, old: str, new: str) -> Any:
    """A copy of a step has an address of its own; a literal its own value."""
    if old == new or not isinstance(value, dict):
        return value
    return {
        key: re.sub(rf"\b{old}\b", new, one) if key in ("id", "address", "value") else one
        for key, one in value.items()
    }


@dataclass(slots=True)
class Planter:
    """Fills the holes of one IR; equal names become equal names.

    Args:
        fill: Gives the text for a hole, by its kind and its number; kinds are ``text``, ``key``,
            ``pattern``, ``constant`` (of an expression), ``url``, and ``free_`` and ``wild_`` names
            and targets.
    """

    fill: Callable[[str, int], str]
    count: int = 0
    by_hole: dict[str, list[int]] = field(default_factory=dict)
    """Numbers by field."""
    hole: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def next(self, kind: str) -> str:
        """What stands in the next hole."""
        number, self.count = self.count, self.count + 1
        self.by_hole.setdefault(self.hole, []).append(number)
        return self.fill(kind, number)

    def planted(self, ir: WorkflowIR) -> WorkflowIR:
        """The IR with new texts."""
        return WorkflowIR.model_validate(self.node(ir))

    def node(self, node: Any) -> Any:
        """The JSON of a part."""
        if isinstance(node, BaseModel):
            tree = {}
            for name, info in type(node).model_fields.items():
                value = getattr(node, name)
                is_default = not info.is_required() and value == info.get_default(
                    call_default_factory=True
                )
                if name == "kind" or not is_default:
                    tree[info.alias or name] = self.value(node, name, value)
            return tree
        if isinstance(node, dict):
            return {key: self.node(value) for key, value in node.items()}
        if isinstance(node, list | tuple):
            return [self.node(value) for value in node]
        return plain(node)

    def value(self, node: BaseModel, name: str, value: Any) -> Any:
        """The JSON of one field."""
        self.hole = hole = declared(type(node), name)
        if name == "kind" or hole in FIXED or value is None:
            return self.node(value)
        if name in ("request", "agent") and isinstance(value, MapValue):
            return {"kind": "map", "entries": {key: self.part(key, one)
                                               for key, one in value.entries.items()}}  # fmt: skip
        if hole in NAMES:
            return self.named(value)
        if hole in SCHEMAS:
            return self.schema(value)
        if hole in SOURCES:
            return self.source(value)
        if hole in URLS:
            return self.url(value)
        if hole in TARGETS:
            return _TARGET_PART.sub(lambda found: self.next(f"{found[0]}"), value)
        return self.data(value) if hole in TEXTS else self.node(value)

    def part(self, key: str, value: Any) -> Any:
        """An entry of what only some keys may stand in."""
        self.hole = f"request.{key}"
        made = self.node(value)
        if key == "method":
            return plain(value)
        if key == "url":
            first: Any = plain(value)
            if first["kind"] == "text" and first["parts"][0].startswith("https://"):
                made["parts"][0] = self.url(first["parts"][0])
            elif first["kind"] == "literal":
                made["value"] = self.url(first["value"])
        return made

    def url(self, text: str) -> str:
        """What stands before the first ``many`` decides something and stays."""
        first, between, _ = text.partition("many")
        return f"{first}{self.next('url')}" if between else text

    def named(self, value: Any) -> Any:
        """Names, keys that are names, and addresses."""
        if isinstance(value, Mapping):
            hole, made = self.hole, {}
            for key, one in value.items():
                self.hole = hole
                made[self.named(key)] = self.node(one)
            return made
        if isinstance(value, list | tuple):
            return [self.named(one) for one in value]
        return _NAMED.sub(lambda found: self.name(found[0]), value)

    def name(self, name: str) -> str:
        """What a name becomes, everywhere."""
        if name not in self.names:
            self.names[name] = self.next(name[:5])
        return self.names[name]

    def data(self, value: Any) -> Any:
        """JSON data, or values: every text, and every key."""
        match value:
            case BaseModel():
                return self.node(value)
            case str():
                return self.next("text")
            case list() | tuple():
                hole, made = self.hole, []
                for one in value:
                    self.hole = hole
                    made.append(self.data(one))
                return made
            case Mapping():
                hole, found = self.hole, {}
                for key, one in value.items():
                    self.hole = hole
                    told = self.key(key)
                    found[told] = self.data(one)
                return found
        return value

    def key(self, key: str) -> str:
        """A key; those that an expression reads stay."""
        if key.startswith("plain_"):
            return self.name(key)
        return self.next("key") if key.startswith("many") else key

    def schema(self, tree: Any) -> Any:
        """A JSON Schema."""
        if isinstance(tree, list):
            return [self.schema(one) for one in tree]
        if not isinstance(tree, Mapping):
            return tree
        known: dict[str, str] = {}
        made: dict[str, Any] = {}
        for word, value in tree.items():
            if word in ("properties", "$defs"):
                known |= {key: self.key(key) for key in value}
                made[word] = {known[key]: self.schema(one) for key, one in value.items()}
            elif word in ("enum", "const", "default", "examples", "title", "description"):
                made[word] = self.data(value)
            elif word == "pattern":
                made[word] = self.next("pattern")
            else:
                made[word] = self.schema(value)
        if "required" in made:
            made["required"] = [known.get(key, key) for key in made["required"]]
        return made

    def source(self, source: str) -> str:
        """An expression with other constants, and with the names that things now have."""
        pieces, end = [], 0
        for token in tokenise(source):
            pieces.append(source[end : token.start])
            end = token.end
            if token.kind == "string":
                pieces.append(self.next("constant"))
            elif _NAMED.fullmatch(token.text):
                pieces.append(self.name(token.text))
            else:
                pieces.append(token.text)
        return "".join([*pieces, source[end:]])
