"""Generated modules before the tools of Python's engineers: ruff, and mypy in strict mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from pydantic import BaseModel

from adapters.emitter.schemas import Schemas, Types
from compiler.pipeline import compile_file
from melody.testing.conformance.case import all_cases
from melody.testing.conformance.performing import workflow
from tests.architecture.repository import ROOT
from tests.unit.adapters.emitter.generated_module import (
    executed,
    faults,
    formatted,
    schemas_text,
    types_text,
)
from tests.unit.adapters.emitter.schemas.compared_checks import KEYWORD_CASES, TREE
from tests.unit.adapters.emitter.schemas.drawn_schemas import HOSTILE, schemas
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.players import PlayerFields
from workflow_ir.steps import Approval, Guard
from workflow_ir.types import compile_schema
from workflow_ir.workflow import Input, WorkflowIR


def check(folder: Path, texts: dict[str, str]) -> None:
    """Clean as they are written, and laid out already when they are formatted once."""
    formatted(folder, {name: text for name, text in texts.items() if text})
    assert faults(folder) == ""


def test_each_keyword_alone_is_clean(tmp_path: Path) -> None:
    texts = {}
    for number, (schema, _) in enumerate(KEYWORD_CASES):
        texts[f"s{number}"] = schemas_text(schema)
        texts[f"t{number}"] = types_text(schema)
    texts["tree"] = schemas_text(TREE)
    check(tmp_path, texts)


def test_inputs_alone_and_literals_alone_are_clean(tmp_path: Path) -> None:
    inputs = {"a": Input(schema={"type": "string"}), "b": Input(schema={}, required=False)}
    run, called, literals, both, empty = (Schemas("tune") for _ in range(5))
    run.inputs(inputs)
    called.called_inputs("other", inputs, "other_inputs")
    literals.json({"type": "string", "description": "x y " * 60}, "data")
    both.inputs(inputs)
    both.named({"type": "string"}, "data")
    empty.inputs({})
    modules = {"run": run, "called": called, "literals": literals, "both": both, "empty": empty}
    texts = {name: str(schemas_.module()) for name, schemas_ in modules.items()}
    for extension in ("typing", "typing_extensions"):
        texts[f"types_{extension}"] = types_text(
            {"type": "object", "properties": {"a": {}, "b-c": {"type": "string"}}}, module=extension
        )
    check(tmp_path, texts)


def test_hostile_texts_are_clean(tmp_path: Path) -> None:
    texts = {}
    for number, text in enumerate(HOSTILE):
        schema: Any = {
            "type": "object",
            "properties": {
                text: {"enum": [text, {text: 1}], "default": text},
                "tree": {"$ref": "#/$defs/t"},
            },
            "$defs": {"t": {"type": "object", "properties": {text: {"type": "array",
                      "items": {"anyOf": [{"$ref": "#/$defs/t"}, {"const": text}]}}}}},
        }  # fmt: skip
        texts[f"s{number}"] = schemas_text(schema, text)
        texts[f"t{number}"] = types_text(schema, text)
    check(tmp_path, texts)


def test_drawn_schemas_are_clean(tmp_path: Path) -> None:
    texts: dict[str, str] = {}

    @seed(6)
    @settings(
        max_examples=40, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(schemas())
    def draw(schema: Any) -> None:
        try:
            texts[f"s{len(texts)}"] = schemas_text(schema)
            texts[f"t{len(texts)}"] = types_text(schema)
        except DiagnosticsError:
            return

    draw()
    assert len(texts) > 50
    check(tmp_path, texts)


# --- what there is to eject -----------------------------------------------------------------------


def every_ir() -> Iterator[WorkflowIR]:
    for path in sorted((ROOT / "samples").glob("*/*.melody.yaml")):
        ir = compile_file(path).ir
        assert ir is not None, path
        yield ir
    for case in all_cases():
        yield workflow(case)


def schemas_in(part: Any) -> Iterator[Any]:
    """Every schema of an IR, wherever it stands."""
    match part:
        case Guard(output=dict(schema)) | Approval(form=dict(schema)):
            yield schema
        case PlayerFields(input=dict(schema)) | Input(schema_=dict(schema)):
            yield schema
    if isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from schemas_in(getattr(part, field))
    elif isinstance(part, tuple | list):
        for item in part:
            yield from schemas_in(item)
    elif isinstance(part, dict):
        for item in part.values():
            yield from schemas_in(item)


def test_the_schemas_of_all_samples_and_cases_are_written_and_clean(tmp_path: Path) -> None:
    texts: dict[str, str] = {}
    seen = 0
    for ir in every_ir():
        schemas_, types = Schemas(ir.name), Types(ir.name)
        for number, schema in enumerate(schemas_in(ir)):
            compile_schema(schema)
            schemas_.named(schema, f"part_{number}")
            types.named(schema, f"part_{number}")
            seen += 1
        schemas_.inputs(ir.inputs)
        for module in ir.modules.values():
            schemas_.called_inputs(module.name, module.inputs, f"{module.name}_inputs")
        types.inputs(ir.inputs)
        types.outputs(ir)
        for text in (str(schemas_.module()), str(types.module())):
            executed(text, "module_under_test")
            if text not in texts.values():
                texts[f"m{len(texts)}"] = text
    assert seen > 100
    check(tmp_path, texts)
