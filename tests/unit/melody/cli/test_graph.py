from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE
from tests.unit.melody.stage import Ended, melody, written


@pytest.fixture
def route(tmp_path: Path) -> Path:
    return written(tmp_path, ROUTE, "route.melody.yaml")


def test_the_picture_goes_to_stdout_and_nothing_else_does(route: Path) -> None:
    ended = melody("graph", route)
    assert (ended.code, ended.stderr) == (0, "")
    assert "| measure |" in ended.stdout


def test_each_format_is_what_it_says(route: Path) -> None:
    assert melody("graph", route, "--format", "dot").stdout.startswith("digraph")
    assert ET.fromstring(melody("graph", route, "--format", "svg").stdout).tag.endswith("svg")
    same = melody("compile", route, "--to", "mermaid", "--stdout").stdout
    assert melody("graph", route, "--format", "mermaid").stdout == same


def test_why_shows_the_references_with_their_lines(route: Path) -> None:
    ended = melody("graph", route, "--why", "measure", "way")
    assert ended.code == 0
    assert ended.stdout.splitlines() == [
        "way waits for measure",
        "",
        "way reads measure",
        f"  {route}:10:15: when: steps.measure.output.n < 3",
        f"  {route}:15:15: when: steps.measure.output.n > 10",
    ]


def test_why_says_how_long_the_chain_is(route: Path) -> None:
    first, *_ = melody("graph", route, "--why", "measure", "report").stdout.splitlines()
    assert first == "report waits for measure, through 2 links"


def test_the_end_of_a_branch_may_wait_where_its_start_does_not(route: Path) -> None:
    first, *_ = melody("graph", route, "--why", "aside", "way").stdout.splitlines()
    assert first == "way starts without waiting for aside; its end waits"


def test_why_says_that_nothing_does_and_when_it_is_the_other_way_round(route: Path) -> None:
    ended = melody("graph", route, "--why", "report", "measure")
    assert ended.code == 0
    assert ended.stdout.splitlines() == [
        "nothing makes measure wait for report",
        "it is the other way round: report waits for measure",
    ]


def test_the_id_of_an_inner_step_will_do(route: Path) -> None:
    assert "way.low.lift waits for way" in melody("graph", route, "--why", "way", "lift").stdout


def _refused(ended: Ended, *said: str) -> None:
    assert (ended.code, ended.stdout) == (2, "")
    assert all(each in ended.stderr for each in said)


def test_an_unknown_step_gets_the_nearest_one(route: Path) -> None:
    _refused(melody("graph", route, "--why", "mesure", "way"), "MEL506", "did you mean `measure`?")


def test_an_id_that_several_steps_have_is_asked_for_in_full(tmp_path: Path) -> None:
    text = ROUTE.replace(
        "        result: {n: 10}", "        steps: {lift: {set: {n: 1}}}\n        result: {n: 10}"
    )
    ended = melody("graph", written(tmp_path, text), "--why", "lift", "report")
    _refused(ended, "name one of way.low.lift, way.high.lift")


def test_one_step_is_not_two(route: Path) -> None:
    _refused(melody("graph", route, "--why", "way", "way"), "`way` is one step")


def test_a_melody_with_errors_is_not_drawn(tmp_path: Path) -> None:
    ended = melody("graph", written(tmp_path, ROUTE.replace("measure.output.n < 3", "mesure.ok")))
    _refused(ended, "MEL201")


def test_source_lines_cannot_turn_the_terminal_round(tmp_path: Path) -> None:
    text = HOSTILE.replace("default(steps.each", "default(  steps.each")
    text = text.replace("  after: {set: {all: ", "  after: {set: {b: '\u202e', all: ")
    ended = melody("graph", written(tmp_path, text), "--why", "each", "after")
    assert ended.code == 0
    assert "\u202e" not in ended.stdout
    assert "\\u202e" in ended.stdout


def test_a_picture_that_is_too_large_names_the_formats_that_can(tmp_path: Path) -> None:
    lines = ["melody: v1", "name: large", "steps:", "  s0: {set: {n: 1}}"]
    lines += [f"  s{n}: {{set: {{n: 1}}, needs: [s{n - 1}]}}" for n in range(1, 400)]
    everyone = ", ".join(f"s{n}" for n in range(400))
    lines.append(f"  end: {{set: {{n: 1}}, needs: [{everyone}]}}")
    path = written(tmp_path, "\n".join(lines) + "\n")
    _refused(melody("graph", path), "--format dot")
    assert melody("graph", path, "--format", "dot").code == 0
