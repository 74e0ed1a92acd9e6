"""Readings: of this machine, and out of scripts."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from conductor_core.players.script import Script, ScriptError
from conductor_core.readings.machine import Machine, from_meminfo, from_vm_stat
from conductor_core.readings.scripted import GENEROUS, ScriptedReadings
from tests.unit.conductor_core.melodies import literal
from workflow_ir.players import CommandPlayer, PythonPlayer

VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10.
Pages active:                            500.
Pages inactive:                           20.
Pages speculative:                         3.
Pages wired down:                        100.
Pages purgeable:                           4.
"""


def command(program: str) -> CommandPlayer:
    return CommandPlayer(kind="command", commands=((literal(program),),))


def test_this_machine_has_some_of_everything() -> None:
    host = Machine().host()
    assert set(host) == set(GENEROUS)
    assert host["memory_free"] > 2**20
    assert host["disk_free"] > 0
    assert 0 <= host["cpu_free"] <= 1


def test_memory_is_read_as_each_system_tells_it() -> None:
    assert from_meminfo("MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:    3 kB\n") == 3072
    assert from_vm_stat(VM_STAT) == 37 * 16384


def test_a_player_is_healthy_if_it_could_be_started(tmp_path: Path) -> None:
    own = tmp_path / "bin" / "tool"
    own.parent.mkdir()
    own.write_text("#!/bin/sh\n")
    plain = tmp_path / "plain"
    plain.write_text("")
    own.chmod(own.stat().st_mode | stat.S_IXUSR)
    machine = Machine(
        tmp_path,
        {
            "python": PythonPlayer(kind="python", target="a:b"),
            "there": command(sys.executable),
            "own": command("bin/tool"),
            "plain": command("./plain"),
            "gone": command("no-such-program"),
        },
    )
    names = ("python", "there", "own", "plain", "gone", "unknown")
    assert {name: machine.health(name) for name in names} == {
        "python": True, "there": True, "own": True, "plain": False, "gone": False, "unknown": False,
    }  # fmt: skip


def test_a_script_tells_readings_one_after_the_other_and_the_last_repeats() -> None:
    script = Script.read(
        {"health": {"a": [False, True], "b": False}, "host": {"cpu_free": [0.1, 0.9]}}
    )
    read = ScriptedReadings(script)
    assert [read.health("a") for _ in range(3)] == [False, True, True]
    assert (read.health("b"), read.health("other")) == (False, True)
    assert [read.host()["cpu_free"] for _ in range(3)] == [0.1, 0.9, 0.9]
    assert read.host()["disk_free"] == GENEROUS["disk_free"]


@pytest.mark.parametrize(
    ("tree", "place", "fact"),
    [
        ({"health": {"a": 1}}, "health.a", "true or false"),
        ({"health": {"a": [True, "no"]}}, "health.a", "true or false"),
        ({"health": {"a": []}}, "health.a", "true or false"),
        ({"health": True}, "health", "map"),
        ({"host": {"cpu_free": True}}, "host.cpu_free", "number"),
        ({"host": {"disk_free": -1}}, "host.disk_free", "number"),
        ({"host": {"memory": 1}}, "host.memory", "unknown"),
    ],
)
def test_wrong_readings_are_problems_of_the_script(tree: object, place: str, fact: str) -> None:
    with pytest.raises(ScriptError) as caught:
        Script.read(tree)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{place}:")
    assert fact in problem.message
