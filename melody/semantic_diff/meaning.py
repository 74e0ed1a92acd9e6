"""A Melody as named things with fields: what two of them are compared by.

Wrappers, scopes and values of the IR are walked generically, so that a verb or a modifier that the
IR learns later is compared as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, JsonValue

from workflow_ir.canonical import plain
from workflow_ir.steps import Dependency, Scope, Step
from workflow_ir.values import ExprValue, ListValue, LiteralValue, MapValue, TextValue
from workflow_ir.workflow import WorkflowIR

Subject = Literal["melody", "policy", "input", "model", "player", "step", "edge", "output"]
"""Kinds of things, in the order they are told."""

SCHEMAS = frozenset({"schema", "output"})
"""Fields that are types: JSON Schemas, compared as a whole."""

_NAMED_LIKE_THE_LAYER = {("when", "condition"): "when", ("for_each", "items"): "for_each"}
_NOT_COMPARED = frozenset({"kind", "at", "label", "description", "file", "body"})


@dataclass(frozen=True, slots=True)
class Thing:
    """One named thing of a Melody."""

    subject: Subject
    name: str
    """Empty for the Melody itself and its policy; of an edge ``draft -> review``."""


Fields = dict[str, JsonValue]
Meaning = Mapping[Thing, Fields]


def meaning(ir: WorkflowIR) -> Meaning:
    """Everything that a run of this Melody depends on, but the order of its steps in the file."""
    found: dict[Thing, Fields] = {
        Thing("melody", ""): _present({"name": ir.name, "version": ir.version}),
        Thing("policy", ""): _fields(ir.policy),
    }
    found |= {Thing("input", name): _fields(each) for name, each in ir.inputs.items()}
    found |= {Thing("model", name): _fields(each) for name, each in ir.models.items()}
    # An anonymous player of `run:` is told with its step, which has its name.
    found |= {
        Thing("player", name): _player(each)
        for name, each in ir.players.items()
        if not name.startswith("run:")
    }
    for step in _steps(ir.root):
        fields = _step(step)
        anonymous = ir.players.get(f"run:{step.address}")
        if anonymous is not None:
            fields["run"] = _player(anonymous)
        found[Thing("step", step.address)] = fields
    found |= {Thing("edge", name): fields for name, fields in _edges(ir.root, "")}
    result = ir.root.result
    outputs = result.entries if isinstance(result, MapValue) else {}
    found |= {Thing("output", name): {"value": written(each)} for name, each in outputs.items()}
    if result is not None and not isinstance(result, MapValue):
        found[Thing("output", "")] = {"value": written(result)}
    return found


def written(node: Any) -> JsonValue:
    """A value of the IR as its author writes it; models inside become maps of their fields."""
    match node:
        case LiteralValue(value=value):
            return _escaped(value)
        case ExprValue(source=source):
            return f"${{{{ {source} }}}}"
        case TextValue(parts=parts):
            texts = (_escaped(each) if isinstance(each, str) else written(each) for each in parts)
            return "".join(map(str, texts))
        case MapValue(entries=entries):
            return {name: written(each) for name, each in entries.items()}
        case ListValue(items=items):
            return [written(each) for each in items]
        case BaseModel():
            return _fields(node)
        case tuple() if node and all("name" in _names_of(each) for each in node):
            # Named ways, as the arms of a branch: compared by name, and their order as such.
            names: list[JsonValue] = [each.name for each in node]
            return {"order": names} | {each.name: _fields(each) for each in node}
        case tuple() | list():
            return [written(each) for each in node]
        case dict():
            return {str(name): written(each) for name, each in node.items()}
        case _:
            return plain(node)


def _names_of(node: Any) -> Mapping[str, Any]:
    return type(node).model_fields if isinstance(node, BaseModel) else {}


def _fields(model: BaseModel) -> Fields:
    """The fields of a model that are not their defaults."""
    found: Fields = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        unwritten = not info.is_required() and value == info.get_default(call_default_factory=True)
        if name in _NOT_COMPARED or unwritten:
            continue
        if isinstance(value, Scope):
            found |= _present({"result": None if value.result is None else written(value.result)})
            continue
        key = info.alias or name
        found[key] = _schema(plain(value, hashed=True)) if key in SCHEMAS else written(value)
    return found


def _schema(tree: JsonValue) -> JsonValue:
    """A schema in which the order of the required fields, which means nothing, is sorted."""
    match tree:
        case dict():
            required = tree.get("required")
            if isinstance(required, list) and all(isinstance(each, str) for each in required):
                tree = {**tree, "required": sorted(required, key=str)}
            return {name: _schema(each) for name, each in tree.items()}
        case list():
            return [_schema(each) for each in tree]
    return tree


def _player(player: BaseModel) -> Fields:
    return {"kind": str(getattr(player, "kind", "")), **_fields(player)}


def _step(step: Step) -> Fields:
    """The fields of all layers of a step side by side, as its author wrote them."""
    found: Fields = _present({"priority": _fields(step).get("priority")})
    layer: Any = step.body
    layers: list[JsonValue] = []
    while True:
        own = _fields(layer)
        found |= {_NAMED_LIKE_THE_LAYER.get((layer.kind, name), name): own[name] for name in own}
        layers.append(layer.kind)
        if "body" not in _names_of(layer):
            return {"verb": layer.kind, **found, "layers": layers}
        layer = layer.body


def _edges(scope: Scope, owner: str) -> Iterator[tuple[str, Fields]]:
    """Who waits for whom, and how; what only a result reads is waited for by the step it is of."""
    for step in scope.steps:
        yield from (_edge(each, step.address) for each in step.depends)
        for inner in _scopes(step.body):
            yield from _edges(inner, step.address)
    yield from (_edge(each, f"{owner}, for its result") for each in scope.depends)


def _edge(dependency: Dependency, waiting: str) -> tuple[str, Fields]:
    fields: Fields = {"because": dependency.because, "tolerant": dependency.tolerant}
    return f"{dependency.on} -> {waiting}", fields


def _steps(scope: Scope) -> Iterator[Step]:
    for step in scope.steps:
        yield step
        for inner in _scopes(step.body):
            yield from _steps(inner)


def _scopes(node: Any) -> Iterator[Scope]:
    """The scopes right inside a step."""
    if isinstance(node, Scope):
        yield node
    elif isinstance(node, BaseModel):
        for name in _names_of(node):
            yield from _scopes(getattr(node, name))
    elif isinstance(node, tuple):
        for each in node:
            yield from _scopes(each)


def _present(fields: Mapping[str, JsonValue]) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _escaped(value: JsonValue) -> JsonValue:
    """Text that would be an expression is written with a second dollar."""
    match value:
        case str():
            return value.replace("${{", "$${{")
        case dict():
            return {name: _escaped(each) for name, each in value.items()}
        case list():
            return [_escaped(each) for each in value]
    return value
