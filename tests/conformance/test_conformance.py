"""Every case on every backend in both start modes, against the contract and against native."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.conformance import drive
from tests.conformance.stage import BACKENDS, CASES, adapter_of, compiled_on, lacking

ON = pytest.mark.parametrize("backend", BACKENDS)
NAMED = pytest.mark.parametrize("name", CASES)


@pytest.fixture(autouse=True)
def _must_fail_where_the_capability_table_says_so(request: pytest.FixtureRequest) -> None:
    backend, name = request.node.callspec.params["backend"], request.node.callspec.params["name"]
    missing = lacking(CASES[name], backend)
    if missing:
        reason = f"{backend} lacks {', '.join(missing)}"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@NAMED
@ON
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_case_keeps_the_contract(name: str, backend: str, start: Start) -> None:
    found = drive.findings(CASES[name], adapter_of(backend), compiled_on(backend, name), start)
    assert not found, "\n".join(f"{one.check}: {one.message}" for one in found)


@NAMED
@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "native"])
def test_in_eager_mode_the_whole_normal_form_equals_that_of_native(name: str, backend: str) -> None:
    case = CASES[name]
    here = drive.perform(case, adapter_of(backend), compiled_on(backend, name), "eager")
    native = drive.perform(case, adapter_of("native"), compiled_on("native", name), "eager")
    assert here.result.normal_form() == native.result.normal_form()
    assert here.result.usage == native.result.usage or case.script is None


@NAMED
@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "native"])
def test_in_graph_mode_the_normal_form_equals_that_of_native_if_no_schedule_decides(
    name: str, backend: str
) -> None:
    case = CASES[name]
    if case.schedule != "none":
        # What such a case still promises is compared above; here is nothing more to promise.
        assert "cancelled" in {step.status for step in case.expected.steps.values()}
        return
    here = drive.perform(case, adapter_of(backend), compiled_on(backend, name), "graph")
    native = drive.perform(case, adapter_of("native"), compiled_on("native", name), "graph")
    assert here.result.normal_form() == native.result.normal_form()
