"""``play``: a player is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal, words
from adapters.emitter.policy.alternatives import fallback_order, performers
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.writing import Writing
from conductor_core.models.answer import schema_for
from workflow_ir.players import AgentPlayer, FrameworkPlayer, ModelPlayer
from workflow_ir.steps import Play, Route

_TOLD = (AgentPlayer, FrameworkPlayer, ModelPlayer)
"""Players that are told what their output must be."""


@dataclass(frozen=True, slots=True)
class PlayView:
    """``return await here.play(…)``."""

    template: ClassVar[str] = "steps/play.jinja"
    about: Code
    """For its docstring."""
    player: Code
    """Its name, or the route that chooses one."""
    with_: Code | None
    prompt: Code | None
    schema: Code | None
    """JSON Schema of the output, for models and for functions that are told their request."""
    arguments: Code | None
    """Of a command: what it reads of the run."""
    key: Code | None
    """Idempotency key."""


def play(verb: Play, at: Site) -> PlayView:
    """A player, or whoever a route chooses."""
    scene = at.scene
    key = None if at.guard is None else at.guard.idempotency_key
    return PlayView(
        about=_about(verb),
        player=literal(verb.player) if verb.route is None else _route(at.writing, verb.route),
        with_=None if verb.with_ is None else scene.value(verb.with_),
        prompt=None if verb.prompt is None else scene.text(verb.prompt),
        schema=_schema(verb, at),
        arguments=None if verb.arguments is None else scene.value(verb.arguments),
        key=None if key is None else scene.text(key),
    )


def _schema(verb: Play, at: Site) -> Code | None:
    """What a player is told of the output; a plain text needs no telling."""
    ir = at.writing.module.ir
    asked = {name for first in performers(ir, verb) for name in fallback_order(ir, first)}
    models = any(isinstance(ir.players.get(name), _TOLD) for name in asked)
    output = None if at.guard is None else at.guard.output
    wanted = None
    if output is not None and models:
        wanted = schema_for(output)
    elif at.writing.uses.requests:
        wanted = output
    if wanted is None:
        return None
    return at.writing.json_schema(wanted, f"{at.step.id}_output")


def _about(verb: Play) -> Code:
    if verb.route is not None:
        return Code(f"ask whoever provides {words(verb.route.provides)}")
    name = verb.player or ""
    return Code("run a command" if name.startswith("run:") else f"ask {words(name)}")


def _route(writing: Writing, route: Route) -> Code:
    name = writing.run("Route")
    facts = [literal(route.provides), literal(route.candidates)]
    if route.balance != "priority":
        facts.append(Code(f"balance={literal(route.balance)}"))
    return Code(f"{name}({', '.join(facts)})")
