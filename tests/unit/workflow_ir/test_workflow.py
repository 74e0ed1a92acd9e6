from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.compiler.compiling_aid import ir_of
from workflow_ir.workflow import WorkflowIR

WHOLE = """\
version: 1.2.3
description: All of it.
inputs:
  brief: {type: string, description: What to do}
  xs: {type: "list[integer]", default: [1, 2]}
models: {smart: {model: offline/basic, temperature: 0.5}}
players:
  coder: {model: smart, system: "You code", fallback: [junior], description: Codes}
  junior: {python: "pack.mod:call", effects: none, timeout: 30s}
policy: {timeout: 5m, concurrency: 4}
steps:
  draft:
    label: Draft it
    play: coder
    prompt: "Write ${{ inputs.brief }}"
    with: {a: 1, b: "${{ inputs.xs }}"}
    output: {code: string}
    gate: {check: len(output.code) > 0, on_fail: [retry]}
    on_failure: [retry, skip]
    policy: {retry: {max_attempts: 2, backoff: [1s, 2s]}}
  each:
    for_each: ${{ inputs.xs }}
    as: row
    concurrency: 2
    succeed_if: 80%
    run: git log ${{ row }}
    needs: [draft]
    when: inputs.brief != ""
  route:
    branch:
      - name: fast
        when: len(inputs.brief) > 3
        steps: {one: {set: {x: 1, y: [true, null]}}}
        result: ${{ steps.one.output }}
      - {name: slow, else: true}
outputs:
  code: ${{ default(steps.draft.output.code, "") }}
"""


@pytest.fixture(scope="module")
def whole() -> WorkflowIR:
    return ir_of(WHOLE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("steps:\n", "# a comment\n\nsteps:\n"),
        ("label: Draft it", "label: Other words"),
        ("    label: Draft it\n", ""),
        ("description: All of it.", "description: Else."),
        ("description: What to do", "description: Else"),
        (", description: Codes", ""),
        ("with: {a: 1, b: ", 'with: {"a": 1, b:   '),
        ("{x: 1, y: [true, null]}", "{y: [true, null], x: 1}"),
        ("timeout: 5m, concurrency: 4", "concurrency: 4, timeout: 300s"),
        ("max_attempts: 2", "max_retries: 1"),
        ("on_fail: [retry]", "on_fail: retry"),
        ("run: git log ${{ row }}", 'run: [git, log, "${{ row }}"]'),
        ("    as: row\n    concurrency: 2\n", "    concurrency: 2\n    as: row\n"),
    ],
)
def test_what_a_run_does_not_see_does_not_change_the_hash(
    whole: WorkflowIR, old: str, new: str
) -> None:
    assert old in WHOLE
    assert ir_of(WHOLE.replace(old, new)).hash == whole.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1.2.3", "version: 1.2.4"),
        ("brief: {type: string", "brief: {type: path"),
        ("default: [1, 2]", "default: [2, 1]"),
        ("temperature: 0.5", "temperature: 0.6"),
        ('system: "You code"', 'system: "You  code"'),
        (", fallback: [junior]", ""),
        ("pack.mod:call", "pack.mod:other"),
        ("effects: none", "effects: once"),
        ("timeout: 30s", "timeout: 31s"),
        ("timeout: 5m", "timeout: 6m"),
        ("concurrency: 4", "concurrency: 5"),
        ('"Write ', '"write '),
        ("a: 1,", "a: 1.0,"),
        ("a: 1,", "a: true,"),
        ("a: 1,", 'a: "1",'),
        ("code: string}", "code: path}"),
        ("> 0", ">= 0"),
        ("on_fail: [retry]", "on_fail: [fail]"),
        ("on_failure: [retry, skip]", "on_failure: [skip]"),
        ("max_attempts: 2", "max_attempts: 3"),
        ("[1s, 2s]", "[2s, 1s]"),
        ("as: row", "as: item"),
        ("concurrency: 2", "concurrency: 3"),
        ("80%", "81%"),
        ("git log", "git show"),
        ("    needs: [draft]\n", ""),
        ('    when: inputs.brief != ""\n', ""),
        ("name: fast", "name: quick"),
        ("> 3", "> 4"),
        ("{x: 1,", "{x: 2,"),
        ("[true, null]", "[null, true]"),
        ("  each:", "  every:"),
        ("  code: ${{ default", "  text: ${{ default"),
    ],
)
def test_every_change_of_meaning_changes_the_hash(whole: WorkflowIR, old: str, new: str) -> None:
    assert old in WHOLE
    text = WHOLE.replace(old, new, 1)
    if old == "as: row":
        text = text.replace("${{ row }}", "${{ item }}")
    assert ir_of(text).hash != whole.hash


def test_where_the_file_lies_does_not_change_the_hash(whole: WorkflowIR) -> None:
    assert whole.model_copy(update={"file": "elsewhere.yaml"}).hash == whole.hash


def test_the_ir_comes_back_from_its_json_equal_and_with_its_hash(whole: WorkflowIR) -> None:
    text = whole.to_json()
    again = WorkflowIR.from_json(text)
    assert again == whole
    assert again.hash == whole.hash
    assert again.to_json() == text


HASHED = f"""
from tests.unit.compiler.compiling_aid import ir_of
print(ir_of({WHOLE!r}).hash)
"""


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_the_hash_is_the_same_in_every_process(whole: WorkflowIR, seed: str) -> None:
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", HASHED], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == whole.hash


def test_an_ir_cannot_be_changed(whole: WorkflowIR) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        whole.name = "other"
    with pytest.raises(ValidationError, match="frozen"):
        whole.root.steps[0].body = whole.root.steps[1].body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"kind": "melody.ir/1"', '"kind": "melody.ir/2"'),
        ('"name": "t"', '"name": "t", "extra": 1'),
        ('"kind": "branch"', '"kind": "loop"'),
        ('"kind": "guard"', '"kind": "play"'),
        ('"concurrency": 4', '"concurrency": 0'),
        ('"temperature": 0.5', '"temperature": NaN'),
        ('"temperature": 0.5', '"temperature": [{"x": -Infinity}]'),
        ('"type": "array"', '"type": 1e999'),
        ('"timeout_s": 30.0', '"timeout_s": Infinity'),
        ('"steps": [', '"steps": [7, '),
    ],
)
def test_json_that_is_no_ir_of_this_version_is_refused(
    whole: WorkflowIR, old: str, new: str
) -> None:
    text = whole.to_json()
    assert old in text
    with pytest.raises(ValidationError):
        WorkflowIR.from_json(text.replace(old, new, 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_constants_of_any_shape_survive_the_round_trip_with_their_types(data: object) -> None:
    ir = WorkflowIR.model_validate({
        "kind": "melody.ir/1",
        "name": "t",
        "root": {"steps": [{
            "id": "a", "address": "a",
            "body": {"kind": "set", "value": {"kind": "literal", "value": data}},
        }]},
    })  # fmt: skip
    again = WorkflowIR.from_json(ir.to_json())
    assert again == ir
    assert again.hash == ir.hash
    assert again.to_json() == ir.to_json()
