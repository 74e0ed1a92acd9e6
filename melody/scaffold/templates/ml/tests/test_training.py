"""What must stay true of `training.melody.yaml`: run `python -m pytest` in the project's folder."""

from __future__ import annotations

from pathlib import Path

import melody

PROJECT = Path(__file__).parent.parent
MELODY = PROJECT / "training.melody.yaml"


def test_nothing_is_wrong_with_it() -> None:
    assert melody.check(MELODY) == ()


def test_a_full_disk_fails_the_release_and_nothing_before_it() -> None:
    script = PROJECT / "scripts" / "rough_day.yaml"
    result = melody.run(MELODY, script=script, journal=False)
    assert result.failed_step == "release.released.write"


def test_a_model_that_is_not_good_enough_is_held_back() -> None:
    result = melody.run(MELODY, {"required": 1.0}, journal=False)
    assert result.outputs["decision"] == "held_back"
