"""A Melody as written: every noun of the language, every value with its place.

Names are not yet resolved and defaults not yet applied: an absent key is None or ``()``. What could
not be read is reported and stands here as `Unreadable`, as ``json`` or as None, so that names that
refer to it are not reported as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from compiler.parse.source_text import SourceText
from compiler.parse.syntax_base import Spanned, TypeNode, Unreadable
from compiler.parse.syntax_players import (
    AgentKind,
    BodyAs,
    CallKind,
    CommandKind,
    Cost,
    Effects,
    FrameworkKind,
    HttpKind,
    Limits,
    McpKind,
    Model,
    ModelKind,
    ParseAs,
    Player,
    PlayerKind,
    PluginKind,
    PythonKind,
)
from compiler.parse.syntax_policy import (
    Breaker,
    BreakerState,
    Budget,
    ErrorTolerance,
    Escalation,
    Gate,
    Hedge,
    OnStepFailure,
    OnTimeout,
    Policy,
    Recovery,
    Retry,
    SucceedIf,
    Throttle,
)
from compiler.parse.syntax_steps import (
    Approval,
    Arm,
    Branch,
    Call,
    Fail,
    ForEach,
    Group,
    NamedWindow,
    OpenTime,
    Parallel,
    ParallelBranch,
    Play,
    PlayCapability,
    Reconstruct,
    Repeat,
    Run,
    Scope,
    Set,
    Step,
    Verb,
    Wait,
    Window,
)
from compiler.parse.syntax_values import (
    Expr,
    List,
    Literal,
    Map,
    Text,
    Value,
    expressions_in,
    literal_of,
)
from workflow_ir.span import Span

__all__ = [
    "AgentKind",
    "Allow",
    "Approval",
    "Arm",
    "BodyAs",
    "Branch",
    "Breaker",
    "BreakerState",
    "Budget",
    "Call",
    "CallKind",
    "CommandKind",
    "Cost",
    "Effects",
    "ErrorTolerance",
    "Escalation",
    "Expr",
    "Fail",
    "ForEach",
    "FrameworkKind",
    "Gate",
    "Group",
    "Hedge",
    "HttpKind",
    "Input",
    "Limits",
    "List",
    "Literal",
    "Map",
    "McpKind",
    "Melody",
    "Model",
    "ModelKind",
    "NamedWindow",
    "OnStepFailure",
    "OnTimeout",
    "OpenTime",
    "Parallel",
    "ParallelBranch",
    "ParseAs",
    "Play",
    "PlayCapability",
    "Player",
    "PlayerKind",
    "PluginKind",
    "Policy",
    "Process",
    "Project",
    "PythonKind",
    "Reconstruct",
    "Recovery",
    "Repeat",
    "Retry",
    "Run",
    "Scope",
    "Set",
    "Spanned",
    "Step",
    "SucceedIf",
    "Text",
    "Throttle",
    "TypeNode",
    "Unreadable",
    "Value",
    "Verb",
    "Wait",
    "Window",
    "expressions_in",
    "literal_of",
]


@dataclass(frozen=True, slots=True)
class Input:
    """One entry of ``inputs``."""

    name: Spanned[str]
    type: TypeNode
    required: bool
    """False where a default is written or the type is optional (``T?``)."""
    default: Spanned[JsonValue] | None = None
    """None where no default is written; an optional input without one is null."""
    description: Spanned[str] | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """``process`` of a Melody."""

    manager: Spanned[str]


@dataclass(frozen=True, slots=True)
class Melody:
    """One ``*.melody.yaml`` file."""

    source: SourceText
    span: Span
    name: Spanned[str]
    steps: tuple[Step, ...]
    version: Spanned[str] | None = None
    description: Spanned[str] | None = None
    inputs: tuple[Input, ...] = ()
    models: tuple[Model, ...] = ()
    players: tuple[Player, ...] = ()
    policy: Policy | None = None
    process: Process | None = None
    outputs: Map | None = None


@dataclass(frozen=True, slots=True)
class Allow:
    """``allow`` of a project: what a Melody may import, start and reach (spec 2, Files)."""

    span: Span
    python: tuple[Spanned[str], ...] = ()
    plugin: tuple[Spanned[str], ...] = ()
    command: tuple[Spanned[str], ...] = ()
    http: tuple[Spanned[str], ...] = ()
    private_addresses: tuple[Spanned[str], ...] = ()
    mcp: tuple[Spanned[str | tuple[str, ...]], ...] = ()
    """Exact argvs, or URLs."""


@dataclass(frozen=True, slots=True)
class Project:
    """What stands above a Melody: ``melody.project.yaml``, the user's file and a profile of them.

    ``compiler.projects`` puts the three together; every value keeps the place it comes from.
    """

    source: SourceText
    span: Span
    allow: Allow | None = None
    models: tuple[Model, ...] = ()
    players: tuple[Player, ...] = ()
    policy: Policy | None = None
    """The project's with the profile's: bounds and habits."""
    bounds: Policy | None = None
    """Of the project alone, where a profile was chosen: its packs do not loosen them."""
    defaults: Policy | None = None
    """The user's: what holds where nobody else says anything."""
    task_types: tuple[tuple[Spanned[str], Spanned[float]], ...] = ()
    """Multipliers of the priority's score by kind of task (spec 3, Order)."""
    windows: tuple[NamedWindow, ...] = ()
    """Times of the week by name; ``compiler.parse.windows.windows`` reads them."""
    profile: Spanned[str] | None = None
    """The profile that was chosen, and the place of its changes."""
