from __future__ import annotations

import shlex
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.define import define
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Run
from compiler.pipeline import parse
from tests.unit.compiler.importers.converting_aid import codes, melody_of, shown, steps_of

SEED = (
    "data_prep: backend test && cache clear",
    "model_train: data_prep.success && backend set bedrock",
    "validation: model_train.success && validate enable --strict",
    "deployment: validation.quality_score > 0.95",
)
"""The command line of seed 004."""


def one(line: str, *others: str) -> Any:
    """The step of the last line."""
    return list(steps_of(define("t", (*others, line))).values())[-1]


def test_the_line_of_the_seed_converts_as_it_is_written() -> None:
    assert melody_of(define("ml_pipeline", SEED)) == {
        "melody": "v1",
        "name": "ml_pipeline",
        "steps": {
            "data_prep": {"run": "backend test && cache clear"},
            "model_train": {"run": "backend set bedrock", "when": "steps.data_prep.ok"},
            "validation": {
                "run": "validate enable --strict",
                "when": "steps.model_train.ok",
                "parse": "json",
                "output": {"quality_score": "number"},
            },
            "deployment": {
                "set": {},
                "when": "steps.validation.ok and steps.validation.output.quality_score > 0.95",
            },
        },
    }


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        (["a: x", "b: a.success && y"], {"run": "y", "when": "steps.a.ok"}),
        (["a: x", "b: a.failure && y"], {"run": "y", "when": "steps.a.error != null"}),
        (["a: x", "b: a.complete && y"], {"run": "y", "needs": ["a"]}),
        (["a: x", "b: a.score>=95% && y"], {"run": "y", "when": "steps.a.output.score >= 0.95"}),
        (["a: x", "b: a.n != -1.50 && y -v"],
         {"run": "y -v", "when": "steps.a.output.n != -1.5"}),
        (["a: x", "c: z", "b: a.success||c.success && y"],
         {"run": "y", "when": "steps.a.ok or steps.c.ok"}),
        (["a: x", "c: z", "b: (a.success || c.failure) && c.m < 2 && y"],
         {"run": "y", "when": "(steps.a.ok or steps.c.error != null) and steps.c.ok and "
          "steps.c.output.m < 2"}),
        (["a: x", "c: z", "b: a.success || (c.success && c.m == 3)"],
         {"set": {}, "when": "steps.a.ok or (steps.c.ok and steps.c.output.m == 3)"}),
        (["a: x", "c: z", "b: a.complete || c.success && y"],
         {"run": "y", "when": "steps.a.status != 'pending' or steps.c.ok"}),
        (["a: x", "b: ((a.success)) && y"], {"run": "y", "when": "steps.a.ok"}),
        (["b: x && y && z"], {"run": "x && y && z"}),
        (["b: echo 'a && b; c'"], {"run": ["echo", "a && b; c"]}),
        (["b: echo \"it's\" && rm 'a b'"], {"run": [["echo", "it's"], ["rm", "a b"]]}),
        (["b  :   x   "], {"run": "x"}),
        (["b: curl http://localhost:80/a?b=c"], {"run": ["curl", "http://localhost:80/a?b=c"]}),
        (["b: pip install zope.interface==5.0"], {"run": "pip install zope.interface==5.0"}),
        (["a: x", "b: 'a.success'"], {"run": "a.success"}),
        (["b: echo '${{ steps.a }}'"], {"run": ["echo", "$${{ steps.a }}"]}),
        (["b: printf 'a\nb'"], {"run": ["printf", "a\nb"]}),
        (["b: grüße 世界"], {"run": "grüße 世界"}),
        (["b: echo ''"], {"run": ["echo", ""]}),
    ],
)  # fmt: skip
def test_forms_that_the_seed_does_not_have_convert_too(lines: list[str], step: Any) -> None:
    assert steps_of(define("t", lines))["b"] == step


def test_a_step_whose_failure_is_asked_for_does_not_end_the_run() -> None:
    steps = steps_of(define("t", ["a: x", "b: y", "c: a.failure && p", "d: b.complete && q"]))
    assert steps["a"] == {"run": "x", "on_failure": ["skip"]}
    assert steps["b"] == {"run": "y", "on_failure": ["skip"]}
    assert "on_failure" not in steps["c"]


def test_a_step_may_come_before_the_one_it_waits_for() -> None:
    assert one("a: x", "b: a.success && y") == {"run": "x"}


def test_only_the_last_command_of_a_step_that_is_compared_is_read_as_json() -> None:
    steps = steps_of(define("t", ["a: make && ./score", "b: a.n > 1", "c: a.m > 1", "before: x"]))
    assert steps["a"] == {
        "steps": {
            "before_2": {"run": "make"},
            "last": {
                "run": "./score", "needs": ["before_2"], "parse": "json",
                "output": {"n": "number", "m": "number"},
            },
        },
        "result": "${{ steps.last.output }}",
    }  # fmt: skip


def test_a_field_of_a_step_that_may_be_skipped_is_read_behind_its_ok() -> None:
    steps = steps_of(define("t", ["a: x", "b: a.failure && y", "c: b.n > 1 && z", "d: a.m > 1"]))
    assert steps["c"]["when"] == "steps.b.ok and steps.b.output.n > 1"
    assert steps["d"]["when"] == "steps.a.ok and steps.a.output.m > 1"


def test_what_a_shell_would_replace_is_told_and_taken_literally() -> None:
    converted = define("t", ["a: rm $HOME/*.tmp '~'"])
    assert codes(converted) == ["MEL144"]
    assert "`$HOME` is taken literally" in shown(converted)
    assert steps_of(converted)["a"] == {"run": ["rm", "$HOME/*.tmp", "~"]}


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
ARGV = st.lists(PRINTABLE, min_size=1, max_size=4).filter(lambda argv: argv[0] != "")


@given(st.lists(ARGV, min_size=1, max_size=3))
def test_a_program_gets_exactly_the_arguments_that_a_shell_would_give_it(
    commands: list[list[str]],
) -> None:
    line = " && ".join(f"sh {shlex.join(argv)}" for argv in commands)
    text = define("t", [f"a: {line}"]).text
    assert text is not None
    read = parse(SourceText("t.melody.yaml", text)).melody
    assert read is not None
    verb = read.steps[0].verb
    assert isinstance(verb, Run)
    found = [[getattr(word, "value", None) for word in argv] for argv in verb.commands]
    assert found == [["sh", *argv] for argv in commands]


def test_ten_thousand_steps_are_no_matter() -> None:
    lines = ["s0: x", *(f"s{n}: s{n - 1}.success && s{n - 1}.n > 1 && x" for n in range(1, 10_000))]
    began = time.perf_counter()
    text = define("t", lines).text
    assert time.perf_counter() - began < 20
    assert text is not None
    assert text.count("parse: json") == 9_999


def test_a_chain_of_steps_reads_as_one_melody() -> None:
    lines = ["s0: x", *(f"s{n}: s{n - 1}.success && x" for n in range(1, 300))]
    assert len(steps_of(define("t", lines))) == 300
