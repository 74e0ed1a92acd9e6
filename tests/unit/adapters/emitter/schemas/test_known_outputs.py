from __future__ import annotations

from typing import Any

import pytest

from adapters.emitter.schemas import Types
from adapters.emitter.schemas.known_outputs import known_outputs
from compiler.pipeline import compile_file
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.performing import workflow
from tests.unit.adapters.emitter.generated_module import executed, types_body
from tests.unit.samples.all_samples import SAMPLES, Sample
from workflow_ir.types import compile_schema, describe, to_json_schema
from workflow_ir.workflow import WorkflowIR


def of_samples(sample: Sample) -> WorkflowIR:
    ir = compile_file(sample.melody).ir
    assert ir is not None
    return ir


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_outputs_of_a_sample_have_a_class(sample: Sample) -> None:
    ir = of_samples(sample)
    types = Types(ir.name)
    assert types.outputs(ir) == "types.Outputs"
    module = executed(str(types.module()), "types_under_test")
    result: Any = ir.root.result
    assert [*module.Outputs.__annotations__] == [*result.entries]


def test_outputs_are_known_as_far_as_the_ir_tells() -> None:
    ir = of_samples(next(one for one in SAMPLES if one.name == "release_notes"))
    types = Types(ir.name)
    types.outputs(ir)
    assert types_body(types).endswith('''class Outputs(TypedDict):
    """What a run that succeeds gives."""

    outcome: Literal['nothing', 'short', 'full'] | None
    bump: Literal['major', 'minor', 'patch', 'none']
    files: list[str]
    text: str''')


def known_of(result: dict[str, str], **steps: Any) -> dict[str, str]:
    """The types that are known of outputs that are expressions, in the words of a Melody."""
    entries = {name: {"kind": "expr", "source": source} for name, source in result.items()}
    ir = WorkflowIR.model_validate({
        "kind": "melody.ir/1",
        "name": "tune",
        "players": {"p": {"kind": "python", "target": "m:f"}},
        "root": {
            "steps": [{"id": name, "address": name, "body": body} for name, body in steps.items()],
            "result": {"kind": "map", "entries": entries},
        },
    })  # fmt: skip
    return {name: describe(type_) for name, type_ in known_outputs(ir).items()}


PLAY = {"kind": "play", "player": "p"}
TEXT: Any = {"kind": "guard", "output": {"type": "string"}, "body": PLAY}


def test_a_step_that_may_be_absent_is_read_with_care() -> None:
    when = {"kind": "when", "condition": {"kind": "expr", "source": "true"}, "body": TEXT}
    result = {
        "bare": "steps.a.output",
        "guarded": "default(steps.a.output, null)",
        "both": "steps.a.output if steps.a.ok else default(steps.a.output, 1)",
        "unknown": "steps.b.output",
    }
    assert known_of(result, a=when) == {
        "bare": "string",
        "guarded": "string?",
        "both": "json",
        "unknown": "json",
    }


@pytest.mark.parametrize(
    ("more", "type_"),
    [
        ({}, "list[string]"),
        ({"gap_accepted": True}, "list[string?]"),
        ({"on_failure": ["retry", "skip"]}, "list[string?]"),
        ({"policy": {"recovery": {"transient": ["skip"]}}}, "list[string?]"),
        ({"policy": {"on_exceeded": "skip"}}, "list[string?]"),
        ({"policy": {"escalation": {"on_timeout": "skip"}}}, "list[string?]"),
        (
            {"gate": {"check": {"kind": "expr", "source": "true"}, "on_fail": ["skip"]}},
            "list[string?]",
        ),
        ({"on_failure": ["retry", "fail"]}, "list[string]"),
    ],
)
def test_an_item_that_may_leave_a_gap_may_be_nothing(more: dict[str, Any], type_: str) -> None:
    each = {
        "kind": "for_each",
        "items": {"kind": "literal", "value": [1]},
        "body": {**TEXT, **more},
    }
    assert known_of({"all": "steps.a.output"}, a=each) == {"all": type_}
    some = {**each, "succeed_if": {"kind": "any"}}
    assert known_of({"all": "steps.a.output"}, a=some) == {"all": "list[string?]"}


SUCCEEDING = [
    case for case in all_cases() if case.expected.outputs and case.expected.status == "succeeded"
]


@pytest.mark.parametrize("case", SUCCEEDING, ids=lambda case: case.name)
def test_what_a_run_gives_is_of_the_types_that_are_known(case: Case) -> None:
    known = known_outputs(workflow(case))
    assert case.expected.outputs is not None
    for name, value in case.expected.outputs.items():
        assert compile_schema(to_json_schema(known[name]))(value) == [], name
