from __future__ import annotations

from typing import Any

import pytest

from adapters import registry
from compiler.pipeline import compile_text
from melody.running.schedule_warnings import MOST_NOTES, schedule_warnings
from workflow_ir.diagnostics import Diagnostic, Severity
from workflow_ir.workflow import WorkflowIR

HEAD = """\
melody: v1
name: scheduled
players: {writer: {model: offline}}
steps:
"""
PART = f"{HEAD}  x: {{play: writer, prompt: X}}\n  y: {{play: writer, prompt: Y}}\n"


def _ir(steps: str) -> WorkflowIR:
    given = {"part.melody.yaml": PART}
    ir = compile_text(HEAD + steps, file="scheduled.melody.yaml", given=given).ir
    assert ir is not None
    return ir


def _told(steps: str, backend: str = "langgraph") -> list[Diagnostic]:
    adapter: Any = registry.load(backend)
    return list(schedule_warnings(_ir(steps), adapter))


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
def test_a_place_is_told_at_its_first_step_with_the_others_as_notes(backend: str) -> None:
    fan = "".join(f"  s{n}: {{play: writer, prompt: A}}\n" for n in range(4))
    (warning,) = _told(fan, backend)
    assert (warning.code, warning.severity) == ("MEL303", Severity.WARNING)
    assert str(warning.span) == "scheduled.melody.yaml:5:3"
    assert backend in warning.message
    assert [str(note.span) for note in warning.notes] == [
        f"scheduled.melody.yaml:{line}:3" for line in (6, 7, 8)
    ]
    assert warning.help is not None
    assert "`needs`" in warning.help
    assert "`--start eager`, the default, is not affected" in warning.help


def test_of_many_steps_a_few_are_shown() -> None:
    (warning,) = _told("".join(f"  s{n}: {{play: writer, prompt: A}}\n" for n in range(40)))
    *shown, last = warning.notes
    assert len(shown) == MOST_NOTES
    assert (last.message, last.span) == (f"and {39 - MOST_NOTES} more steps", None)


def test_a_sub_melody_is_told_of_once_in_its_own_file() -> None:
    calls = "  a: {call: ./part.melody.yaml}\n  b: {call: ./part.melody.yaml, needs: [a]}\n"
    (warning,) = _told(calls)
    assert str(warning.span) == "part.melody.yaml:5:3"


def test_time_is_no_matter_where_steps_start_as_soon_as_they_can() -> None:
    late = "  a: {wait: 1s}\n  b: {wait: 1s}\n  c: {set: '${{ now() }}', needs: [a, b]}\n"
    assert [one.message.split(" may ")[0] for one in _told(late)] == ["the value of `now()`"]
    assert _told(late, "native") == []


def test_a_chain_is_told_nothing() -> None:
    assert _told("  a: {play: writer, prompt: A}\n  b: {play: writer, needs: [a]}\n") == []
