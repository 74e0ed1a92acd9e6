from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.emitter.schemas import Schemas
from adapters.standalone import checked
from conductor_core.evaluator import Evaluator
from conductor_core.failed import StepFault
from conductor_core.kinds.call import checked_inputs
from tests.unit.adapters.emitter.generated_module import executed
from tests.unit.adapters.emitter.schemas.drawn_schemas import DATA, HOSTILE, KEYS, PARTS
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.types import SchemaError, compile_schema
from workflow_ir.workflow import WorkflowIR


def ir_of(inputs: Mapping[str, Any], name: str = "tune") -> WorkflowIR:
    return WorkflowIR.model_validate(
        {"kind": "melody.ir/1", "name": name, "root": {}, "inputs": inputs}
    )


def generated(ir: WorkflowIR) -> tuple[ModuleType, Any]:
    schemas = Schemas(ir.name)
    assert schemas.inputs(ir.inputs) == "schemas.checked_inputs"
    called = schemas.called_inputs(ir.name, ir.inputs, "called_inputs")
    module = executed(str(schemas.module()))
    return module, getattr(module, called.removeprefix("schemas."))


def the_same(ir: WorkflowIR, given_: Mapping[str, Any]) -> None:
    module, called = generated(ir)
    problems: list[str] = []
    values: dict[str, Any] = {}
    try:
        values = checked(ir, given_)
    except DiagnosticsError as error:
        problems = [
            one.message + (f"; {one.help}" if one.help else "") for one in error.diagnostics
        ]
    if problems:
        with pytest.raises(module.InputsError) as raised:
            module.checked_inputs(given_)
        assert raised.value.problems == problems
    else:
        assert repr(module.checked_inputs(given_)) == repr(values)
    for only_known in (False, True):
        the_same_called(module, called, ir, given_, only_known=only_known)


class _Run:
    """As much of a run as the check of a call's inputs needs."""

    class stage:  # noqa: N801
        evaluator = Evaluator()


def the_same_called(
    module: ModuleType, called: Any, ir: WorkflowIR, given_: Mapping[str, Any], *, only_known: bool
) -> None:
    run: Any = _Run
    problem: str | None = None
    values: dict[str, Any] = {}
    try:
        values = checked_inputs(run, ir, dict(given_), only_known=only_known)
    except StepFault as fault:
        problem = fault.error.message
    if problem is not None:
        with pytest.raises(module.InputsError) as raised:
            module.called_inputs(given_, called, only_known=only_known)
        assert raised.value.problems == [problem]
    else:
        found = module.called_inputs(given_, called, only_known=only_known)
        assert repr(found) == repr(values)


INPUTS = {
    "name": {"schema": {"type": "string", "minLength": 2}},
    "tags": {"schema": {"type": "array"}, "required": False, "default": ["x"]},
    "note": {"schema": {"type": ["string", "null"]}, "required": False},
    "place": {
        "schema": {
            "$ref": "#/$defs/place",
            "$defs": {"place": {"type": "object", "properties": {"x": {"default": 1}}}},
        },
        "required": False,
        "default": {},
    },
}


@pytest.mark.parametrize(
    "given_",
    [
        {"name": "ab"},
        {"name": "ab", "tags": [], "note": "n", "place": {}},
        {"name": "a", "tags": 3, "nam": 1, "zzz": 2},
        {},
        {"name": "\x1b[31m\u202e\ud800"},
        {"\x1b[31m": 1, "name": "\u00a0\u2028a" * 40, "tags": "\x85\x9b\u200b\u00a0\u3000"},
        {"name": ("a",), "tags": [float("nan")]},
    ],
)
def test_inputs_are_checked_as_those_of_a_run(given_: dict[str, Any]) -> None:
    the_same(ir_of(INPUTS), given_)


@pytest.mark.parametrize("text", [one for one in HOSTILE if one != "\ud800"])
def test_any_name_of_an_input_is_told_exactly(text: str) -> None:
    ir = ir_of({text: {"schema": {"type": "string"}}}, name=text)
    for given_ in ({}, {text: 1}, {text: "a"}, {f"{text}s": 1}):
        the_same(ir, given_)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        KEYS.filter(lambda key: key != "\ud800"),
        st.fixed_dictionaries(
            {"schema": PARTS.filter(lambda part: isinstance(part, dict))},
            optional={"required": st.booleans(), "default": DATA},
        ),
        max_size=4,
    ),
    st.dictionaries(KEYS, DATA, max_size=4),
)
def test_drawn_inputs_are_checked_as_those_of_a_run(
    inputs: dict[str, Any], given_: dict[str, Any]
) -> None:
    try:
        for one in inputs.values():
            compile_schema(one["schema"])
        ir = ir_of(inputs)
    except (SchemaError, ValueError):  # a reference to nothing, or text that pydantic refuses
        return
    the_same(ir, given_)


def test_a_melody_without_inputs_takes_none() -> None:
    the_same(ir_of({}), {})
    the_same(ir_of({}), {"a": 1})


def test_of_very_many_inputs_the_nearest_is_told_alike() -> None:
    inputs = {f"{start}ield_{number}": {"schema": {}, "required": False}
              for start in "fgh" for number in range(400)}  # fmt: skip
    for name in ("feld_123", "hield_1x", "xield_77", "zzz"):
        the_same(ir_of(inputs), {name: 1})


def test_defaults_and_what_is_given_are_copied() -> None:
    module, called = generated(ir_of(INPUTS))
    tags = ["a"]
    values = module.checked_inputs({"name": "ab", "tags": tags})
    values["tags"].append("b")
    module.checked_inputs({"name": "ab"})["tags"].append("y")
    module.called_inputs({"name": "ab"}, called)["tags"].append("y")
    assert tags == ["a"]
    assert module.checked_inputs({"name": "ab"})["tags"] == ["x"]
