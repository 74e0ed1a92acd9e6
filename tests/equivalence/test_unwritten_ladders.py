"""Without ``on_failure`` the ladder of the class holds, alike on every backend; see ``oracle``."""

from __future__ import annotations

from functools import cache

import pytest

from conductor_core.run import Start
from tests.equivalence.against import surprises
from tests.equivalence.stage import BACKENDS, STARTS, Played, played, unlike
from tests.equivalence.unwritten import unwritten

OTHERS = [name for name in BACKENDS if name != "native"]


@cache
def on_native(code: str, start: Start) -> Played:
    """What the others are compared with."""
    return played(unwritten()[code].scene, "native", start)


@pytest.mark.parametrize("code", unwritten())
@pytest.mark.parametrize("start", STARTS)
def test_a_step_without_a_ladder_of_its_own_follows_that_of_the_class(
    code: str, start: Start
) -> None:
    sheet, native = unwritten()[code], on_native(code, start)
    found = [text for path, step in sheet.steps.items() for text in surprises(path, step, native)]
    assert not found, "\n".join(found)
    for backend in OTHERS:
        assert unlike(native, played(sheet.scene, backend, start), start) == [], backend


def test_the_steps_without_a_ladder_come_to_every_end_by_every_rung_that_they_have() -> None:
    runs = [on_native(code, "eager") for code in unwritten()]
    ends = {record.status.value for one in runs for record in one.result.steps.values()}
    assert ends == {"succeeded", "recovered", "gap", "failed", "cancelled"}
    rungs = {line.decision for one in runs for line in one.lines}
    assert rungs == {None, "retry", "fallback", "skip", "fail"}
