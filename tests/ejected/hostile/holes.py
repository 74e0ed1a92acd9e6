"""Every place of an IR that holds text, and what may stand there: the holes of generated code.

A text field of the models is in one of these tables; a test looks at the models themselves, so that
none is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from workflow_ir import players, policy, steps, values, workflow
from workflow_ir.frozen import Frozen

TEXTS: Final = frozenset({
    "Approval.assignees", "Escalation.assignees", "Fail.error", "Input.description",
    "LiteralValue.value", "McpPlayer.command", "McpPlayer.tool", "AgentPlayer.parameters",
    "Model.parameters", "ModelPlayer.parameters", "PlayerFields.description", "Policy.notify",
    "Input.default", "Retry.vary", "Step.label", "TextValue.parts", "Wait.event",
    "WorkflowIR.description", "WorkflowIR.version", "WorkflowIR.file", "MapValue.entries",
    "OpenTime.zone", "ConvertValue.field",
})  # fmt: skip
"""Any text, or JSON data with texts in it; of maps the keys, too."""

SCHEMAS: Final = frozenset({
    "Approval.form", "Guard.output", "Input.schema_", "PlayerFields.input",
})  # fmt: skip
"""JSON Schemas: names of properties, values of ``enum``, ``const`` and ``default``, patterns …"""

NAMES: Final = frozenset({
    "Arm.name", "Side.name", "ForEach.as_", "Play.player", "Route.candidates", "Route.provides",
    "Process.manager", "Process.players", "Reconstruct.player", "Step.id", "Step.address",
    "Dependency.on", "PlayerFields.fallback", "PlayerFields.provides", "PlayerFields.refresh",
    "PlayerFields.requires", "AgentPlayer.tools", "AgentPlayer.model", "ModelPlayer.model",
    "WorkflowIR.name", "WorkflowIR.inputs", "WorkflowIR.models", "WorkflowIR.players",
})  # fmt: skip
"""Names, and what refers to them: equal ones are renamed alike."""

URLS: Final = frozenset({"McpPlayer.url", "Model.base_url", "Model.model"})
"""Text behind a beginning that decides what is generated."""

TARGETS: Final = frozenset({"PythonPlayer.target", "FrameworkPlayer.target"})
"""``module:object``."""

SOURCES: Final = frozenset({"ExprValue.source"})
"""Expressions: the text constants in them, and names that they read."""

FIXED: Final = {
    "Call.module": "the key of a module: a hash",
    "CallPlayer.module": "the key of a module: a hash",
    "WorkflowIR.modules": "keys are hashes",
    "ExprValue.at": "a place; nothing generated speaks of places",
    "Step.at": "a place; nothing generated speaks of places",
    "Retry.on": "classes and codes of a closed list, which decide what is generated",
    "Policy.recovery": "classes and codes of a closed list, which decide what is generated",
    "PluginPlayer.plugin": "no target writes code for plugin players",
}
"""Texts that stay as they are here, and why."""

UNSAID: Final = frozenset({
    "description", "file", "input", "label", "notify", "title", "version",
})  # fmt: skip
"""What a project does not say, by its word in the JSON of an IR: remarks for readers of the Melody,
whom to tell, and what a player's ``with`` is to be, which was checked when it was compiled."""

MODELS: Final = tuple(
    dict.fromkeys(
        model
        for module in (players, policy, steps, values, workflow)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Frozen) and model is not Frozen
    )
)


def text_fields() -> Iterator[str]:
    """The fields of all models that may hold text, each under the class that declares it."""
    for model in MODELS:
        for name in vars(model).get("__annotations__", {}):
            if name in model.model_fields and _holds_text(model.model_fields[name].annotation):
                yield f"{model.__name__}.{name}"


def declared(model: type[BaseModel], field: str) -> str:
    """A field under the class that declares it: ``PlayerFields.fallback``."""
    owner = next(one for one in model.__mro__ if field in vars(one).get("__annotations__", {}))
    return f"{owner.__name__}.{field}"


def _holds_text(annotation: Any) -> bool:
    """``str`` is somewhere in it, be it below models of other names; no enumeration is text."""
    if annotation is str or annotation is Any:
        return True
    if hasattr(annotation, "__supertype__"):  # NewType
        return _holds_text(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is Literal or annotation is None:
        return False
    if isinstance(annotation, type) and issubclass(annotation, (BaseModel, Enum)):
        return False
    if origin in (Annotated, Union, UnionType, tuple, list, dict):
        return any(_holds_text(one) for one in get_args(annotation))
    return type(annotation).__name__ == "TypeAliasType"  # JSON data
