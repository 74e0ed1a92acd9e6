"""Command players are bounded by the system in memory and processor time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from conductor_core.clock.real import RealClock
from conductor_core.players.command import CommandPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import error_of, output_of, request
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import CommandPlayer
from workflow_ir.values import LiteralValue

MEMORY = 2**29


def ask(folder: Path, *argv: str, parse: Any = "json", **granted: Any) -> Success | StandardError:
    words = tuple(LiteralValue(kind="literal", value=word) for word in argv)
    data = CommandPlayer(kind="command", commands=(words,), parse=parse)
    player = CommandPerformer(data, folder, Allow(command=(argv[0],)))

    async def main() -> Success | StandardError:
        clock = RealClock()
        grant = Grant(deadline=clock.now() + 10, clock=clock, **granted)
        return await player.play(request(), grant)

    return asyncio.run(main())


def python(folder: Path, source: str, **facts: Any) -> Success | StandardError:
    return ask(folder, sys.executable, "-c", source, **facts)


def test_a_command_has_the_bounds_of_its_grant(tmp_path: Path) -> None:
    source = (
        "import json, resource as r;"
        "print(json.dumps([r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CPU)]))"
    )
    bounds = output_of(python(tmp_path, source, memory_bytes=MEMORY, cpu=0.5))
    assert bounds == [[MEMORY, MEMORY], [5, 6]]


def test_more_memory_than_that_is_policy_memory(tmp_path: Path) -> None:
    error = error_of(python(tmp_path, "bytearray(2**30)", memory_bytes=MEMORY))
    assert (error.code, error.policy_limit) == ("policy.memory", "memory")


def test_a_memory_error_without_a_bound_is_none_of_policy(tmp_path: Path) -> None:
    error = error_of(python(tmp_path, "raise MemoryError"))
    assert error.code == "resource.memory"


def test_more_processor_time_than_that_is_policy_cpu(tmp_path: Path) -> None:
    error = error_of(python(tmp_path, "while True: pass", cpu=0.05))
    assert (error.code, error.policy_limit) == ("policy.cpu", "cpu")


def test_the_grant_bounds_the_output(tmp_path: Path) -> None:
    error = error_of(python(tmp_path, "print('x' * 1000)", output_bytes=1000))
    assert (error.code, error.policy_limit) == ("policy.output", "output")
    assert output_of(python(tmp_path, "print('x' * 999)", output_bytes=1000, parse="text"))


@pytest.mark.parametrize("memory", [None, MEMORY])
def test_a_bounded_command_sees_and_says_the_same(tmp_path: Path, memory: int | None) -> None:
    source = (
        "import json, os, signal, sys;"
        "print(json.dumps([sorted(os.environ), os.getcwd(), sys.argv[1:],"
        " signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN, os.listdir('/proc/self/fd')]))"
    )
    shell = f'exec {sys.executable} -S -c "$0" "$@"'
    seen = output_of(ask(tmp_path, "sh", "-c", shell, source, "a b", "-c", memory_bytes=memory))
    names, folder, argv, _, files = seen
    assert {"MELODY_INPUT", "MELODY_PROCESS", "MELODY_RUNNER", "PATH"} <= set(names)
    assert ("LC_CTYPE" in names) is ("LC_CTYPE" in os.environ)
    assert (folder, argv) == (os.path.realpath(tmp_path), ["a b", "-c"])
    assert len(files) == 4  # three streams and the folder that is listed


def test_a_bounded_command_does_not_ignore_a_broken_pipe(tmp_path: Path) -> None:
    told = ask(tmp_path, "sh", "-c", "grep SigIgn /proc/self/status", parse="text",
               memory_bytes=MEMORY)  # fmt: skip
    assert int(output_of(told).split()[1], 16) & (1 << 12) == 0


def test_a_bounded_program_that_is_not_there_is_config_missing(tmp_path: Path) -> None:
    error = error_of(ask(tmp_path, "absent-program", memory_bytes=MEMORY))
    assert error.code == "config.missing"
    assert "'absent-program' was not found on the PATH" in error.message
    missing = ask(tmp_path, "absent-program", memory_bytes=MEMORY, parse="exit")
    assert error_of(missing).code == "config.missing"


def test_an_exit_code_of_the_program_itself_is_its_own(tmp_path: Path) -> None:
    told = ask(tmp_path, "sh", "-c", "exit 127", parse="exit", memory_bytes=MEMORY)
    assert json.loads(json.dumps(output_of(told)))["exit_code"] == 127
