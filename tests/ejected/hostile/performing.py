"""Run generated projects in a process of their own, and tell what everybody in them was told.

``python performing.py`` reads a list of runs as JSON from its input, and writes what came of each.
All that is generated performs as it is, but for the functions by which players ask others.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.abc
import importlib.util
import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import fields, is_dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

FOUND: Final = "found.json"
"""The file in the current folder that tells it."""
DOORS: Final = {"asked", "complete", "function", "function_apart", "request", "use", "work"}
"""By these functions players ask others; only programs are really started."""


class Own(ModuleType):
    """A module of the user's that holds whatever is asked of it."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """A function, or what has functions."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class Anything:
    """A function, and each of its attributes."""

    def __getattr__(self, name: str) -> Anything:
        """Likewise."""
        return self

    def __call__(self, **inputs: Any) -> None:
        """Nothing comes of it."""


class OwnModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds all modules whose names begin with ``own_``."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Whatever else the name is."""
        return importlib.util.spec_from_loader(name, self) if name.startswith("own_") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """One that has everything."""
        return Own(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def performed(run: Mapping[str, Any]) -> dict[str, Any]:
    """Import a project, all of it, and run it.

    Args:
        run: Its ``folder``, ``package`` and ``modules``; the folder of its ``programs``; the
            ``inputs``; the output of each step by its path as ``answers``; ``secrets`` by name.

    Returns:
        The ``report``; and ``told``, by path, what went out of the project there. If it has a
        graph, crew or flow, ``alone`` is the same of that, invoked or kicked off by itself; and
        what ``crewai run`` prints, as ``printed``.
    """
    sys.path.insert(0, run["folder"])
    os.environ.update(run["secrets"], PATH=run["programs"])
    package, *modules = map(importlib.import_module, (run["package"], *run["modules"]))
    policy = importlib.import_module(f"{run['package']}.policy")
    told: dict[str, list[Any]] = {}
    for module in modules:
        for name in DOORS & vars(module).keys():
            if module.__name__.startswith(f"{run['package']}.players."):
                vars(module)[name] = door(name, policy, run["answers"], told)
    asked = {"people": people(policy, told)} if hasattr(policy, "Question") else {}
    report = asyncio.run(package.run(run["inputs"], **asked))
    found = {"report": report, "told": dict(told)}
    alone = next((one for one in ALONE if f"{run['package']}.{one}" in run["modules"]), None)
    if alone is not None:
        told.clear()
        ended = asyncio.run(ALONE[alone](run, told))
        found["alone"] = {"report": ended, "told": dict(told)}
    if f"{run['package']}.main" in run["modules"]:
        found["alone"]["printed"] = printed(part(run, "main"))
    sys.path.remove(run["folder"])
    for name in [name for name in sys.modules if name.partition(".")[0] == run["package"]]:
        del sys.modules[name]
    return found


async def invoked(run: Mapping[str, Any], told: dict[str, list[Any]]) -> Any:
    """What comes of a LangGraph graph with a checkpointer, resumed at each interrupt."""
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.types import Command

    graph = part(run, "graph").builder.compile(checkpointer=InMemorySaver())
    thread = {"configurable": {"thread_id": "1"}}
    given: Any = {"inputs": run["inputs"]}
    while True:
        try:
            state = await graph.ainvoke(given, thread)
        except part(run, "nodes").RunFailed as failed:
            return failed.report
        if not state.get("__interrupt__"):
            return state
        answers = {}
        for one in state["__interrupt__"]:
            told.setdefault(one.value["path"], []).append(one.value)
            answers[one.id] = {"choice": chosen(one.value["choices"]), "fields": {}}
        given = Command(resume=answers)


async def kicked_off(run: Mapping[str, Any], told: dict[str, list[Any]]) -> Any:
    """What comes of a CrewAI flow or crew; somebody sits at the terminal."""
    modules = [part(run, name.partition(".")[2]) for name in run["modules"] if "." in name]
    for module in modules:
        if "at_terminal" in vars(module):
            vars(module)["at_terminal"] = lambda: people(part(run, "policy"), told)
    crews = [one for one in modules if one.__name__ == f"{run['package']}.crew"]
    try:
        if crews:
            (crew,) = (one for one in vars(crews[0]).values() if hasattr(one, "is_crew_class"))
            return (await crew().crew().akickoff(run["inputs"])).json_dict
        steps, flow_steps = part(run, "steps"), part(run, "flow_steps")
        return await flow_steps.FLOWS[steps.MELODY]().kickoff_async(run["inputs"])
    except Exception as failed:
        if not hasattr(failed, "report"):
            raise
        return failed.report


def printed(main: Any) -> Any:
    """The JSON on standard output of what ``crewai run`` calls."""
    told = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(told), suppress(SystemExit):
        main.kickoff() if hasattr(main, "kickoff") else main.run()
    told.seek(0)
    return json.load(told)


ALONE: Final = {"graph": invoked, "crew": kicked_off, "flow": kicked_off}
"""By the module that has it: how what a framework runs is run by itself."""


def part(run: Mapping[str, Any], name: str) -> Any:
    """A module of the project's package."""
    return importlib.import_module(f"{run['package']}.{name}")


def door(name: str, policy: Any, answers: Mapping[str, Any], told: dict[str, list[Any]]) -> Any:
    """What goes out is told; what comes in is the answer of the step or of the item's step."""

    async def asked(*given: Any, **named: Any) -> Any:
        (call,) = (one for one in (*given, *named.values()) if isinstance(one, policy.Call))
        told.setdefault(call.path, []).append([name, plain(given), plain(named)])
        steps = (path for path in answers if call.path.startswith(path))
        return answers.get(max(steps, key=len, default=""))

    return asked


def people(policy: Any, told: dict[str, list[Any]]) -> Any:
    """People who approve of everything, and skip what has failed."""

    async def answer(question: Any) -> Any:
        told.setdefault(question.path, []).append(plain(question))
        return policy.Reply(chosen(getattr(question, "choices", ("approve",))), {})

    return answer


def chosen(choices: Any) -> str:
    """One of these; an event has none, and takes any."""
    return "approve" if "approve" in choices or not choices else "skip"


def plain(value: Any) -> Any:
    """As JSON data; of functions nothing can be told, and the id of a call is drawn."""
    if is_dataclass(value):
        known = [one.name for one in fields(value) if one.name != "id"]
        return {name: plain(getattr(value, name)) for name in known}
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if callable(value) else value


if __name__ == "__main__":
    sys.meta_path.append(OwnModules())
    found = [performed(run) for run in json.load(sys.stdin)]
    Path(FOUND).write_text(json.dumps(found), encoding="utf-8")
