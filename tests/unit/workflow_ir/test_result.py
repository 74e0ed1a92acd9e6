"""The result: its states, its normal form, and records that survive a trip through JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workflow_ir.test_outcome import ERRORS, JSON
from workflow_ir.outcome import Gap, StandardError
from workflow_ir.policy import Rung
from workflow_ir.result import Attempt, RunResult, RunStatus, StepRecord, StepStatus, Usage

ATTEMPTS = st.builds(
    Attempt,
    n=st.integers(1, 9),
    player=st.text(),
    outcome=st.sampled_from(["success", "error", "cancelled"]),
    error=st.none() | ERRORS,
    decision=st.sampled_from([rung.value for rung in Rung]),
    delay_s=st.integers(0, 10**9).map(lambda micro: round(micro / 1e6, 6)),
)
RECORDS = st.builds(
    StepRecord,
    path=st.text(),
    status=st.sampled_from(StepStatus),
    output=JSON,
    error=st.none() | ERRORS,
    attempts=st.lists(ATTEMPTS, max_size=3),
    player=st.none() | st.text(),
    branch=st.none() | st.text(),
    failed=st.none() | st.lists(st.integers(0, 9), max_size=3),
    succeeded=st.none() | st.integers(0, 9),
    synthetic=st.booleans(),
)


@given(RECORDS)
def test_a_record_is_equal_after_a_trip_through_json(record: StepRecord) -> None:
    assert StepRecord.from_record(json.loads(json.dumps(record.to_record()))) == record


@pytest.mark.parametrize(
    ("status", "settled", "ok"),
    [("pending", False, False), ("running", False, False), ("succeeded", True, True),
     ("recovered", True, True), ("gap", True, False), ("failed", True, False),
     ("skipped", True, False), ("cancelled", True, False)],
)  # fmt: skip
def test_states_know_whether_they_are_an_end_and_a_good_one(
    status: str, settled: bool, ok: bool
) -> None:
    state = StepStatus(status)
    assert (state.settled, state.ok) == (settled, ok)


def test_only_a_step_that_finished_tolerates() -> None:
    assert StepRecord("m", StepStatus.SUCCEEDED, failed=[1]).tolerated
    assert not StepRecord("m", StepStatus.SUCCEEDED, failed=[]).tolerated
    assert not StepRecord("m", StepStatus.FAILED, failed=[1]).tolerated


def test_empty_facts_are_left_out_and_a_pending_step_has_no_output() -> None:
    assert StepRecord("a").to_json() == {"status": "pending"}
    assert StepRecord("a", StepStatus.SUCCEEDED).to_json() == {
        "status": "succeeded",
        "output": None,
    }


def test_an_attempt_tells_its_decision_and_delay_only_if_it_failed() -> None:
    assert Attempt(1, "p", "success").to_json() == {"n": 1, "player": "p", "outcome": "success"}
    error = StandardError.of("http.503", "busy")
    failed = Attempt(2, "p", "error", error, "retry", 1 / 3)
    assert failed.to_json() == {
        "n": 2,
        "player": "p",
        "outcome": "error",
        "error": {"class": "backend_failure", "code": "http.503"},
        "decision": "retry",
        "delay_s": 0.333333,
    }


def test_a_run_is_told_in_the_form_of_the_contract() -> None:
    error = StandardError.of("http.400", "no")
    result = RunResult(
        run="01J",
        melody="tune",
        ir="sha256:0",
        backend="native",
        status=RunStatus.FAILED,
        outputs={"n": None},
        error=error,
        failed_step="a",
        steps={"a": StepRecord("a", StepStatus.FAILED, error=error)},
        gaps=(Gap("b", "skipped_after_failure", error),),
        usage=Usage(0.1 + 0.2, 3, 1.23456),
        entries={"a": 1},
    )
    brief = {"class": "permanent", "code": "http.400"}
    told = {**brief, "message": "no"}
    assert result.to_json() == {
        "schema": "melody.run/1",
        "run": "01J",
        "melody": "tune",
        "ir": "sha256:0",
        "backend": "native",
        "status": "failed",
        "outputs": {"n": None},
        "error": {**told, "step": "a"},
        "steps": {"a": {"status": "failed", "output": None, "error": told}},
        "gaps": [{"step": "b", "reason": "skipped_after_failure", "error": brief}],
        "usage": {"usd": 0.3, "tokens": 3, "wall_s": 1.235},
    }
    left_out = {"run", "backend"}
    assert set(result.normal_form()) == set(result.to_json()) - left_out
    assert result.normal_form()["usage"] == {"usd": 0.3, "tokens": 3}
