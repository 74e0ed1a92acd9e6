from __future__ import annotations

import pytest

from melody.cli.exit_codes import Exit, exit_of_errors, exit_of_run
from workflow_ir.diagnose import diagnose
from workflow_ir.outcome import StandardError
from workflow_ir.result import RunResult, RunStatus


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [
        (["MEL401", "MEL402"], Exit.REFUSED),
        (["MEL302"], Exit.UNSUPPORTED),
        (["MEL401", "MEL302"], Exit.USAGE),
        (["MEL401", "MEL201"], Exit.USAGE),
        (["MEL405"], Exit.USAGE),
        (["MEL501"], Exit.USAGE),
        (["MEL903"], Exit.USAGE),
    ],
)
def test_a_run_that_cannot_start_exits_by_the_families_of_its_errors(
    codes: list[str], exit_code: Exit
) -> None:
    assert exit_of_errors([diagnose(code, "x", None) for code in codes]) is exit_code


def _result(status: RunStatus, code: str | None = None) -> RunResult:
    error = None if code is None else StandardError.of(code)
    return RunResult("r", "m", "h", "native", status, {}, error, None, {})


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [
        (RunStatus.SUCCEEDED, None, 0),
        (RunStatus.RECOVERED, None, 0),
        (RunStatus.DEGRADED, None, 3),
        (RunStatus.FAILED, "http.503", 1),
        (RunStatus.FAILED, "policy.wall_time", 1),
        (RunStatus.FAILED, "policy.not_allowed", 5),
        (RunStatus.FAILED, "policy.budget", 5),
        (RunStatus.FAILED, "policy.deadline", 5),
        (RunStatus.PAUSED, None, 4),
        (RunStatus.CANCELLED, None, 130),
    ],
)
def test_a_run_that_ended_exits_by_its_status_and_error(
    status: RunStatus, code: str | None, exit_code: int
) -> None:
    assert exit_of_run(_result(status, code), gaps_ok=False) == exit_code


def test_gaps_can_be_declared_welcome() -> None:
    assert exit_of_run(_result(RunStatus.DEGRADED), gaps_ok=True) is Exit.OK
    assert exit_of_run(_result(RunStatus.FAILED, "http.503"), gaps_ok=True) is Exit.FAILED
