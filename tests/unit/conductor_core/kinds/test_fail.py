"""``fail``: the author's own end of a scope."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    call,
    fail,
    group,
    guarded,
    melody,
    set_,
    step,
)
from tests.unit.conductor_core.stand import Stand, code, statuses
from workflow_ir.policy import Rung

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


@BOTH
def test_it_fails_with_the_written_code_and_message(start: Start) -> None:
    ir = melody(step("x", fail("stock.empty", "str(inputs.n) + ' left'")))
    result = Stand().run(ir, start, inputs={"n": 0})
    assert result.error is not None
    assert (result.error.code, result.error.message) == ("stock.empty", "0 left")
    assert (result.error.error_class.value, result.error.layer) == ("permanent", "user")
    assert result.failed_step == "x"


@BOTH
def test_a_code_of_the_taxonomy_is_permanent_all_the_same(start: Start) -> None:
    result = Stand().run(melody(step("x", fail("http.503"))), start)
    assert result.error is not None
    assert result.error.brief() == {"class": "permanent", "code": "http.503"}
    assert result.error.message == "http.503"


@BOTH
def test_the_scope_round_it_fails_with_its_error(start: Start) -> None:
    sub = melody(step("r", branch(arm("no", None, step("r.no.x", fail())))))
    result = Stand().run(melody(step("g", call(sub)), modules=(sub,)), start)
    assert statuses(result) == {"g": "failed", "g/r": "failed", "g/r.no.x": "failed"}
    assert (code(result), result.failed_step) == ("too.bad", "g/r.no.x")


@BOTH
def test_on_failure_of_the_scope_may_recover_it(start: Start) -> None:
    inner = guarded(group(step("g.x", fail())), on_failure=(Rung.SKIP,))
    ir = melody(
        step("g", inner),
        step("after", set_("default(steps.g.output, 'instead')"), tolerates=("g",)),
        after="steps.after.output",
    )
    result = Stand().run(ir, start)
    assert (statuses(result)["g"], statuses(result)["g.x"]) == ("gap", "failed")
    assert (result.status, result.outputs) == ("degraded", {"after": "instead"})


@BOTH
def test_a_message_that_cannot_be_told_is_a_failure_of_its_own(start: Start) -> None:
    result = Stand().run(melody(step("x", fail("a.b", "inputs.nothing"))), start)
    assert code(result) == "expression.missing"
