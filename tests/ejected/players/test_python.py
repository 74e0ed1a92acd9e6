"""Functions of the user's own, as players of a generated project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage

BAND = """
import asyncio
import enum
import sys
import threading
from dataclasses import dataclass

from pydantic import BaseModel


class Sheet(BaseModel):
    title: str
    pages: int = 1


class Key(enum.Enum):
    C = "c"


@dataclass
class Note:
    pitch: str
    beats: tuple[int, int]


def twice(n: int, by: int = 2) -> int:
    return n * by


async def later(n: int) -> int:
    await asyncio.sleep(0)
    return n + 1


def handed_back(n: int):
    return later(n)


def where(n: int) -> bool:
    return threading.current_thread() is threading.main_thread()


def note(n: int) -> Note:
    return Note("a", (n, n))


def sheet(n: int) -> Sheet:
    return Sheet(title="x", pages=n)


def key(n: int) -> Key:
    return Key.C


def pages(n: Sheet) -> int:
    return n.pages


def every_page(n: list[Sheet]) -> int:
    return sum(one.pages for one in n)


def raising(n: int) -> None:
    raise ValueError("no")


class Bad(LookupError):
    pass


def bad(n: int) -> None:
    raise Bad


def leaving(n: int) -> None:
    sys.exit(3)


async def cancelling(n: int) -> None:
    raise asyncio.CancelledError


def raising_stop(n: int) -> None:
    raise StopIteration


def file(n: int) -> float:
    return object()


def not_a_number(n: int) -> float:
    return float("nan")


def large(n: int) -> int:
    return 2**63


def keyed(n: int) -> dict:
    return {1: n}


class Scale:
    @staticmethod
    def up(n: int) -> int:
        return n + 1


class Caller:
    def __call__(self, n: int) -> int:
        return n - 1


caller = Caller()
"""


def stage(folder: Path, target: str, with_: str = "{n: 3}") -> Stage:
    text = f"""
players: {{one: {{python: "band:{target}"}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    return Stage(folder, text, files={"band.py": BAND})


@pytest.mark.parametrize(
    ("function", "output"),
    [
        ("twice", 6),
        ("later", 4),
        ("handed_back", 4),
        ("where", False),
        ("note", {"pitch": "a", "beats": [3, 3]}),
        ("sheet", {"title": "x", "pages": 3}),
        ("key", "c"),
        ("Scale.up", 4),
        ("caller", 2),
    ],
)
def test_what_a_function_returns_is_the_output(tmp_path: Path, function: str, output: Any) -> None:
    assert stage(tmp_path, function).output() == output


@pytest.mark.parametrize(
    ("function", "with_", "pages"),
    [
        ("pages", "{n: {title: a, pages: 2}}", 2),
        ("every_page", "{n: [{title: a, pages: 2}, {title: b}]}", 3),
    ],
)
def test_a_function_that_takes_models_of_pydantic_gets_them(
    tmp_path: Path, function: str, with_: str, pages: int
) -> None:
    assert stage(tmp_path, function, with_).output() == pages


@pytest.mark.parametrize(
    ("function", "with_"),
    [
        ("twice", "{m: 3}"),
        ("twice", "{}"),
        ("twice", "{n: 3, of: 4}"),
        ("pages", "{n: {pages: 2}}"),
        ("pages", "{n: 7}"),
    ],
)
def test_arguments_that_a_function_does_not_take_are_invalid(
    tmp_path: Path, function: str, with_: str
) -> None:
    assert stage(tmp_path, function, with_).code() == "input.invalid"


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("raising", "player.bug"),
        ("bad", "player.bug"),
        ("raising_stop", "player.crash"),
        ("leaving", "player.crash"),
        ("cancelling", "player.cancelled_self"),
        ("file", "output.format"),
        ("not_a_number", "output.format"),
        ("large", "output.format"),
        ("keyed", "output.format"),
    ],
)
def test_what_goes_wrong_has_the_code_of_melody_run(
    tmp_path: Path, function: str, code: str
) -> None:
    assert stage(tmp_path, function).code() == code


def test_a_function_that_hangs_holds_neither_its_step_nor_the_program(tmp_path: Path) -> None:
    hanging = "import threading\nended = threading.Event()\ndef hang():\n    ended.wait(600)\n"
    text = """
players: {one: {python: "band:hang"}}
steps:
  it: {play: one, with: {}, policy: {timeout: 100ms, retry: {max_attempts: 1}}}
outputs: {}
"""
    made = Stage(tmp_path, text, files={"band.py": hanging})
    report = made.report()
    made.part("project.band").ended.set()
    assert report["steps"]["it"]["attempts"][0]["error"]["code"] == "timeout.attempt"


def test_many_functions_work_at_the_same_time(tmp_path: Path) -> None:
    meeting = (
        "import threading\nall_here = threading.Barrier(40)\n"
        "def meet(n):\n    return all_here.wait(20) >= 0\n"
    )
    text = """
inputs: {names: "list[integer]"}
players: {one: {python: "band:meet"}}
steps:
  it: {for_each: "${{ inputs.names }}", as: n, play: one, with: {n: "${{ n }}"}}
outputs: {all: "${{ steps.it.output }}"}
policy: {concurrency: 64}
"""
    made = Stage(tmp_path, text, files={"band.py": meeting})
    assert made.report(names=list(range(40)))["outputs"] == {"all": [True] * 40}
