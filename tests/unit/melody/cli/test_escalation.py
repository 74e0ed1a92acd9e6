"""A person at the terminal decides about a step that cannot go on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.melody.cli.person import Begin, terminals
from tests.unit.melody.stage import melody, written

STUCK = """\
melody: v1
name: stuck
players: {counter: {command: [python3, count.py], parse: json}}
steps:
  count: {play: counter, output: {n: integer}, gate: {check: output.n > 2}, on_failure: escalate}
outputs: {n: "${{ steps.count.output.n }}"}
"""
COUNT = """\
import json, pathlib
made = pathlib.Path("made")
n = int(made.read_text()) + 1 if made.exists() else 1
made.write_text(str(n))
print(json.dumps({"n": n}))
"""
ALLOW = ("--allow", "command:python3")


@pytest.fixture
def at_a_terminal() -> Iterator[Begin]:
    with terminals() as begin:
        yield begin


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    written(tmp_path, STUCK)
    written(tmp_path, COUNT, "count.py")


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
def test_a_person_lets_a_step_try_again_and_gives_its_output_in_the_end(
    backend: str, tmp_path: Path, at_a_terminal: Begin
) -> None:
    person = at_a_terminal("run", "some.melody.yaml", "--on", backend, *ALLOW, cwd=tmp_path)
    person.waits_for("? count~escalate")
    person.waits_for("within 1h00m")
    person.waits_for("gate.failed: the gate does not hold: output.n > 2. 'counter' tried once")
    person.waits_for("[r/s/a/f]")
    person.types("r\n")
    person.waits_for("'counter' tried 2 times")
    person.waits_for("[r/s/a/f]")
    person.types("a\n")
    person.waits_for("output (")
    person.types('{"n": 1}\n')
    person.waits_for("the gate does not hold")
    person.waits_for("[r/s/a/f]")
    person.types("answer\n")
    person.waits_for("output (")
    person.types('{"n": 9}\n')
    ended = person.leaves()
    assert (ended.code, ended.stdout) == (0, "n: 9\n")
    assert (tmp_path / "made").read_text() == "2"


def test_whoever_closes_the_input_leaves_the_step_to_its_ladder(
    tmp_path: Path, at_a_terminal: Begin
) -> None:
    person = at_a_terminal("run", "some.melody.yaml", *ALLOW, cwd=tmp_path)
    person.waits_for("[r/s/a/f]")
    person.types("\x04")
    ended = person.leaves()
    assert ended.code == 1
    assert "no answer" in ended.stderr
    assert "stays waiting" not in ended.stderr
    assert "gate.failed" in ended.stderr


def test_a_script_answers_and_the_lines_say_who_waited_for_whom(tmp_path: Path) -> None:
    script = """\
players: {counter: {return: {n: 1}}}
steps: {count~escalate: [{answer: {choice: retry}}, {answer: {choice: answer, output: {n: 5}}}]}
"""
    ended = melody("run", tmp_path / "some.melody.yaml",
                   "--script", written(tmp_path, script, "script.yaml"), *ALLOW)  # fmt: skip
    assert (ended.code, ended.stdout) == (0, "n: 5\n")
    lines = [line[8:].strip() for line in ended.stderr.splitlines() if "count" in line]
    told = [" ".join(line.split()) for line in lines]
    assert "count~escalate answered: retry" in told
    assert any(line.startswith("count~escalate waits for a person: Step 'count'") for line in told)
    assert any(line.endswith("→ ask a person") for line in told)
    assert "count recovered" in told


def test_with_nobody_to_ask_the_step_fails_and_the_reason_is_told(tmp_path: Path) -> None:
    ended = melody("run", tmp_path / "some.melody.yaml", "--no-journal", *ALLOW)
    assert ended.code == 1
    assert "escalate: nobody to ask" in ended.stderr
