"""WorkflowIR: the framework-agnostic form of a Melody, the noun everything else works on."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Final, Literal

from pydantic import Field

from workflow_ir.canonical import digest, plain
from workflow_ir.frozen import Data, Frozen
from workflow_ir.players import Model, Player, Schema
from workflow_ir.policy import RunPolicy
from workflow_ir.steps import Scope

IR_SCHEMA: Final = "melody.ir/1"
"""Version of the IR's own form; readers upgrade every older v1 form."""


class Input(Frozen):
    """One input of a Melody."""

    schema_: Schema = Field(alias="schema")
    required: bool = True
    default: Data = None
    """Used when the input is absent and not required."""
    description: str | None = None


class Process(Frozen):
    """Who decides who performs the steps that are played."""

    manager: str
    """The player that is asked."""
    players: tuple[str, ...] = ()
    """Whom it may name, beside those that a step names itself; in file order."""


class WorkflowIR(Frozen):
    """A checked, normalised, immutable workflow.

    The tree of scopes under ``root`` is the truth; graphs are derived from it
    (``workflow_ir.plan``) and never stored.
    """

    kind: Literal["melody.ir/1"]
    name: str
    version: str | None = None
    description: str | None = None
    file: str | None = None
    """File the spans (``at``) belong to, as the author named it."""
    inputs: dict[str, Input] = {}
    models: dict[str, Model] = {}
    players: dict[str, Player] = {}
    policy: RunPolicy = RunPolicy()
    process: Process | None = None
    """None: each step is performed by whom it names."""
    modules: dict[str, WorkflowIR] = {}
    """Sub-melodies by hash, those of sub-melodies too; each has its own players and models."""
    root: Scope
    """Top-level steps; its ``result`` is the map of the Melody's outputs."""

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON without defaults, spans, labels and descriptions."""
        return digest(plain(self, hashed=True))

    def to_json(self) -> str:
        """Indented JSON that ``from_json`` reads back as an equal IR."""
        return json.dumps(plain(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> WorkflowIR:
        """Read what ``to_json`` wrote.

        Not with pydantic's own reader of JSON: it stops at 200 levels, and 64 levels of YAML may
        come to more.

        Raises:
            ValueError: The text is no JSON, or (``pydantic.ValidationError``) not an IR of a
                version known here.
        """
        return cls.model_validate(json.loads(text))
