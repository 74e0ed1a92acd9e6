from __future__ import annotations

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from compiler.pipeline import compile_text
from melody.semantic_diff import Change, changes
from melody.semantic_diff.meaning import meaning
from workflow_ir.canonical import plain
from workflow_ir.workflow import WorkflowIR

BASE = """\
melody: v1
name: notes
inputs: {topic: string, most: {type: "integer(1..)", default: 3}}
models: {cheap: offline/basic}
players:
  writer: {model: cheap, system: Be brief., fallback: [stub]}
  stub: {model: offline}
policy: {concurrency: 8}
steps:
  draft:
    play: writer
    prompt: "Write on ${{ inputs.topic }}."
    output: {text: string, n: integer}
    gate: {check: output.n > 0, on_fail: [retry]}
    policy: {timeout: 20s, retry: {max_attempts: 2}}
  aside: {set: {n: 1}}
  way:
    branch:
      - name: long
        when: steps.draft.output.n > inputs.most
        steps:
          cut: {set: {text: "${{ steps.draft.output.text }}"}}
        result: {text: "${{ steps.cut.output.text }}"}
      - name: short
        else: true
        result: {text: "${{ steps.draft.output.text }}"}
  each: {for_each: "${{ range(inputs.most) }}", set: {n: "${{ item }}"}}
  shell: {run: [echo, "${{ inputs.topic }}"], needs: [aside]}
outputs:
  text: ${{ steps.way.output.text }}
"""


def compiled(text: str) -> WorkflowIR:
    compilation = compile_text(text)
    assert compilation.ir is not None, compilation.diagnostics
    return compilation.ir


def between(*edits: tuple[str, str], text: str = BASE) -> list[Change]:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return list(changes(compiled(BASE), compiled(text)))


def told(found: list[Change]) -> list[tuple[str, str, str, str | None]]:
    return [(each.change, each.subject, each.name, each.field) for each in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: notes", "# a comment\nname:   notes"),
        ("{set: {n: 1}}", "\n    set:\n      n: 1"),
        ("  draft:\n", "  draft:\n    label: The draft\n"),
        ("name: notes", "name: notes\ndescription: Of a topic"),
        ("timeout: 20s", "timeout: 20000ms"),
        ("{text: string, n: integer}", "{n: integer, text: string}"),
    ],
)
def test_formatting_comments_labels_and_the_order_of_keys_mean_nothing(old: str, new: str) -> None:
    assert between((old, new)) == []


def test_the_order_of_steps_means_nothing() -> None:
    moved = BASE.replace("  aside: {set: {n: 1}}\n", "")
    moved = moved.replace("steps:\n  draft", "steps:\n  aside: {set: {n: 1}}\n  draft", 1)
    assert compiled(moved).hash != compiled(BASE).hash
    assert changes(compiled(BASE), compiled(moved)) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected", "aspect"),
    [
        ("Write on", "Tell of", ("changed", "step", "draft", "prompt"), "prompt"),
        ("Be brief.", "Be exact.", ("changed", "player", "writer", "system"), "prompt"),
        ("20s", "30s", ("changed", "step", "draft", "policy.timeout_s"), "policy"),
        ("concurrency: 8", "concurrency: 4", ("changed", "policy", "", "concurrency"), "policy"),
        ("output.n > 0", "output.n > 1", ("changed", "step", "draft", "gate.check"), "policy"),
        ("text: string, n", "text: boolean, n", ("changed", "step", "draft", "output"), "type"),
        ("(1..)", "(2..)", ("changed", "input", "most", "schema"), "type"),
        ("default: 3", "default: 4", ("changed", "input", "most", "default"), "value"),
        (
            "output.n > inputs.most",
            "output.n >= inputs.most",
            ("changed", "step", "way", "arms.long.when"),
            "value",
        ),
        ("set: {n: 1}", "set: {n: 2}", ("changed", "step", "aside", "value.n"), "value"),
        ("range(inputs.most)", "range(3)", ("changed", "step", "each", "for_each"), "value"),
        ("name: notes", "name: other", ("changed", "melody", "", "name"), "value"),
        ("  text: ${{", "  more: ${{", ("added", "output", "more", None), "existence"),
        ("[echo, ", "[printf, ", ("changed", "step", "shell", "run.commands"), "value"),
    ],
)  # fmt: skip
def test_each_part_of_a_melody_is_told_by_its_own_name(
    old: str, new: str, expected: tuple[str, str, str, str | None], aspect: str
) -> None:
    found = between((old, new))
    assert expected in told(found)
    (change,) = (each for each in found if told([each]) == [expected])
    assert change.aspect == aspect
    assert change.before != change.after


def test_an_added_step_comes_with_its_edges() -> None:
    more = "outputs:\n", '  more: {set: {t: "${{ steps.draft.output.text }}"}}\noutputs:\n'
    assert told(between(more)) == [
        ("added", "step", "more", None),
        ("added", "edge", "draft -> more", None),
    ]


def test_an_edge_that_became_another_kind_of_edge_is_told() -> None:
    found = between(('[echo, "${{ inputs.topic }}"]', '[echo, "${{ steps.aside.output.n }}"]'))
    assert ("changed", "edge", "aside -> shell", "because") in told(found)


def test_arms_are_compared_by_name_and_their_order_counts() -> None:
    first = "      - name: long\n        when: steps.draft.output.n > inputs.most\n"
    found = between((first, first.replace("long", "lengthy")))
    names = [each.field for each in found if each.name == "way"]
    assert names == ["arms.order", "arms.lengthy", "arms.long"]


def test_values_are_told_as_they_are_written() -> None:
    (change,) = between(("Write on", "$${{ Tell }} of"))
    assert change.before == "Write on ${{ inputs.topic }}."
    assert change.after == "$${{ Tell }} of ${{ inputs.topic }}."


def test_one_and_true_are_not_the_same() -> None:
    (change,) = between(("aside: {set: {n: 1}}", "aside: {set: {n: true}}"))
    assert (change.before, change.after) == (1, True)


# `id` is the end of `address`, which is compared.
UNSEEN = re.compile(r"kind|at|label|description|file|id")


def _leaves(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(tree, dict):
        return [
            found
            for key in tree
            if not UNSEEN.fullmatch(key)
            for found in _leaves(tree[key], (*path, key))
        ]
    if isinstance(tree, list):
        return [found for index, each in enumerate(tree) for found in _leaves(each, (*path, index))]
    return [path]


PLAIN = plain(compiled(BASE))
PATHS = _leaves(PLAIN)


@given(st.sampled_from(PATHS), st.sampled_from(["zzz", 7, 0.5, True]))
def test_no_change_of_the_ir_that_a_run_would_see_is_overlooked(
    path: tuple[str | int, ...], value: object
) -> None:
    tree = copy.deepcopy(PLAIN)
    node: object = tree
    for key in path[:-1]:
        node = node[key]  # type: ignore[index]
    node[path[-1]] = value  # type: ignore[index]
    try:
        changed = WorkflowIR.model_validate(tree)
    except ValidationError:
        return
    base = compiled(BASE)
    assert bool(changes(base, changed)) == (changed.hash != base.hash)


def test_the_meaning_of_a_melody_names_its_parts_once() -> None:
    subjects = [thing.subject for thing in meaning(compiled(BASE))]
    assert subjects.count("step") == 6
    assert subjects.count("player") == 2  # that of `run:` is told with its step
