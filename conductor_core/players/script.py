"""Scripts: the behaviour of players as data, for tests and demonstrations (spec 3, spec 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow_ir.nearest import nearest

BESIDE = ("reconstruct", "escalate", "compensate", "refresh", "tool")
"""What is performed beside a step, at ``PATH~NAME`` (spec 3, Paths)."""

BehaviourKind = Literal[
    "return", "error", "raise", "hang", "return_text", "exit", "answer", "echo", "tool_calls"
]
OF_MODELS: tuple[BehaviourKind, ...] = (
    "return", "return_text", "tool_calls", "error", "raise", "hang"
)  # fmt: skip
"""What a model does; of these ``tool_calls`` is nothing that a player does."""


SCRIPTED = "scripted/"
"""A model that is read from a script in any case."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a scripted player does at one call."""

    kind: BehaviourKind
    value: Any = None
    """By kind: output, error code, ``module.Class: text``, seconds, text, exit code, answer, tools.

    Tools are maps of ``name`` and ``arguments``, a map or the text that a model wrote.
    """
    sleep_s: float = 0.0
    """Waits so long first."""
    retry_after_s: float | None = None
    message: str = ""
    effects: str | None = None
    usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """Behaviours for the calls whose condition holds."""

    when: Callable[[Mapping[str, Any]], Any] | None
    """Over ``input``, the ``with`` map. None: always."""
    source: str
    """The condition as written."""
    then: Acts


@dataclass(frozen=True, slots=True)
class Cases:
    """The first case that holds counts."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """Consumed one a call, per path and player; the last one repeats.

    Compared by identity: each list of a script counts its own calls.
    """

    acts: tuple[Behaviour | Cases, ...]


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """One mistake of a script."""

    message: str
    path: tuple[str | int, ...]
    """Where it stands: keys and list places from the top."""
    help: str | None = None

    def __str__(self) -> str:
        """The place and the fact."""
        place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        return f"{place.lstrip('.') or 'the script'}: {self.message}"


class ScriptError(ValueError):
    """A script that cannot be played, with all its problems."""

    def __init__(self, problems: tuple[ScriptProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Script:
    """A script as read. What was consumed of it is kept by the run's troupe."""

    clock: Literal["virtual", "real"] = "virtual"
    """Without the key: virtual, so that backoff and time limits cost no real time."""
    seed: int | str | None = None
    """Of jitter. None: the run's own."""
    players: Mapping[str, Acts] = field(default_factory=dict)
    """By player name."""
    steps: Mapping[str, Acts] = field(default_factory=dict)
    """By run path or static address; they win over ``players``."""
    models: Mapping[str, Acts] = field(default_factory=dict)
    """By alias, by ``provider/name``, or by the NAME of ``scripted/NAME``.

    A model or agent player without an entry of its own performs with such a model.
    """
    default: Acts | None = None
    """For every player without an entry; a model's entry goes before it."""
    health: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)
    """What ``require`` reads of a player or service, reading by reading; the last one repeats."""
    host: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Likewise of the machine: ``memory_free``, ``cpu_free``, ``disk_free``."""

    @classmethod
    def read(cls, tree: object) -> Script:
        """Read a script from JSON data.

        Raises:
            ScriptError: With every problem found.
        """
        from conductor_core.players.script_reader import ScriptReader

        return ScriptReader().read(tree)

    def entry(self, path: str) -> Acts | None:
        """The entry of a step, by its run path, else by its static address."""
        for key in (path, static_address(path)) if self.steps else ():
            if key in self.steps:
                return self.steps[key]
        return None

    def own_acts(self, player: str, path: str) -> Acts | None:
        """The entry that plays ``player`` at this path: of the step, else of the player."""
        return self.entry(path) or self.players.get(player)

    def acts_for(self, player: str, path: str) -> Acts | None:
        """Likewise, else the default."""
        return self.own_acts(player, path) or self.default

    def model_entry(self, alias: str, model: str) -> str | None:
        """The name under ``models`` that stands for a model.

        Args:
            alias: As the player names it.
            model: ``provider/name``.
        """
        names = (alias, model, model.removeprefix(SCRIPTED))
        return next((name for name in names if name in self.models), None)

    def unknown(
        self,
        players: Collection[str],
        addresses: Collection[str],
        models: Collection[str] | None = None,
    ) -> Iterator[ScriptProblem]:
        """Entries that name no player, step or model of the Melody; None: models are not known."""
        for kind, entries, known in (
            ("player", self.players, players),
            ("step", self.steps, addresses),
            ("model", self.models, self.models if models is None else models),
        ):
            for name in entries:
                asked = name.partition("~")[0] if kind == "step" else name
                if (static_address(asked) if kind == "step" else asked) not in known:
                    meant = nearest(asked, known)
                    end = name[len(asked) :]
                    hint = f"did you mean {meant + end!r}?" if meant else None
                    yield ScriptProblem(f"there is no {kind} {name!r}", (f"{kind}s", name), hint)
                elif kind == "step" and (problem := wrongly_beside(name)) is not None:
                    yield ScriptProblem(problem, (f"{kind}s", name))


def wrongly_beside(path: str) -> str | None:
    """Why nothing is ever performed beside a step under this name; None: it may be.

    >>> wrongly_beside("draft~reconstruct") is None
    True
    """
    word = re.split(r"[./]", path.rpartition("~")[2])[0] if "~" in path else None
    if word is None or word in BESIDE:
        return None
    return f"nothing is performed at `~{word}`; known are {', '.join(f'~{one}' for one in BESIDE)}"


def static_address(path: str) -> str:
    """The address of a run path as scripts know it: item places and iterations left out.

    A step of a sub-melody has the addresses of its callers before its own. What is performed
    beside a step keeps its name: an entry of the step is not meant for it.

    >>> static_address("loop#2.docs/review[3].inner")
    'loop.docs/review.inner'
    >>> static_address("review[3]~reconstruct"), static_address("review[3]~tool.2")
    ('review~reconstruct', 'review~tool')
    """
    return counted_at(re.sub(r"\[[^\]]*\]|#\d+", "", path))


def counted_at(path: str) -> str:
    """Where the calls of a list are counted: those of a tool all together, whichever it is.

    >>> counted_at("review[3]~tool.2")
    'review[3]~tool'
    """
    return re.sub(r"(?<=~tool)\.\d+", "", path)


def of_tool(path: str) -> bool:
    """Whether an agent uses a tool at a path.

    >>> of_tool("review~tool.2"), of_tool("review~compensate")
    (True, False)
    """
    return static_address(path).endswith("~tool")
