"""Who performs: ``cast.py``, and a file of the user's own for each player."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code, joined, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.naming.names import Names
from adapters.emitter.own_code import imported
from adapters.emitter.players.asked import TAKEN, Asked
from adapters.emitter.players.implementation import implementation
from adapters.emitter.players.model import keys_of
from adapters.emitter.players.support import support_files
from adapters.emitter.policy.alternatives import credential_of
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.project import GeneratedFile, Sources
from adapters.emitter.regions.regions import GeneratedModule
from workflow_ir.players import CallPlayer, Player, PythonPlayer
from workflow_ir.workflow import WorkflowIR

DISTRIBUTIONS: Final = {
    "anthropic": "anthropic", "crewai": "crewai", "httpx": "httpx", "langchain": "langchain",
    "langchain_core": "langchain-core", "langgraph": "langgraph", "numpy": "numpy",
    "openai": "openai", "pandas": "pandas", "pydantic": "pydantic", "requests": "requests",
    "sklearn": "scikit-learn", "yaml": "PyYAML",
}  # fmt: skip
"""What an imported module is installed by, for the usual ones."""


@dataclass(frozen=True, slots=True)
class CastFiles:
    """Everything about those who perform."""

    files: tuple[GeneratedFile, ...] = ()
    functions: tuple[str, ...] = ()
    """Of the generated module of functions that they use."""
    requires: tuple[str, ...] = ()
    """Distributions that they need."""
    variables: tuple[str, ...] = ()
    """Of the environment that hold their keys."""


def cast_files(
    ir: WorkflowIR,
    package: Code,
    modules: Sequence[GeneratedModule],
    uses: Strategies,
    sources: Sources,
    target: str,
) -> CastFiles:
    """Write them; nothing if nobody performs anything.

    Args:
        ir: The Melody.
        package: The name of the Python package.
        modules: The Melody and its sub-melodies.
        uses: What ``policy`` knows of players.
        sources: Files of the user's that go along.
        target: ``native``, ``langgraph`` or ``crewai``.
    """
    if not uses.plays:
        return CastFiles()
    names = Names(TAKEN)
    asked: list[Asked] = []
    melodies, casts = [], []
    stems = {module.key: module.stem for module in modules}
    for module in modules:
        rows = []
        for name, player in module.ir.players.items():
            function = names.of((module.key, name), name.removeprefix("run:"))
            if isinstance(player, CallPlayer):
                stem = stems[player.module]
                melodies.append({"name": function, "called": words(name), "stem": stem})
            else:
                asked.append(
                    Asked(
                        function=function,
                        called=words(name),
                        player=player,
                        ir=module.ir,
                        cast=module.cast,
                        target=target,
                        package=package,
                        sources=sources,
                        modules=ir.modules,
                    )
                )
            facts = _facts(name, function, player, module, uses)
            rows.append({"key": literal(name), "facts": facts})
        casts.append({"name": module.cast, "rows": rows})
    text = render(
        environment(),
        "cast.py.jinja",
        melody=words(ir.name),
        stubs=sorted(one.function for one in asked),
        melodies=melodies,
        casts=casts,
        prices=uses.costs
        and any(one.cost for module in modules for one in module.ir.players.values()),
    )
    written = {one.function: implementation(one) for one in asked}
    folder = f"src/{package}"
    files = (
        GeneratedFile(f"{folder}/cast.py", text),
        *support_files(ir, package, target, uses, asked, written.values()),
        GeneratedFile(f"{folder}/players/__init__.py", "", owner="you"),
        *(
            GeneratedFile(f"{folder}/players/{name}.py", one.text, owner="you")
            for name, one in written.items()
        ),
    )
    return CastFiles(
        files,
        functions=_once(name for one in written.values() for name in one.functions),
        requires=_once(
            [*(name for one in written.values() for name in one.requires), *_imported(sources)]
        ),
        variables=_once(key for one in asked for key in keys_of(one)),
    )


def _imported(sources: Sources) -> Iterator[str]:
    """The distributions of what the user's own files import, as far as their names are known."""
    for path, text in sources.files.items():
        if path.endswith(".py"):
            yield from (DISTRIBUTIONS[name] for name in imported(text) if name in DISTRIBUTIONS)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _facts(
    name: str, stub: Code, player: Player, module: GeneratedModule, uses: Strategies
) -> Code:
    return joined([literal(name), stub, *_known(player, module, uses)], ", ")


def _known(player: Player, module: GeneratedModule, uses: Strategies) -> Iterator[Code]:
    """What is said of a player, where the policy asks for it."""
    if uses.fallback and player.fallback:
        yield Code(f"fallback={literal(player.fallback)}")
    if uses.provides and player.provides:
        yield Code(f"provides={literal(player.provides)}")
    if uses.claims and player.timeout_s is not None:
        yield Code(f"timeout_s={literal(player.timeout_s)}")
    told = uses.bounds_told and isinstance(player, PythonPlayer)
    if (uses.once and player.effects == "once") or (told and player.effects in ("none", "once")):
        yield Code(f"effects={literal(player.effects)}")
    if uses.costs and player.cost is not None:
        yield Code(f"cost=Price({literal(player.cost.usd)}, {literal(player.cost.tokens)})")
    if uses.grants and player.grant_attempts is not None:
        yield Code(f"attempts={literal(player.grant_attempts)}")
    if uses.refresh and player.refresh is not None:
        yield Code(f"refresh={literal(player.refresh)}")
    credential = credential_of(player, module.ir.models)
    if uses.credentials and credential:
        yield Code(f"credential={literal(credential)}")
    limits = player.limits
    if uses.concurrency and limits is not None and limits.concurrency is not None:
        yield Code(f"concurrency={literal(limits.concurrency)}")
    if uses.per_minute and limits is not None and limits.per_minute is not None:
        yield Code(f"per_minute={literal(limits.per_minute)}")
