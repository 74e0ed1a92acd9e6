from __future__ import annotations

from pathlib import Path

import pytest

import melody
from compiler.pipeline import compile_text
from melody.running.models_ready import made_up, models_not_ready
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.workflow import WorkflowIR

TEXT = """melody: v1
name: notes
models: {smart: openai/gpt-5, local: ollama/tiny, plain: offline, spare: openai/spare}
players:
  writer: {model: smart, fallback: [second]}
  second: {model: local}
  third: {model: plain}
steps:
  free: {play: third, prompt: Go.}
  draft: {play: writer, prompt: Go.}
  inner: {call: inner.melody.yaml}
"""
INNER = """melody: v1
name: inner
players: {one: {model: smart}, two: {agent: {role: r, goal: g, backstory: b}, model: other}}
models: {smart: openai/gpt-5, other: anthropic/claude}
steps:
  a: {play: one, prompt: Go.}
  b: {play: two, prompt: Go.}
"""


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def ir_of(text: str = TEXT) -> WorkflowIR:
    made = compile_text(text, file="notes.melody.yaml", given={"inner.melody.yaml": INNER})
    assert made.ir is not None, made.diagnostics
    return made.ir


def problems() -> list[Diagnostic]:
    return list(models_not_ready(ir_of(), Path()))


def test_each_model_that_a_run_may_ask_is_told_once_at_a_step_that_asks() -> None:
    assert [(one.code, one.message, str(one.span)) for one in problems()] == [
        ("MEL603", "where `ollama/tiny` answers is not known", "notes.melody.yaml:10:3"),
        ("MEL603", "model `openai/gpt-5` needs a key", "notes.melody.yaml:10:3"),
        ("MEL603", "model `anthropic/claude` needs a key", "inner.melody.yaml:7:3"),
    ]


def test_the_cure_names_the_variable_and_offline() -> None:
    assert problems()[1].help == (
        "set the environment variable `OPENAI_API_KEY`, or run with --offline, which answers "
        "without any model"
    )


def test_nothing_is_told_of_models_that_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "a-key")
    text = TEXT.replace(
        "local: ollama/tiny", 'local: {model: ollama/tiny, base_url: "http://localhost:1/v1"}'
    )
    assert models_not_ready(ir_of(text), Path()) == ()


MADE_UP = """melody: v1
name: notes
models: {smart: openai/gpt-5, plain: offline/basic, other: offline/basic}
players:
  writer: {model: smart, fallback: [second]}
  second: {model: plain}
  third: {model: offline}
  fourth: {model: other}
steps:
  draft: {play: writer, prompt: Go.}
  free: {play: third, prompt: Go.}
  more: {play: fourth, prompt: Go.}
  again: {play: fourth, prompt: Go.}
"""


def test_in_production_each_made_up_model_is_told_once_at_the_first_step_that_may_ask_it() -> None:
    found = made_up(ir_of(MADE_UP), "production", offline=False)
    assert [(one.code, str(one.span)) for one in found] == [
        ("MEL605", "notes.melody.yaml:11:3"),
        ("MEL605", "notes.melody.yaml:12:3"),
        ("MEL605", "notes.melody.yaml:10:3"),
    ]
    assert [one.message.split("`")[1] for one in found] == ["offline", "other", "plain"]


def test_in_production_answers_are_not_replaced_by_made_up_ones() -> None:
    (found,) = made_up(ir_of(), "production", offline=True)
    assert (found.code, found.span) == ("MEL605", None)


@pytest.mark.parametrize("profile", [None, "development"])
@pytest.mark.parametrize("offline", [True, False])
def test_in_other_profiles_answers_may_be_made_up(profile: str | None, offline: bool) -> None:
    assert made_up(ir_of(MADE_UP), profile, offline=offline) == ()


def test_a_python_program_is_refused_likewise(tmp_path: Path) -> None:
    (tmp_path / "melody.project.yaml").write_text("profiles: {production: {}}\n", "utf-8")
    file = tmp_path / "notes.melody.yaml"
    file.write_text(
        MADE_UP.replace("{model: smart, fallback: [second]}", "{model: plain}"), "utf-8"
    )
    with pytest.raises(DiagnosticsError) as refused:
        melody.run(file, profile="production", journal=False)
    assert {one.code for one in refused.value.diagnostics} == {"MEL605"}
    scripted = {"default": {"return": "x"}}
    assert melody.run(file, profile="production", journal=False, script=scripted).error is None
