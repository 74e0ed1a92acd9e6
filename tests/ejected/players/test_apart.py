"""Functions in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ejected.players.stage import Stage, cancelled_when
from tests.ejected.players.test_command import ends

BAND = """
import asyncio
import os
import pathlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Note:
    pitch: str


def pid(n):
    return os.getpid()


def loud(n):
    print("{}", flush=True)
    sys.stdout.write("\\x1e no end")
    return Note("a")


async def later(n):
    return [n]


class Bad(LookupError):
    pass


def bad(n):
    raise Bad("gone")


async def cancelling(n):
    raise asyncio.CancelledError


class Odd(Exception):
    pass


def odd(n):
    raise Odd("nobody knows")


def leaving(n):
    sys.exit(3)


def ending(n):
    os._exit(3)


def killed(n):
    os.kill(os.getpid(), signal.SIGKILL)


def large(n):
    return len(bytearray(n))


def hanging(file):
    child = subprocess.Popen(["sleep", "300"])
    pathlib.Path(file).write_text(f"{os.getpid()} {child.pid}.")
    time.sleep(300)
"""


def stage(folder: Path, function: str, with_: str = "{n: 3}", facts: str = "") -> Stage:
    text = f"""
players: {{one: {{python: "band:{function}", isolation: process{facts}}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    return Stage(folder, text, files={"band.py": BAND})


@pytest.mark.parametrize(("function", "output"), [("loud", {"pitch": "a"}), ("later", [3])])
def test_what_a_function_returns_is_the_output(
    tmp_path: Path, function: str, output: object
) -> None:
    assert stage(tmp_path, function).output() == output


def test_it_is_another_process(tmp_path: Path) -> None:
    made = stage(tmp_path, "pid")
    first, second = (made.report()["steps"]["it"]["output"] for _ in range(2))
    assert first != second
    assert made.part("policy").__file__  # the package itself is in this one


@pytest.mark.parametrize(
    ("function", "with_", "code"),
    [
        ("bad", "{n: 3}", "player.bug"),
        ("cancelling", "{n: 3}", "player.cancelled_self"),
        ("odd", "{n: 3}", "player.crash"),
        ("leaving", "{n: 3}", "player.crash"),
        ("ending", "{n: 3}", "player.crash"),
        ("killed", "{n: 3}", "resource.memory"),
        ("later", "{m: 3}", "input.invalid"),
    ],
)
def test_what_goes_wrong_has_the_code_of_melody_run(
    tmp_path: Path, function: str, with_: str, code: str
) -> None:
    assert stage(tmp_path, function, with_).code() == code


def test_what_nobody_knows_of_is_tried_again_as_by_melody_run(tmp_path: Path) -> None:
    text = """
players: {one: {python: "band:odd", isolation: process}}
steps:
  it:
    play: one
    with: {n: 3}
    on_failure: [retry]
    policy: {retry: {max_attempts: 2, initial: 10ms, jitter: none}}
outputs: {}
"""
    entry = Stage(tmp_path, text, files={"band.py": BAND}).step()
    assert [one["decision"] for one in entry["attempts"]] == ["retry", "fail"]


def test_a_bound_of_memory_holds(tmp_path: Path) -> None:
    bound = ", limits: {memory: 1500MB}"
    assert stage(tmp_path, "large", "{n: 3000000000}", bound).code() == "policy.memory"


def test_memory_below_the_bound_may_be_used(tmp_path: Path) -> None:
    bound = ", limits: {memory: 1500MB}"
    assert stage(tmp_path, "large", "{n: 3000000}", bound).output() == 3_000_000


def test_cancelling_ends_the_process_with_its_children(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    made = stage(tmp_path, "hanging", f'{{file: "{file}"}}')
    with cancelled_when(lambda: file.exists() and file.read_text().endswith("."), made.run):
        pids = [int(pid) for pid in file.read_text().rstrip(".").split()]
        assert len(pids) == 2
        assert all(map(ends, pids))


def test_a_timeout_ends_the_process(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    text = f"""
players: {{one: {{python: "band:hanging", isolation: worker}}}}
steps:
  it: {{play: one, with: {{file: "{file}"}}, policy: {{timeout: 3s, retry: {{max_attempts: 1}}}}}}
outputs: {{}}
"""
    made = Stage(tmp_path, text, files={"band.py": BAND})
    report = made.report()
    assert report["steps"]["it"]["attempts"][0]["error"]["code"] == "timeout.attempt"
    assert all(ends(int(pid)) for pid in file.read_text().rstrip(".").split())
