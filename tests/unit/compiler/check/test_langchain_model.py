from __future__ import annotations

import pytest

from compiler.pipeline import compile_text
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.workflow import WorkflowIR

TEXT = """melody: v1
name: notes
models: {smart: "MODEL"}
players: {writer: {model: smart}}
steps: {draft: {play: writer, prompt: Go.}}
"""


def made(model: str, *allowed: str) -> tuple[WorkflowIR | None, tuple[Diagnostic, ...]]:
    found = compile_text(
        TEXT.replace("MODEL", model),
        file="notes.melody.yaml",
        allow=Allow(python=allowed),
        will_run=True,
    )
    return found.ir, found.diagnostics


def test_a_chat_model_of_langchain_is_named_by_its_object() -> None:
    ir, problems = made("langchain:band.chats:smart", "band.*")
    assert problems == ()
    assert ir is not None
    assert ir.models["smart"].model == "langchain:band.chats:smart"


def test_its_module_must_be_allowed_like_that_of_a_python_player() -> None:
    _, (problem,) = made("langchain:band.chats:smart", "other.*")
    assert problem.code == "MEL401"
    assert str(problem.span) == "notes.melody.yaml:3:17"
    assert "allow: {python: [band.chats]}" in str(problem.help)


@pytest.mark.parametrize(
    "model", ["langchain:band", "langchain:band:", "lang:a:b", "langchain:3:x"]
)
def test_what_names_no_object_is_no_model(model: str) -> None:
    _, problems = made(model)
    assert [one.code for one in problems] == ["MEL111"]
