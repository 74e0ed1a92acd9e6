"""Who can perform a step, as data. Nothing is imported or started from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from workflow_ir.frozen import Data, Frozen, finite
from workflow_ir.policy import Importance
from workflow_ir.values import MapValue, Value

Schema = Annotated[dict[str, Any], AfterValidator(finite)]
"""A JSON Schema of the listed subset (``workflow_ir.types``)."""


class Cost(Frozen):
    """What one attempt of a player costs."""

    usd: float = Field(default=0.0, ge=0)
    tokens: int = Field(default=0, ge=0)


class Limits(Frozen):
    """Limits of one player; None: none."""

    concurrency: int | None = Field(default=None, ge=1)
    per_minute: int | None = Field(default=None, ge=1)
    memory_bytes: int | None = Field(default=None, gt=0)
    cpu: float | None = Field(default=None, gt=0)
    """Share of one processor."""
    output_bytes: int | None = Field(default=None, gt=0)


class PlayerFields(Frozen):
    """What every kind of player may say of itself (spec 6)."""

    description: str | None = None
    fallback: tuple[str, ...] = ()
    """Players that take over, in this order."""
    importance: Importance | None = None
    effects: Literal["none", "idempotent", "once"] | None = None
    """What a call does to the world. None: the default of its kind (spec 4)."""
    timeout_s: float | None = Field(default=None, gt=0)
    """The player's own claim; the smaller of it and the policy holds."""
    provides: tuple[str, ...] = ()
    """Capabilities, for ``play: {provides: …}``."""
    isolation: Literal["inline", "thread", "worker", "process"] | None = None
    cost: Cost | None = None
    """Charged for each attempt that reached the player."""
    limits: Limits | None = None
    """Across all runs of the process."""
    grant_attempts: int | None = Field(default=None, ge=1)
    """Attempts it may make by itself within one of ours."""
    refresh: str | None = None
    """The player that renews its credential when that has expired."""
    requires: tuple[str, ...] = ()
    """Players that must be there for it."""
    preload: bool = False
    input: Schema | None = None
    """JSON Schema of its ``with`` map."""


class PythonPlayer(PlayerFields):
    """A callable ``module:name``; imported at run time only."""

    kind: Literal["python"]
    target: str


class CommandPlayer(PlayerFields):
    """Commands run in order without a shell; the first non-zero exit stops them."""

    kind: Literal["command"]
    commands: tuple[tuple[Value, ...], ...] = Field(min_length=1)
    """One argv a command; each item becomes one argument."""
    stdin: Value | None = None
    parse: Literal["text", "json", "lines", "exit"] | None = None
    """What the output becomes. None: ``{exit_code, stdout, stderr}``."""
    env: MapValue | None = None


class ModelPlayer(PlayerFields):
    """One chat completion of a model alias."""

    kind: Literal["model"]
    model: str
    system: Value | None = None
    parameters: dict[str, Data] = {}
    """Sampling parameters over those of the alias."""


class HttpPlayer(PlayerFields):
    """One HTTP request."""

    kind: Literal["http"]
    request: MapValue
    """``method``, ``url``, ``headers``, ``query``, ``json`` …"""
    parse: Literal["text", "json", "lines"] | None = None
    """What the body becomes. None: JSON where the answer says so, else text."""


class AgentPlayer(PlayerFields):
    """An agent with tools; every model call of it goes through the model port."""

    kind: Literal["agent"]
    agent: MapValue
    """``role``, ``goal``, ``backstory``."""
    model: str
    """An alias."""
    system: Value | None = None
    tools: tuple[str, ...] = ()
    """Names of players."""
    max_turns: int | None = Field(default=None, ge=1)
    """Model calls it may make."""
    parameters: dict[str, Data] = {}


class McpPlayer(PlayerFields):
    """One tool of an MCP server."""

    kind: Literal["mcp"]
    command: tuple[str, ...] | None = None
    """The exact argv that starts the server; None where it is found at ``url``."""
    url: str | None = None
    tool: str
    env: MapValue | None = None
    """Beside ``command``."""
    headers: MapValue | None = None
    """Beside ``url``."""


class CallPlayer(PlayerFields):
    """A sub-melody as a player."""

    kind: Literal["call"]
    module: str
    """Key in ``WorkflowIR.modules``."""


class PluginPlayer(PlayerFields):
    """An entry point of the group ``melody.players``."""

    kind: Literal["plugin"]
    plugin: str


class FrameworkPlayer(PlayerFields):
    """Something that exists in a framework already, as ``module:object``."""

    kind: Literal["framework"]
    target: str


Player = Annotated[
    PythonPlayer
    | CommandPlayer
    | ModelPlayer
    | HttpPlayer
    | AgentPlayer
    | McpPlayer
    | CallPlayer
    | PluginPlayer
    | FrameworkPlayer,
    Field(discriminator="kind"),
]
"""Any player, told apart by ``kind``."""


class Model(Frozen):
    """A model alias: ``provider/name`` and its sampling parameters."""

    model: str
    """``provider/name``."""
    parameters: dict[str, Data] = {}
    base_url: str | None = None
    """Where an OpenAI-compatible provider answers; None: its usual place."""
