"""Run generated projects in a process of their own, and tell what everybody in them was told.

``python performing.py`` reads a list of runs as JSON from its input, and writes what came of each.
All that is generated performs as it is, but for the functions by which players ask others.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
from collections.abc import Mapping
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
        The ``report``; and ``told``, by path, what went out of the project there.
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
    sys.path.remove(run["folder"])
    for name in [name for name in sys.modules if name.partition(".")[0] == run["package"]]:
        del sys.modules[name]
    return {"report": report, "told": told}


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
        known = getattr(question, "choices", ("approve",))
        return policy.Reply("approve" if "approve" in known else "skip", {})

    return answer


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
