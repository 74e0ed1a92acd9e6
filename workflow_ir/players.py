"""Who can perform a step, as data. Nothing is imported or started from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from workflow_ir.frozen import Data, Frozen, finite
from workflow_ir.policy import Importance
from workflow_ir.values import MapValue, Value

Schema = Annotated[dict[str, Any], AfterValidator(finite)]
"""A JSON Schema of the listed subset (``workflow_ir.types``)."""


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


Player = Annotated[PythonPlayer | CommandPlayer | ModelPlayer, Field(discriminator="kind")]
"""Any player, told apart by ``kind``."""


class Model(Frozen):
    """A model alias: ``provider/name`` and its sampling parameters."""

    model: str
    parameters: dict[str, Data] = {}
