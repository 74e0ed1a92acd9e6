"""What implementations of players share: generated modules beside them, one a purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from adapters.emitter.code import Code, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.own_code import imported, words_in
from adapters.emitter.players.asked import SECTIONS, Asked, arguments_of
from adapters.emitter.players.implementation import Implementation
from adapters.emitter.players.model import model_of, provider_of
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.project import GeneratedFile
from workflow_ir.players import AgentPlayer, Model, ModelPlayer
from workflow_ir.steps import every_step, layers
from workflow_ir.workflow import WorkflowIR

BY_TARGET: Final = frozenset({"models", "agents"})
"""Modules whose text is another one for each framework."""
NEEDS: Final = {"apart": ("calls", "commands"), "frameworks": ("calls",), "agents": ("models",)}
"""What modules import themselves."""


def support_files(
    ir: WorkflowIR,
    package: str,
    target: str,
    uses: Strategies,
    asked: Sequence[Asked],
    written: Iterable[Implementation],
) -> tuple[GeneratedFile, ...]:
    """The modules that these implementations import."""
    made = tuple(written)
    files = asked[0].sources.files if asked else {}
    own_texts = [text for path, text in files.items() if path.endswith(".py")]
    spoken = words_in(files)
    named = {name for one in made for name in one.support}
    named |= {other for name in named for other in NEEDS.get(name, ())}
    providers = {
        provider_of(model_of(one.ir, one.player.model))
        for one in asked
        if isinstance(one.player, ModelPlayer | AgentPlayer)
    }
    view = {
        "melody": words(ir.name),
        "uses": uses,
        "offline": "offline" in providers,
        "anthropic": "anthropic" in providers,
        "others": bool(providers - {"offline", "anthropic"}),
        "pydantic": any("pydantic" in imported(text) for text in own_texts),
        "spoken": spoken,
        "read_words": _read_words(spoken),
        "aliases": tuple(_aliases(ir)),
        **{name: any(name in one.sections for one in made) for name in sorted(SECTIONS)},
    }
    return tuple(
        GeneratedFile(
            f"src/{package}/{name}.py",
            render(environment(), f"support/{_template(name, target)}.py.jinja", **view),
        )
        for name in sorted(named)
    )


def _read_words(spoken: frozenset[str]) -> tuple[Code, ...]:
    """What the caller of functions knows of their words: what it gives and what it takes."""
    known = {"Grant", "PlayRequest", "StandardError", "Success"} & spoken
    known |= {"PlayerClock"} if "Grant" in known else set()
    return tuple(map(Code, sorted(known, key=str.casefold)))


def _aliases(ir: WorkflowIR) -> Iterator[dict[str, Code]]:
    """The models that an attempt may ask in place of the usual one (``vary: [{model: …}]``)."""
    wished: dict[str, Model] = {}
    for module in (ir, *ir.modules.values()):
        for step in every_step(module.root):
            guard = layers(step).guard
            for rule in () if guard is None else guard.policy.rules:
                for entry in rule.vary:
                    wish = entry.get("model")
                    if isinstance(wish, str):
                        wished.setdefault(wish, model_of(module, wish))
    for wish, alias in sorted(wished.items()):
        yield {
            "name": literal(wish),
            "model": literal(alias.model),
            "base_url": literal(alias.base_url),
            "parameters": arguments_of(alias.parameters),
        }


def _template(name: str, target: str) -> str:
    return f"{name}_{target}" if name in BY_TARGET else name
