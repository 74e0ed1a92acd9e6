"""What must stay true of `survey.melody.yaml`: run `python -m pytest` in the project's folder."""

from __future__ import annotations

from pathlib import Path

import melody

PROJECT = Path(__file__).parent.parent
MELODY = PROJECT / "survey.melody.yaml"


def test_nothing_is_wrong_with_it() -> None:
    assert melody.check(MELODY) == ()


def test_one_answer_in_five_may_be_beyond_help() -> None:
    script = PROJECT / "scripts" / "rough_day.yaml"
    result = melody.run(MELODY, script=script, journal=False)
    assert result.status == "degraded"
    assert len(result.outputs["left_out"]) == 1


def test_two_in_two_may_not() -> None:
    result = melody.run(MELODY, {"answers": ["", ""]}, journal=False)
    assert result.failed_step == "sorted"
