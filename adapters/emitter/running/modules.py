"""The modules of ``running``: what each is for, whether a Melody needs it, and its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.imports import globals_read, imports
from adapters.emitter.policy.modules import PUBLIC
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.running.shape import Shape
from workflow_ir.secrets import secrets_of
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class RunModule:
    """A module of ``running``; its text is ``templates/running/NAME.jinja``."""

    name: str
    what: str
    """What it holds: its docstring."""
    gives: tuple[str, ...]
    """Names that other modules may import, in the order of ``ruff``."""
    needed: Callable[[Strategies, Shape], bool] = lambda uses, has: True


MODULES: Final = (
    RunModule(
        "clock",
        "the time of day",
        ("Opening", "moment", "stamp", "utc_now"),
        lambda uses, has: has.now or has.moments or has.windows,
    ),
    RunModule(
        "machine",
        "what the machine has left",
        ("Host", "health"),
        lambda uses, has: has.requires,
    ),
    RunModule(
        "record",
        "what became of a step, and why it failed",
        ("FAULTS", "Record", "told", "understood"),
    ),
    RunModule(
        "parts",
        "what a file of steps is made of",
        ("SKIPPED", "Branch", "Manager", "Reconstruct", "Region", "Route", "Step", "meets", "step"),
    ),
    RunModule(
        "waiting",
        "waiting for a turn, and for tasks to end",
        ("PausedTime", "Rank", "Slots", "ended"),
    ),
    RunModule(
        "tally",
        "how many of several performances have to succeed",
        ("ANY", "AtLeast", "Percent", "Tally", "too_few"),
        lambda uses, has: has.several,
    ),
    RunModule(
        "later",
        "later outputs that a missing one may be made of",
        ("Later",),
        lambda uses, has: uses.reconstruct,
    ),
    RunModule(
        "place",
        "one performance of a step: what it sees, and what it can do",
        ("Place", "called"),
    ),
    RunModule(
        "scope",
        "steps that see one another: when each starts, and what ends them all",
        ("SCOPE", "Scope", "Steps"),
    ),
    RunModule(
        "run",
        "one run of all of it, and its report",
        ("People", "Report", "Run", "SecretsError"),
    ),
)
"""In the order of their imports: what stands below one of them it knows as a type only."""

_HOMES: Final = {name: f"running.{module.name}" for module in MODULES for name in module.gives}


def home_of(name: str) -> str:
    """The module that gives a name, as the package calls it: ``running.record``."""
    return _HOMES[name]


def running_modules(
    ir: WorkflowIR, uses: Strategies, has: Shape, *, target: str
) -> Iterator[tuple[str, Code]]:
    """``running``: its modules by name, as far as a Melody needs them, and what makes it a package.

    Args:
        ir: The Melody.
        uses: The strategies of it and of its sub-melodies.
        has: What stands in them.
        target: ``native``, ``langgraph`` or ``crewai``.
    """
    made = environment()
    view = {
        "uses": uses,
        "has": has,
        "native": target == "native",
        "secrets": literal(secrets_of(ir)),
    }
    yield "__init__", render(made, "running/__init__.jinja", melody=words(ir.name))
    for module in MODULES:
        if module.needed(uses, has):
            body = render(made, f"running/{module.name}.jinja", **view)
            yield (
                module.name,
                render(
                    made,
                    "module.py.jinja",
                    melody=words(ir.name),
                    about=Code(module.what[0].upper() + module.what[1:]),
                    imports=_imports(body, module),
                    body=body,
                ),
            )


# --- what the texts import ------------------------------------------------------------------------

_MODULES: Final = ("asyncio", "heapq", "itertools", "json", "math", "os", "random", "re", "shutil",
                   "time")  # fmt: skip
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "collections": ("Counter", "deque"),
    "collections.abc": (
        "AsyncIterator", "Awaitable", "Callable", "Iterable", "Iterator", "Mapping", "Sequence",
    ),
    "contextlib": ("AbstractContextManager", "asynccontextmanager", "contextmanager"),
    "contextvars": ("ContextVar",),
    "dataclasses": ("dataclass", "field", "replace"),
    "datetime": ("UTC", "date", "datetime", "timedelta"),
    "functools": ("cache", "partial"),
    "typing": ("TYPE_CHECKING", "Any", "Final", "NoReturn", "TypeAlias", "TypedDict"),
    "zoneinfo": ("ZoneInfo",),
}  # fmt: skip
"""What may be imported of the standard library, by module and in the order of ``ruff``."""
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "..policy": PUBLIC,
    "..types": ("Outputs",),
}
"""Likewise, of what stands beside ``running``."""


def _imports(body: Code, module: RunModule) -> Code:
    """The lines that import what a text uses, and nothing else."""
    used = globals_read(body)
    place = MODULES.index(module)
    first = {f".{one.name}": one.gives for one in MODULES[:place]}
    later = imports({f".{one.name}": one.gives for one in MODULES[place + 1 :]}, used)
    if later:
        used |= {"TYPE_CHECKING"}
    theirs = [*(f"import {one}" for one in _MODULES if one in used), *imports(_NAMES, used)]
    ours = imports({**_OTHERS, **first}, used)
    if "schemas" in used:
        ours.insert(0, "from .. import schemas")
    types = ["if TYPE_CHECKING:", *(f"    {line}" for line in later)] if later else []
    return Code("\n\n".join("\n".join(block) for block in (theirs, ours, types) if block))
