from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.emitter.schemas import Schemas
from adapters.emitter.schemas.expression import _SIMPLE, _STRUCTURAL, ANNOTATIONS
from tests.unit.adapters.emitter.generated_module import Checks
from tests.unit.adapters.emitter.schemas.compared_checks import KEYWORD_CASES, exact, the_same
from tests.unit.adapters.emitter.schemas.drawn_schemas import DATA, NO_DATA, is_legal, near, schemas
from tests.unit.workflow_ir.types.test_validate import SCHEMAS
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.types import SchemaError, compile_schema, complete
from workflow_ir.types.schema_keywords import SIMPLE
from workflow_ir.types.validate import KEYWORDS


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_generated_check_finds_and_fills_in_what_a_run_does(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    if not is_legal(schema):  # which is due to its defaults alone
        with pytest.raises(SchemaError, match="10000 values"):
            Checks(schema)
        return
    checks = Checks(schema)
    for _ in range(4):
        the_same(checks, schema, data.draw(near(schema)))
    the_same(checks, schema, data.draw(DATA))
    the_same(checks, schema, data.draw(NO_DATA))
    unchecked = data.draw(near(schema))
    assert exact(checks.complete(unchecked)) == exact(complete(unchecked, schema))


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, SCHEMAS)
def test_any_schema_at_all_is_checked_alike_or_refused_alike(schema: Any, value: Any) -> None:
    if is_legal(schema):
        the_same(Checks(schema), schema, value)
    else:
        with pytest.raises(SchemaError):
            Schemas("tune").named(schema, "data")


@pytest.mark.parametrize(("schema", "values"), KEYWORD_CASES, ids=lambda case: str(case)[:40])
def test_each_keyword_alone(schema: Any, values: list[Any]) -> None:
    checks = Checks(schema)
    for value in values:
        the_same(checks, schema, value)


def test_every_keyword_of_the_subset_is_written_or_checks_nothing() -> None:
    assert _SIMPLE.keys() | _STRUCTURAL | ANNOTATIONS == KEYWORDS
    assert _SIMPLE.keys() == SIMPLE.keys()
    tried = {
        keyword for schema, _ in KEYWORD_CASES if isinstance(schema, dict) for keyword in schema
    }
    assert tried >= _SIMPLE.keys() | _STRUCTURAL


def test_a_keyword_that_is_new_to_the_subset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_ir.types.validate.KEYWORDS", KEYWORDS | {"minProperties"})
    compile_schema({"items": {"minProperties": 1}})
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*`minProperties`"):
        Schemas("tune").named({"items": {"minProperties": 1}}, "data")
