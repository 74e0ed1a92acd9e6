"""Approvals at a terminal, by a script, and where nobody can be asked."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.melody.cli.person import Begin, terminals
from tests.unit.melody.stage import in_a_process, melody, written

ASKING = """\
melody: v1
name: asking
inputs: {title: {type: string, default: Notes}}
steps:
  publish:
    approval: Publish ${{ inputs.title }}?
    show: {title: "${{ inputs.title }}"}
    form: {note: string, copies: {type: "integer(1..9)", default: 2}}
  after: {set: {note: "${{ steps.publish.output.note }}", n: "${{ steps.publish.output.copies }}"}}
outputs: {after: "${{ steps.after.output }}"}
"""
EXPIRING = """\
melody: v1
name: expiring
steps:
  first: {approval: "First?", expires: 1s, on_timeout: approve}
  second: {approval: "Second?", needs: [first]}
"""
LATER_STEPS = """\
melody: v1
name: later_steps
steps:
  each:
    for_each: "${{ [1, 2] }}"
    steps:
      ask: {approval: "Take ${{ item }}?"}
    result: ${{ steps.ask.output.choice }}
  paid: {wait: {event: paid}}
  beside: {set: 1}
"""


@pytest.fixture
def at_a_terminal() -> Iterator[Begin]:
    with terminals() as begin:
        yield begin


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
def test_a_person_at_the_terminal_is_asked(
    backend: str, tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, ASKING)
    person = at_a_terminal("run", "some.melody.yaml", "--on", backend, cwd=tmp_path)
    person.waits_for("Publish Notes?")
    person.waits_for("| title: Notes")
    person.waits_for("[a/r]")
    person.types("a\n")
    person.waits_for("note (string):")
    person.types("fine\n")
    person.waits_for("[2]:")
    person.types("12\n")
    person.waits_for("[2]:")
    person.types("3\n")
    ended = person.leaves()
    assert ended.code == 0, ended.stderr
    assert ended.stdout == "after:\n  note: fine\n  n: 3\n"


def test_what_was_asked_stays_on_the_screen_when_the_tree_is_drawn_again(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, ASKING)
    person = at_a_terminal("run", "some.melody.yaml", cwd=tmp_path)
    person.waits_for("[a/r]")
    person.types("r\n")
    ended = person.leaves()
    assert ended.code == 1
    typed = ended.stderr.rindex("[a/r] r")
    drawn_over = ended.stderr[typed:].split("publish", 1)[0]
    assert "\x1b[2K" not in drawn_over
    assert "approval.rejected" in ended.stderr


def test_a_question_ends_with_its_time_and_the_next_one_is_asked(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, EXPIRING)
    person = at_a_terminal("run", "some.melody.yaml", "--json", cwd=tmp_path)
    person.waits_for("`first` is asked no more")
    person.waits_for("Second?")
    person.waits_for("[a/r]")
    person.types("a\n")
    ended = person.leaves()
    assert ended.code == 0, ended.stderr
    assert ended.json["steps"]["first"]["output"] == {"choice": "approve"}


def test_an_interruption_of_a_question_leaves_no_traceback(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, ASKING)
    person = at_a_terminal("run", "some.melody.yaml", cwd=tmp_path)
    person.waits_for("[a/r]")
    person.process.send_signal(signal.SIGINT)
    ended = person.leaves()
    assert ended.code == 130
    assert "interrupted" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_whoever_closes_the_input_leaves_the_run_paused(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, ASKING)
    person = at_a_terminal("run", "some.melody.yaml", cwd=tmp_path)
    person.waits_for("[a/r]")
    person.types("\x04")
    ended = person.leaves()
    assert ended.code == 4
    assert "no answer" in ended.stderr


def test_in_a_build_nobody_is_asked_although_there_is_a_terminal(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    written(tmp_path, ASKING)
    ended = at_a_terminal("run", "some.melody.yaml", cwd=tmp_path, CI="true").leaves()
    assert ended.code == 4
    assert "[a/r]" not in ended.stderr


def test_a_script_answers_alone_alsoat_a_terminal(tmp_path: Path, at_a_terminal: Begin) -> None:
    written(tmp_path, ASKING)
    written(tmp_path, "players: {}\n", "script.yaml")
    person = at_a_terminal("run", "some.melody.yaml", "--script", "script.yaml", cwd=tmp_path)
    assert person.leaves().code == 4


def test_a_paused_run_says_what_it_waits_for_and_what_answers_it(tmp_path: Path) -> None:
    written(tmp_path, ASKING)
    ended = in_a_process("run", "some.melody.yaml", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (4, "")
    assert "waiting: `publish` waits for a person: Publish Notes?" in ended.stderr
    assert "asking: paused on native" in ended.stderr
    lines = ended.stderr.splitlines()
    start = lines.index("    steps:")
    script = "\n".join(line[4:] for line in lines[start : start + 2])
    written(tmp_path, script, "script.yaml")
    again = melody("run", "some.melody.yaml", "--script", "script.yaml")
    assert again.code == 0, again.stderr
    assert again.stdout == "after:\n  note: write it here\n  n: 2\n"


def test_everything_that_is_waited_for_is_told_and_can_be_answered(tmp_path: Path) -> None:
    written(tmp_path, LATER_STEPS)
    ended = melody("run", "some.melody.yaml", "--json")
    assert ended.code == 4
    assert ended.json["status"] == "paused"
    statuses = {path: step["status"] for path, step in ended.json["steps"].items()}
    assert statuses["beside"] == "succeeded"
    waiting = {path for path, status in statuses.items() if status == "waiting"}
    assert waiting == {"each[0].ask", "each[1].ask", "paid"}
    assert all(f"`{path}` waits for" in ended.stderr for path in waiting)
    assert "`paid` waits for the event paid" in ended.stderr
    lines = ended.stderr.splitlines()
    start = lines.index("    steps:")
    script = "\n".join(line[4:] for line in lines[start : start + 1 + len(waiting)])
    again = melody("run", "some.melody.yaml", "--script", written(tmp_path, script, "script.yaml"))
    assert again.code == 0, again.stderr
