from __future__ import annotations

import pytest

from tests.unit.compiler.importers.converting_aid import data_of
from tests.unit.melody.stage import melody

TWO = ("--parallel", "unit: make unit", "--parallel=lint: make lint")
GOOD = ("coordinate", *TWO, "--sync-point", "ready", "--then", "make ship")


def test_the_melody_is_written_to_stdout() -> None:
    ended = melody(*GOOD)
    assert (ended.code, ended.stderr) == (0, "")
    data = data_of(ended.stdout)
    assert list(data["steps"]) == ["ready", "make"]
    assert list(data["steps"]["ready"]["parallel"]) == ["unit", "lint"]


def test_every_option_reaches_the_melody() -> None:
    ended = melody(*GOOD, "--then=make ship again", "--succeed-if", "80%", "--barrier-timeout",
                   "1m", "--name", "nightly")  # fmt: skip
    data = data_of(ended.stdout)
    ready = data["steps"]["ready"]
    assert (data["name"], ready["succeed_if"], ready["barrier_timeout"]) == ("nightly", "80%", "1m")
    assert list(data["steps"]) == ["ready", "make", "make_2"]


@pytest.mark.parametrize("left_out", ["--parallel", "--sync-point", "--then"])
def test_a_missing_option_is_wrong_usage(left_out: str) -> None:
    options = {"--parallel": "a: x", "--sync-point": "ready", "--then": "y"}
    del options[left_out]
    ended = melody("coordinate", *(word for pair in options.items() for word in pair))
    assert (ended.code, ended.stdout) == (2, "")
    assert left_out in ended.stderr


def test_mistakes_are_shown_all_at_once() -> None:
    ended = melody("coordinate", "--parallel", "a b: x", "--sync-point", "all ready", "--then",
                   "./x | y", "--succeed-if", "some")  # fmt: skip
    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr.endswith("4 errors\n")
    assert "--> --sync-point:1:1" in ended.stderr
