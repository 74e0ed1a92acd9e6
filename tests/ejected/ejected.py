"""Ejected projects under test: emitted, put into a folder, imported, run, and their reports."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import os
import re
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, TypeVar

from adapters import registry
from adapters.emitter.project import GeneratedProject
from adapters.emitter.regions.regions import modules_of
from conductor_core.clock.virtual import START
from conductor_core.readings.scripted import ScriptedReadings
from tests.ejected import crewai_stage
from tests.ejected.scripted_cast import ScriptedCast
from tests.ejected.subjects import MELODIES, Subject
from tests.ejected.virtual_loop import LONGEST_S, VirtualLoop
from tests.ejected.written import temporary_folder
from workflow_ir.capability import Feature
from workflow_ir.features import features_of
from workflow_ir.workflow import WorkflowIR

T = TypeVar("T")

TARGETS = ("native", "langgraph", "crewai")
RUNS_IN = {"native": "workflow", "langgraph": "graph", "crewai": "flow"}
"""The module of a package that has ``run``, where the package itself has none."""

COMPARED = ("status", "outputs", "error", "steps", "gaps", "usage")
"""What a report has of the normal form: ``run``, ``ir`` and their like are nothing of its own."""

_OURS = re.compile(r"^src/([A-Za-z0-9_]+)/(.+)$")


def refused_features(ir: WorkflowIR, target: str) -> tuple[Feature, ...]:
    """The features of a workflow that the table of code declares not to run, in order."""
    table = registry.load(target).ejects()
    asked = {feature for feature, _ in features_of(ir)}
    return tuple(one for one in Feature if one in asked and not table[one].support.runs)


def covered(target: str) -> Iterator[tuple[str, Subject]]:
    """The Melodies that the table of code covers, by name: what a target writes projects of."""
    for melody, subject in MELODIES.items():
        if not refused_features(subject.ir, target):
            yield melody, subject


def package_files(project: GeneratedProject) -> Iterator[tuple[str, str]]:
    """Path below the package, and text, of everything that is imported."""
    for file in project.files:
        found = _OURS.match(file.path)
        if found is not None:
            yield found[2], file.text


def renamed(text: str, name: str, unique: str) -> str:
    """The text of ``graph.py``, which names its package, in a package of another name.

    Servers of LangGraph load that file by its path, so it cannot say ``from .``.
    """
    return re.sub(rf"^from {name}(?=[. ])", f"from {unique}", text, flags=re.MULTILINE)


def imported(project: GeneratedProject, unique: str) -> ModuleType:
    """The package of a project, under a name that no other one has."""
    folder = _folder() / unique
    if not folder.exists():
        for path, text in tuple(package_files(project)):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            told = renamed(text, project.name, unique) if path == "graph.py" else text
            file.write_text(told, encoding="utf-8", errors="surrogateescape")
    return _imported(unique, folder, project.name)


def _imported(unique: str, folder: Path, name: str) -> ModuleType:
    if unique in sys.modules:
        return sys.modules[unique]
    spec = importlib.util.spec_from_file_location(
        unique, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    try:
        with known_as(module, name):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[unique]
        raise
    return module


@contextmanager
def known_as(package: ModuleType, name: str) -> Iterator[None]:
    """Let a package be found by the name it has in its project, which other projects have too.

    Stubs of the user's import his files by it: ``from PACKAGE.project.module import function``.
    What is imported by either name is one module, as in a project, where there is but one name.
    """
    before = {one: sys.modules.pop(one) for one in _below(name)}
    own = package.__name__
    sys.modules |= {f"{name}{one.removeprefix(own)}": sys.modules[one] for one in _below(own)}
    sys.modules[name] = package
    finder = _OtherName(name, own)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for one in _below(name):
            del sys.modules[one]
        sys.modules.update(before)


class _OtherName(MetaPathFinder, Loader):
    """Finds the modules of a package by another name of it."""

    def __init__(self, name: str, own: str) -> None:
        self._name, self._own = name, own

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Itself, for what lies below the name."""
        del path, target
        return spec_from_loader(fullname, self) if fullname.startswith(f"{self._name}.") else None

    def create_module(self, spec: ModuleSpec) -> None:
        """An empty one, which is replaced."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of the package's own name in its place."""
        name = f"{self._own}{module.__name__.removeprefix(self._name)}"
        sys.modules[module.__name__] = importlib.import_module(name)


def _below(name: str) -> list[str]:
    return [one for one in sys.modules if one == name or one.startswith(f"{name}.")]


def part(package: ModuleType, name: str) -> ModuleType:
    """A module of a package."""
    return importlib.import_module(f"{package.__name__}.{name}")


@cache
def project_of(melody: str, target: str) -> GeneratedProject:
    """A subject's Melody as a project, emitted once in a session."""
    subject = MELODIES[melody]
    return registry.load(target).emit(subject.ir, subject.sources)


def report_of(subject: Subject, target: str) -> dict[str, Any]:
    """Import the project of a subject, run it by the subject's script, give its report.

    The seconds that it took by the loop's time are added: no project counts them itself.

    Raises:
        DiagnosticsError: It is refused.
        TimeoutError: It hangs.
        Stuck: It hangs in virtual time.
        Exception: Whatever generated code lets out; it should let out nothing.
    """
    script = subject.script
    with ExitStack() as stack:
        if target == "crewai":
            stack.enter_context(environment(crewai_stage.variables()))
            stack.enter_context(crewai_stage.threads_counted())
        package = package_of(subject, target)
        stack.enter_context(known_as(package, project_of(subject.melody, target).name))
        module = package if hasattr(package, "run") else part(package, RUNS_IN[target])
        given: dict[str, Any] = {}
        if script is not None:
            scripted = ScriptedCast(part(package, "policy"), subject.troupe(), subject.ir)
            given["people"] = scripted.people()
            given["seed"] = None if script.seed is None else str(script.seed)
            stack.enter_context(machine(package, ScriptedReadings(script)))
            given["jitter"] = False  # as in scripted runs: only where it is written
            if subject.ir.modules:
                stack.enter_context(played_by(package, subject.ir, scripted))
            elif subject.ir.players:
                given["cast"] = scripted.cast(part(package, "cast").CAST)
        known = inspect.signature(module.run).parameters

        async def main() -> dict[str, Any]:
            told = {name: value for name, value in given.items() if name in known}
            begun = asyncio.get_running_loop().time()
            report: dict[str, Any] = await module.run(dict(subject.inputs), **told)
            wall_s = round(asyncio.get_running_loop().time() - begun, 3)
            return {**report, "usage": {**report["usage"], "wall_s": wall_s}}

        # Processes that players start import the package by the name that it has here.
        variables = {**subject.secrets, "PYTHONPATH": str(_folder())}
        stack.enter_context(environment(variables))
        stack.enter_context(wall_clock(package))
        return in_time(main, virtual=subject.virtual)


@contextmanager
def played_by(package: ModuleType, ir: WorkflowIR, scripted: ScriptedCast) -> Iterator[None]:
    """Let the script play all casts of a package, each by its own sub-melody's players.

    ``run(cast=…)`` goes by name alone, and sub-melodies may use a name for somebody else.
    """
    held = vars(part(package, "cast"))
    casts = [(one.key, held[one.cast]) for one in modules_of(ir) if one.cast in held]
    before = [dict(cast) for _, cast in casts]
    for key, cast in casts:
        cast.update(scripted.cast(cast, key))
    try:
        yield
    finally:
        for (_, cast), written in zip(casts, before, strict=True):
            cast.update(written)


def package_of(subject: Subject, target: str) -> ModuleType:
    """The imported package of a subject."""
    return imported(project_of(subject.melody, target), named(subject.melody, target))


def named(melody: str, target: str) -> str:
    """A name of a package that no other one has."""
    return re.sub(r"\W", "_", f"ejected_{target}_{melody}")


def in_time(main: Callable[[], Coroutine[Any, Any, T]], *, virtual: bool) -> T:
    """Run a coroutine in a loop and a thread of its own; what hangs is left behind.

    Raises:
        TimeoutError: It has not ended in time.
        BaseException: What the coroutine raised.
    """
    ended: list[T] = []
    raised: list[BaseException] = []

    def target() -> None:
        try:
            with asyncio.Runner(loop_factory=VirtualLoop if virtual else None) as runner:
                ended.append(runner.run(main()))
        except BaseException as problem:  # noqa: BLE001  told in the caller's thread
            raised.append(problem)

    thread = Thread(target=target, name="melody-ejected", daemon=True)
    thread.start()
    thread.join(LONGEST_S)
    if raised:
        raise raised[0]
    if not ended:
        raise TimeoutError(f"no end after {LONGEST_S:g} s")
    return ended[0]


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def wall_clock(package: ModuleType) -> Iterator[None]:
    """Let ``utc_now`` of a package tell the loop's time since the start of our virtual clock."""
    patched = []
    for name, module in tuple(sys.modules.items()):
        if name.startswith(f"{package.__name__}.") and hasattr(module, "utc_now"):
            patched.append((module, module.utc_now))
            vars(module)["utc_now"] = _loop_time
    try:
        yield
    finally:
        for module, before in patched:
            vars(module)["utc_now"] = before


@contextmanager
def machine(package: ModuleType, readings: ScriptedReadings) -> Iterator[None]:
    """Let ``require`` read what the script says, where a package reads anything."""
    told = {"host": readings.host, "health": lambda _, name: readings.health(name)}
    running = f"{package.__name__}.running"
    known = (sys.modules.get(f"{running}.{name}") for name in ("machine", "place"))
    modules = [vars(module) for module in known if module is not None]
    before = [{name: module[name] for name in told if name in module} for module in modules]
    for module, names in zip(modules, before, strict=True):
        module.update({name: told[name] for name in names})
    try:
        yield
    finally:
        for module, names in zip(modules, before, strict=True):
            module.update(names)


def _loop_time() -> float:
    loop = asyncio.get_running_loop()
    return START + loop.time() if isinstance(loop, VirtualLoop) else time.time()


def compared(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a run object that reports have, without real time."""
    found = {name: tree[name] for name in COMPARED}
    found["usage"] = {name: used for name, used in found["usage"].items() if name != "wall_s"}
    return found


@cache
def _folder() -> Path:
    return temporary_folder()
