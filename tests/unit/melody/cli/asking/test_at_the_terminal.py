from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conductor_core.clock.real import RealClock
from conductor_core.ports import Answer, Question
from melody.cli.asking.at_the_terminal import AtTheTerminal
from melody.cli.asking.typed_lines import TypedLines

FORM = {
    "type": "object",
    "properties": {
        "note": {"type": "string"},
        "share": {"type": "integer", "maximum": 100, "default": 10, "description": "in percent"},
        "loud": {"type": "boolean"},
        "extra": {"type": ["string", "null"]},
    },
    "required": ["note", "share", "loud"],
    "additionalProperties": False,
}


class _Screen(io.StringIO):
    """Knows how often everything else was held back, and whether a choice was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.held = 0
        self.prompted = asyncio.Event()

    def write(self, text: str) -> int:
        if "approve or reject?" in text:
            self.prompted.set()
        return super().write(text)

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        self.held += 1
        yield


def _question(path: str = "review", **more: Any) -> Question:
    return Question(path=path, address=path, text="Publish\x1b[31m this?", **more)


async def _asked(questions: list[Question], typed: str | None, screen: _Screen) -> Any:
    """The answers to questions asked at once, to somebody who types all of it at once."""
    person, terminal = os.openpty()
    try:
        people = AtTheTerminal(TypedLines(terminal), screen, screen.interrupted)
        if typed is not None:
            os.write(person, typed.encode())
        waiting = [people.ask(question, RealClock()) for question in questions]
        async with asyncio.timeout(20):
            return await asyncio.gather(*waiting)
    finally:
        os.close(person)
        os.close(terminal)


def _answer(typed: str, **more: Any) -> tuple[Answer | None, str]:
    screen = _Screen()
    (answer,) = asyncio.run(_asked([_question(**more)], typed, screen))
    assert screen.held == 1
    return answer, screen.getvalue()


def test_what_is_asked_and_shown_can_be_read() -> None:
    answer, screen = _answer(
        "a\n", show={"code": "x = 1\ny = 2"}, assignees=("ada", "bob"), expires_s=90.0
    )
    assert answer == Answer("approve", {})
    lines = screen.splitlines()
    assert lines[1] == "? review (for ada, bob), within 1m30s"
    assert lines[2] == "  Publish\\x1b[31m this?"
    assert lines[3:6] == ["  | code:", "  |   x = 1", "  |   y = 2"]


@pytest.mark.parametrize("typed", ["r\n", "reject\n", "what?\n\nREJECT\n"])
def test_a_rejection_asks_for_no_field(typed: str) -> None:
    answer, screen = _answer(typed, form=FORM)
    assert answer == Answer("reject", {"share": 10, "extra": None})
    assert screen.count("approve or reject?") == typed.count("\n")
    assert "note" not in screen


def test_fields_are_asked_one_by_one_with_type_default_and_description() -> None:
    answer, screen = _answer("a\nfine\n\ny\n\n", form=FORM)
    assert answer == Answer("approve", {"note": "fine", "share": 10, "loud": True, "extra": None})
    for prompt in ("note (string): ", "share (integer", "in percent) [10]: ", "loud (boolean): "):
        assert prompt in screen


def test_a_value_that_does_not_fit_is_told_and_asked_again() -> None:
    answer, screen = _answer('a\n\n""\nmany\n101\n7\nmaybe\nno\nx\n', form=FORM)
    assert answer == Answer("approve", {"note": "", "share": 7, "loud": False, "extra": "x"})
    assert 'a value is needed; for an empty text write ""' in screen
    assert screen.count("share (") == 3
    assert screen.count("loud (") == 2


def test_the_text_of_a_file_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("two\nlines\n", encoding="utf-8")
    form = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "required": ["a", "b"]}  # fmt: skip
    answer, screen = _answer("a\n@nowhere\n@text\n@@ada\n", form=form)
    assert answer == Answer("approve", {"a": "two\nlines\n", "b": "@ada"})
    assert "cannot be read" in screen


def test_several_questions_are_asked_one_after_the_other() -> None:
    screen = _Screen()
    questions = [_question("one"), _question("two")]
    answers = asyncio.run(_asked(questions, "a\nr\n", screen))
    assert [answer.choice for answer in answers] == ["approve", "reject"]
    shown = screen.getvalue()
    assert shown.index("? one") < shown.index("approve or reject?") < shown.index("? two")


def test_whoever_closes_the_input_gives_no_answer() -> None:
    answer, screen = _answer("\x04")
    assert answer is None
    assert "stays waiting" in screen


def test_an_event_is_not_asked_of_a_person() -> None:
    screen = _Screen()
    (answer,) = asyncio.run(_asked([_question(event="paid")], None, screen))
    assert (answer, screen.getvalue(), screen.held) == (None, "", 0)


def test_a_question_that_expired_lets_the_next_one_be_asked() -> None:
    async def expiring(screen: _Screen) -> Answer | None:
        person, terminal = os.openpty()
        people = AtTheTerminal(TypedLines(terminal), screen, screen.interrupted)
        first = asyncio.ensure_future(people.ask(_question("one"), RealClock()))
        second = asyncio.ensure_future(people.ask(_question("two"), RealClock()))
        await screen.prompted.wait()
        first.cancel()
        os.write(person, b"a\n")
        try:
            async with asyncio.timeout(20):
                return await second
        finally:
            os.close(person)
            os.close(terminal)

    screen = _Screen()
    assert asyncio.run(expiring(screen)) == Answer("approve", {})
    assert "`one` is asked no more" in screen.getvalue()


def _escalation(**more: Any) -> dict[str, Any]:
    form = {"type": "object", "properties": {"output": {"type": "integer"}},
            "required": ["output"], "additionalProperties": False}  # fmt: skip
    return {
        "path": "draft~escalate", "form": form, "fills": "answer",
        "choices": ("retry", "skip", "answer", "fail"), **more,
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["r", "retry", "s", "skip", "f", "fail", "FAIL"])
def test_another_choice_asks_for_no_field(typed: str) -> None:
    answer, screen = _answer(f"a?\n{typed}\n", **_escalation())
    word = {"r": "retry", "s": "skip", "f": "fail"}[typed[0].lower()]
    assert answer == Answer(word, {})
    assert "retry, skip, answer or fail? [r/s/a/f]" in screen
    assert "write r, s, a or f" in screen
    assert "output (" not in screen


def test_an_output_that_does_not_hold_is_told_and_everything_asked_again() -> None:
    fits = lambda fields: () if fields["output"] > 4 else ("too small",)  # noqa: E731
    answer, screen = _answer("a\n3\na\nx\n5\n", **_escalation(fits=fits))
    assert answer == Answer("answer", {"output": 5})
    assert screen.count("too small") == 1
    assert screen.count("output (integer)") == 3


def test_a_question_whose_step_does_not_wait_says_no_such_thing() -> None:
    answer, screen = _answer("\x04", **_escalation())
    assert answer is None
    assert "no answer" in screen
    assert "stays waiting" not in screen
