from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.modules.calling_aid import LEAF, calls, compiled, ir_of, told


def test_a_melody_that_calls_itself_for_ever_is_one_mistake_at_the_call(tmp_path: Path) -> None:
    made = compiled(tmp_path, a=calls("a.melody.yaml"))
    assert told(made) == [("MEL232", "a.melody.yaml", 3)]
    assert made.diagnostics[0].help == "write `max_depth: 4` beside this `call`"


def test_a_circle_is_told_at_the_call_that_closes_it_with_the_way_round(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        a=calls("b.melody.yaml"),
        b=calls("c.melody.yaml"),
        c=calls("b.melody.yaml"),
    )
    assert told(made) == [("MEL232", "c.melody.yaml", 3)]
    (problem,) = made.diagnostics
    assert problem.message.endswith("b.melody.yaml`")
    assert problem.message.count("melody.yaml`") == 3
    assert [Path(note.span.file).name for note in problem.notes if note.span] == ["b.melody.yaml"]


def test_one_call_of_a_circle_with_a_depth_ends_it(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=calls("b.melody.yaml"),
        b=calls("c.melody.yaml", max_depth="2"),
        c=calls("b.melody.yaml"),
    )
    assert sorted(module.name for module in ir.modules.values()) == ["b", "b", "b", "c", "c", "c"]


def test_another_way_round_that_has_no_depth_is_a_mistake_still(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        a="steps:\n  x: {call: b.melody.yaml, max_depth: 2}\n  y: {call: b.melody.yaml}\n",
        b=calls("a.melody.yaml"),
    )
    assert told(made) == [("MEL232", "b.melody.yaml", 3)]


def test_each_closing_call_is_told(tmp_path: Path) -> None:
    made = compiled(tmp_path, a="steps:\n  x: {call: a.melody.yaml}\n  y: {call: a.melody.yaml}\n")
    assert told(made) == [("MEL232", "a.melody.yaml", 4), ("MEL232", "a.melody.yaml", 5)]


def test_what_is_called_twice_and_not_in_a_circle_is_no_mistake(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a="steps: {x: {call: b.melody.yaml}, y: {call: c.melody.yaml}}\n",
        b=calls("d.melody.yaml"),
        c=calls("d.melody.yaml"),
        d=LEAF,
    )
    assert sorted(module.name for module in ir.modules.values()) == ["b", "c", "d"]


def test_a_player_that_calls_its_own_melody_cannot_be_bounded(tmp_path: Path) -> None:
    made = compiled(tmp_path, a="players:\n  me: {call: a.melody.yaml}\nsteps: {s: {play: me}}\n")
    assert told(made) == [("MEL232", "a.melody.yaml", 4)]
    assert "instead of this player" in (made.diagnostics[0].help or "")


def test_in_a_circle_the_names_of_outputs_are_known_and_nothing_of_their_types(
    tmp_path: Path,
) -> None:
    text = """\
inputs: {n: integer}
steps:
  again: {call: a.melody.yaml, max_depth: 3, with: {n: "${{ inputs.n - 1 }}"}}
  good: {set: "${{ steps.again.output.n + 1 }}"}
  bad: {set: "${{ steps.again.output.m }}"}
outputs: {n: "${{ steps.good.output }}"}
"""
    assert told(compiled(tmp_path, a=text)) == [("MEL204", "a.melody.yaml", 7)]
