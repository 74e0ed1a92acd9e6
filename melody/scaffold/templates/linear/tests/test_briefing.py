"""What must stay true of `briefing.melody.yaml`: run `python -m pytest` in the project's folder."""

from __future__ import annotations

from pathlib import Path

import melody

PROJECT = Path(__file__).parent.parent
MELODY = PROJECT / "briefing.melody.yaml"


def test_nothing_is_wrong_with_it() -> None:
    assert melody.check(MELODY) == ()


def test_a_rough_day_leaves_a_text_without_its_number_of_words() -> None:
    script = PROJECT / "scripts" / "rough_day.yaml"
    result = melody.run(MELODY, script=script, journal=False)
    assert result.status == "degraded"
    assert [gap.step for gap in result.gaps] == ["count"]
    assert result.outputs["words"] == 0
