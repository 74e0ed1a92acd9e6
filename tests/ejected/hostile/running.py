"""Generated projects of hostile texts, and their harmless twins, as they are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapters import registry
from adapters.crewai.silence import SILENCE
from adapters.emitter.around.example import example
from tests.ejected.hostile import performing
from tests.ejected.hostile.put import TOKEN, Put
from workflow_ir.players import CommandPlayer
from workflow_ir.secrets import secrets_of
from workflow_ir.steps import every_step, layers
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import WorkflowIR

_PROGRAM: Final = f"""#!{sys.executable} -ISXutf8
import json, os, pathlib, sys
told = [sys.argv[1:], sys.stdin.buffer.read().decode(), dict(os.environ)]
path = pathlib.Path(__file__)
path.parent.with_name("told").joinpath(path.name).write_text(json.dumps(told))
"""
"""Tells what it was started with in a file of its name, in a folder beside that of the programs."""
_OWN: Final = re.compile("own_([0-9]{5})")
_IN_QUOTES: Final = re.compile(f"'([^']*{TOKEN.pattern}[^']*)'")
_SHOUTED: Final = re.compile(TOKEN.pattern.upper())
"""What the function ``upper`` makes of a text."""
_OF_THE_MACHINE: Final = {"PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ"}


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one run."""

    report: Mapping[str, Any]
    told: Mapping[str, Any]
    """By path, what the player or person there was told."""
    programs: Mapping[str, Any]
    """By name, what each was started with: arguments, input, variables and data."""
    alone: Mapping[str, Any] | None
    """What came of the graph, crew or flow by itself, and what was told then; None: it has none."""


def ran(workflows: Iterable[WorkflowIR], target: str, folder: Path) -> tuple[Ran, ...]:
    """Run projects one after the other in one process, whose current folder is ``folder``."""
    runs = [
        _written(ir, target, folder / f"project_{number}") for number, ir in enumerate(workflows)
    ]
    home = folder / "home"
    home.mkdir()
    variables = {
        "HOME": str(home), "CREWAI_STORAGE_DIR": str(home), **SILENCE, "PATH": os.defpath,
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", performing.__file__],
        cwd=folder, env=variables, input=json.dumps(runs),
        capture_output=True, check=False, text=True, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads((folder / performing.FOUND).read_text(encoding="utf-8"))
    return tuple(
        Ran(one["report"], one["told"], dict(_told(Path(run["programs"]))), one.get("alone"))
        for one, run in zip(found, runs, strict=True)
    )


def _written(ir: WorkflowIR, target: str, folder: Path) -> dict[str, Any]:
    """Write a project and the programs that it starts, and say how to run it."""
    project = registry.load(target).emit(ir)
    for file in project.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    programs = folder / "programs"
    programs.mkdir()
    programs.with_name("told").mkdir()
    for name in _programs(ir):
        (programs / name).write_text(_PROGRAM, encoding="utf-8")
        (programs / name).chmod(0o700)
    outputs = {
        step.address: example(guard.output)
        for step in every_step(ir.root)
        if (guard := layers(step).guard) is not None and guard.output is not None
    }
    required = {name: example(one.schema_) for name, one in ir.inputs.items() if one.required}
    return {
        "package": project.name,
        "folder": str(folder / "src"),
        "programs": str(programs),
        "modules": [
            file.path[len("src/") : -len(".py")].replace("/", ".").removesuffix(".__init__")
            for file in project.files
            if file.path.startswith("src/") and file.path.endswith(".py")
        ],
        "inputs": required,
        "answers": outputs,
        "secrets": {str(name): "hush" for name in secrets_of(ir)},
    }


def _programs(ir: WorkflowIR) -> Iterator[str]:
    for each in (ir, *ir.modules.values()):
        for player in each.players.values():
            for program, *_ in player.commands if isinstance(player, CommandPlayer) else ():
                assert isinstance(program, LiteralValue)
                yield str(program.value)


def _told(programs: Path) -> Iterator[tuple[str, Any]]:
    for file in programs.with_name("told").iterdir():
        arguments, given, variables = json.loads(file.read_text(encoding="utf-8"))
        data = json.loads(variables.pop("MELODY_INPUT"))
        own = {name: variables[name] for name in variables if name not in _OF_THE_MACHINE}
        yield file.name, [arguments, given, own, data]


def differences(harmless: Any, hostile: Any, put: Put, at: str = "") -> Iterator[str]:
    """Where a hostile run differs from the harmless one by more than its texts.

    Args:
        harmless: JSON data that came of a run of the twin.
        hostile: The same of the other one.
        put: What was put in.
        at: Where in the data they stand.
    """
    if isinstance(harmless, str) and isinstance(hostile, str):
        if hostile not in (_exact(harmless, put), _quoted(harmless, put), put.quoted(harmless)):
            yield f"{at}: {harmless!r} became {hostile!r}"
    elif isinstance(harmless, Mapping) and isinstance(hostile, Mapping):
        named = {_exact(key, put): value for key, value in harmless.items()}
        if named.keys() != hostile.keys():
            yield f"{at}: {sorted(named.keys() ^ hostile.keys())}"
        for key in named.keys() & hostile.keys():
            yield from differences(named[key], hostile[key], put, f"{at}/{key}")
    elif isinstance(harmless, list) and isinstance(hostile, list) and len(harmless) == len(hostile):
        for number, (one, other) in enumerate(zip(harmless, hostile, strict=True)):
            yield from differences(one, other, put, f"{at}[{number}]")
    elif harmless != hostile:
        yield f"{at}: {harmless!r} became {hostile!r}"


def _exact(text: str, put: Put) -> str:
    text = _OWN.sub(lambda found: _own(found[1], put), text)
    text = _SHOUTED.sub(lambda found: put.texts[found[0].lower()].upper(), text)
    return TOKEN.sub(lambda found: put.texts[found[0]], text)


def _own(number: str, put: Put) -> str:
    """The module of the user's, or the object in it, that has the number of a hole."""
    tokens = (f"tw{number}x", f"tw{number}x !")
    return next(put.texts[token] for token in tokens if token in put.texts)


def _quoted(text: str, put: Put) -> str:
    """As messages quote a text."""
    return _IN_QUOTES.sub(lambda found: repr(_exact(found[1], put)), text)
