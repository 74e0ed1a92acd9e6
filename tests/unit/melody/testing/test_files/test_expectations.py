from __future__ import annotations

from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.tree import MapNode
from compiler.parse.yaml_reader import read_tree
from melody.testing.test_files import expectations, judge
from melody.testing.test_files.expectations import errors_written, expectation
from workflow_ir.outcome import Gap, StandardError
from workflow_ir.result import Attempt, RunResult, RunStatus, StepRecord, StepStatus

ERROR = StandardError.of("http.503", "busy")


def test_every_fact_of_a_step_can_be_expected() -> None:
    record = StepRecord(
        path="a", status=StepStatus.RECOVERED, error=ERROR, player="p", branch="b", failed=[1],
        attempts=[Attempt(1, "p", "success")], succeeded=1, synthetic=True, exhausted=True,
        degraded=True, provenance="given",
    )  # fmt: skip
    assert record.to_json().keys() == set(expectations.OF_A_STEP)
    assert {"status", *judge._OF_EVERY_STEP} == set(expectations.OF_A_STEP)


def test_every_fact_of_a_run_can_be_expected_but_for_what_changes_each_time() -> None:
    gap = Gap("a", "skipped_after_failure", ERROR)
    result = RunResult("r", "m", "ir", "native", RunStatus.FAILED, {}, ERROR, "a", {}, (gap,))
    run = result.to_json()
    identity = {"schema", "run", "melody", "ir", "backend"}
    assert run.keys() - identity == set(expectations.OF_A_RUN)
    assert run["error"].keys() == set(expectations.OF_THE_RUNS_ERROR)
    assert run["usage"].keys() - {"wall_s"} == set(expectations.OF_THE_USAGE)
    assert run["gaps"][0].keys() == set(expectations.OF_A_GAP)


def test_every_fact_of_an_attempt_can_be_expected() -> None:
    attempt = Attempt(1, "p", "error", ERROR, "retry", 2.0)
    assert attempt.to_json().keys() == set(expectations.OF_AN_ATTEMPT)


def test_every_error_code_is_found_where_it_is_written() -> None:
    text = """\
error: {code: one}
gaps: [a, {step: b, error: two}]
steps:
  a: failed
  b: {error: three, attempts: [{error: {code: four}}, {error: five}]}
  c: {error: null, attempts: 2}
"""
    tree, _ = read_tree(SourceText("t", text))
    assert isinstance(tree, MapNode)
    assert [node.text for node in errors_written(tree)] == ["one", "two", "three", "four", "five"]


def test_what_has_the_right_shape_is_taken_as_it_stands() -> None:
    source = SourceText("t", "{status: failed, outputs: {a: [1]}, steps: {a: absent}, x-mine: 1}")
    tree, _ = read_tree(source)
    reading = Reading(source)
    assert tree is not None
    assert expectation(reading, tree, "expect") is tree
    assert reading.problems == []
