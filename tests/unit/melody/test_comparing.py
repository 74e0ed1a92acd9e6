from __future__ import annotations

from typing import Any

import pytest

from melody.comparing import MISSING, differences, first_difference
from workflow_ir.result import RunResult, RunStatus, StepRecord, StepStatus


def _result(backend: str, **outputs: Any) -> RunResult:
    return RunResult(
        run=f"run-of-{backend}",
        melody="some",
        ir="sha256:0",
        backend=backend,
        status=RunStatus.SUCCEEDED,
        outputs=outputs,
        error=None,
        failed_step=None,
        steps={"a": StepRecord("a", StepStatus.SUCCEEDED, output=1)},
    )


def test_run_backend_and_time_are_no_difference() -> None:
    assert first_difference({"x": _result("x", a=1), "y": _result("y", a=1)}) is None


def test_the_first_difference_is_told_with_its_path_and_both_values() -> None:
    results = {"x": _result("x", a=[1, {"b": 2}]), "y": _result("y", a=[1, {"b": 3}])}
    found = first_difference(results)
    assert found is not None
    assert found.path == "outputs.a[1].b"
    assert (found.left, found.right) == (("x", 2), ("y", 3))


def test_the_third_backend_is_compared_too() -> None:
    results = {name: _result(name, a=1) for name in ("x", "y")} | {"z": _result("z", a=2)}
    found = first_difference(results)
    assert found is not None
    assert found.right == ("z", 2)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": 1}, {}, [("a", 1, MISSING)]),
        ({}, {"a": 1}, [("a", MISSING, 1)]),
        ([1], [1, 2], [("[1]", MISSING, 2)]),
        (1, True, [("", 1, True)]),
        (1, 1.0, [("", 1, 1.0)]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
    ],
)
def test_values_differ_in_type_and_presence_too(left: Any, right: Any, found: Any) -> None:
    assert list(differences(left, right)) == found
