"""What must stay true of `review.melody.yaml`: run `python -m pytest` in the project's folder."""

from __future__ import annotations

from pathlib import Path

import melody

PROJECT = Path(__file__).parent.parent
MELODY = PROJECT / "review.melody.yaml"


def test_nothing_is_wrong_with_it() -> None:
    assert melody.check(MELODY) == ()


def test_a_rough_day_is_recovered() -> None:
    script = PROJECT / "scripts" / "rough_day.yaml"
    result = melody.run(MELODY, script=script, journal=False)
    assert (result.status, result.outputs["verdict"]) == ("recovered", "mend")


def test_a_person_has_the_last_word_on_a_bad_text() -> None:
    script = PROJECT / "scripts" / "a_person.yaml"
    result = melody.run(MELODY, script=script, journal=False)
    assert result.outputs["verdict"] == "hand_over"
    assert result.outputs["text"] == "It is fast."
