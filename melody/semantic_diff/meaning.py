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
from workflow_ir.steps import Compensate, Dependency, Scope, Step
from workflow_ir.values import ConvertValue, ExprValue, ListValue, LiteralValue, MapValue, TextValue
from workflow_ir.workflow import WorkflowIR

Subject = Literal[
    "melody", "policy", "process", "input", "model", "player", "step", "edge", "output"
]
"""Kinds of things, in the order they are told."""

SCHEMAS = frozenset({"schema", "output", "form", "input"})
"""Fields that are types: JSON Schemas, compared as a whole."""

_NAMED_LIKE_THE_LAYER = {
    ("when", "condition"): "when",
    ("window", "times"): "window",
    ("require", "condition"): "require",
    ("for_each", "items"): "for_each",
}
_NOT_COMPARED = frozenset({"kind", "at", "label", "description", "file", "body"})


@dataclass(frozen=True, slots=True)
class Thing:
    """One named thing of a Melody."""

    subject: Subject
    name: str
    """Empty for the Melody itself and its policy, ``docs/`` for those of a sub-melody; of an edge
    ``draft -> review``."""


Fields = dict[str, JsonValue]
Meaning = Mapping[Thing, Fields]


def meaning(ir: WorkflowIR) -> Meaning:
    """Everything that a run of this Melody depends on, but the order of its steps in the file.

    What is in a sub-melody is named behind the step that calls it: ``docs/intro``.
    """
    return _of_module(ir, ir, "")


def _of_module(top: WorkflowIR, ir: WorkflowIR, prefix: str) -> dict[Thing, Fields]:
    found: dict[Thing, Fields] = {
        Thing("melody", prefix): _present({"name": ir.name, "version": ir.version}),
        Thing("policy", prefix): _fields(ir.policy),
    }
    if ir.process is not None:
        found[Thing("process", prefix)] = _fields(ir.process)
    found |= {Thing("input", prefix + name): _fields(each) for name, each in ir.inputs.items()}
    found |= {Thing("model", prefix + name): _fields(each) for name, each in ir.models.items()}
    # An anonymous player of `run:` is told with its step, which has its name.
    found |= {
        Thing("player", prefix + name): _player(each)
        for name, each in ir.players.items()
        if not name.startswith("run:")
    }
    for step in _steps(ir.root):
        fields = _step(step)
        anonymous = ir.players.get(f"run:{step.address}")
        if anonymous is not None:
            fields["run"] = _player(anonymous)
        undoing, undo = ir.players.get(f"run:{step.address}~compensate"), fields.get("compensate")
        if undoing is not None and isinstance(undo, dict):
            fields["compensate"] = {**undo, "run": _player(undoing)}
        module = fields.pop("module", None) if fields["verb"] == "call" else None
        if module is not None:  # told by what is in it
            called = top.modules[str(module)]
            found[Thing("step", prefix + step.address)] = {**fields, "call": called.name}
            found |= _of_module(top, called, f"{prefix}{step.address}/")
        else:
            found[Thing("step", prefix + step.address)] = fields
    found |= {Thing("edge", name): fields for name, fields in _edges(ir.root, "", prefix)}
    result = ir.root.result
    outputs = result.entries if isinstance(result, MapValue) else {}
    found |= {
        Thing("output", prefix + name): {"value": written(each)} for name, each in outputs.items()
    }
    if result is not None and not isinstance(result, MapValue):
        found[Thing("output", prefix)] = {"value": written(result)}
    return found


def written(node: Any) -> JsonValue:
    """A value of the IR as its author writes it; models inside become maps of their fields."""
    match node:
        case ConvertValue(value=value):  # follows from the types, which are compared
            return written(value)
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
        case Compensate(body=body):
            return _layered(body)
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
    """The fields of a step and of all its layers side by side, as its author wrote them."""
    own = _fields(step)
    said = _present({name: own.get(name) for name in ("priority", "weight")})
    return {**_layered(step.body), **said}


def _layered(layer: Any) -> Fields:
    """The fields of a layer and of what is in it."""
    found: Fields = {}
    layers: list[JsonValue] = []
    while True:
        own = _fields(layer)
        found |= {_NAMED_LIKE_THE_LAYER.get((layer.kind, name), name): own[name] for name in own}
        layers.append(layer.kind)
        if "body" not in _names_of(layer):
            return {"verb": layer.kind, **found, "layers": layers}
        layer = layer.body


def _edges(scope: Scope, owner: str, prefix: str) -> Iterator[tuple[str, Fields]]:
    """Who waits for whom, and how; what only a result reads is waited for by the step it is of."""
    for step in scope.steps:
        yield from (_edge(each, step.address, prefix) for each in step.depends)
        for inner in _scopes(step.body):
            yield from _edges(inner, step.address, prefix)
    yield from (_edge(each, f"{owner}, for its result", prefix) for each in scope.depends)


def _edge(dependency: Dependency, waiting: str, prefix: str) -> tuple[str, Fields]:
    fields: Fields = {"because": dependency.because, "tolerant": dependency.tolerant}
    return f"{prefix}{dependency.on} -> {prefix}{waiting}", fields


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
