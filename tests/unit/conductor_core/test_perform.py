"""``perform``: the attempts of a step on every way that the ladder may take."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    expr,
    for_each,
    guarded,
    melody,
    play,
    player,
    set_,
    step,
    trying,
    when,
)
from tests.unit.conductor_core.stand import (
    Act,
    Stand,
    attempts,
    echo,
    fails,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.policy import Importance, Rung
from workflow_ir.result import RunResult
from workflow_ir.values import ListValue

NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def performed(body: Any, stand: Stand | None = None, **acts: Act) -> tuple[RunResult, Stand]:
    """One step ``a`` that plays ``hand``; ``hand`` falls back to ``other``."""
    stand = stand or Stand()
    stand.acts.update(acts)
    players = {"hand": player("other"), "other": player("third"), "third": player()}
    result = stand.run(melody(step("a", body), players=dict(players)))
    return result, stand


def test_a_first_success_is_one_attempt() -> None:
    result, _ = performed(play(n="1"))
    assert attempts(result, "a") == ["hand success"]
    assert statuses(result) == {"a": "succeeded"}
    assert result.steps["a"].output == {"n": 1}


def test_a_retry_waits_and_counts_on() -> None:
    hand = one_after_the_other(fails("transport.connect"), fails("timeout.attempt"), echo)
    result, stand = performed(play(policy=trying(3)), hand=hand)
    assert attempts(result, "a") == [
        "hand transport.connect retry 1", "hand timeout.attempt retry 2", "hand success",
    ]  # fmt: skip
    assert [one.n for one in result.steps["a"].attempts] == [1, 2, 3]
    assert stand.elapsed == 3
    assert statuses(result) == {"a": "recovered"}


def test_a_fallback_starts_its_own_attempts_and_numbers_go_on() -> None:
    other = one_after_the_other(fails("transport.connect"), echo)
    result, stand = performed(play(policy=trying(2)), hand=fails("transport.connect"), other=other)
    assert attempts(result, "a") == [
        "hand transport.connect retry 1",
        "hand transport.connect fallback",
        "other transport.connect retry 1",
        "other success",
    ]
    assert result.steps["a"].player == "other"
    assert stand.elapsed == 2


def test_when_nobody_helps_the_step_fails_with_the_last_error() -> None:
    acts: Any = {name: fails("player.bug", message=name) for name in ("hand", "other", "third")}
    result, _ = performed(play(), **acts)
    assert attempts(result, "a") == [
        "hand player.bug fallback", "other player.bug fallback", "third player.bug fail",
    ]  # fmt: skip
    assert result.error is not None
    assert result.error.message == "third"


def test_a_written_skip_leaves_a_gap_with_its_error() -> None:
    result, _ = performed(play(on_failure=(Rung.SKIP,)), hand=fails("http.400"))
    assert attempts(result, "a") == ["hand http.400 skip"]
    assert statuses(result) == {"a": "gap"}
    assert [gap.to_json() for gap in result.gaps] == [
        {
            "step": "a",
            "reason": "skipped_after_failure",
            "error": {"class": "permanent", "code": "http.400"},
        }
    ]
    assert result.status == "degraded"


def test_a_scripted_cancellation_cancels_the_step_and_fails_the_run() -> None:
    result, _ = performed(play(on_failure=(Rung.SKIP,)), hand=fails("cancelled"))
    assert attempts(result, "a") == ["hand cancelled fail"]
    assert result.steps["a"].attempts[0].outcome == "cancelled"
    assert (statuses(result), result.status) == ({"a": "cancelled"}, "failed")


def test_a_refused_player_is_listed_and_nobody_else_is_asked() -> None:
    class Refusing(Stand):
        def find(self, name: str, path: str, address: str, module: str = "") -> Any:
            return StandardError.of("policy.not_allowed", name)

    result, stand = performed(play(on_failure=(Rung.FALLBACK, Rung.SKIP)), Refusing())
    assert attempts(result, "a") == ["hand policy.not_allowed fail"]
    assert stand.played == []


def test_a_running_step_that_is_cancelled_lists_its_attempt() -> None:
    stand = Stand({"a": naps(9), "b": naps(1, StandardError.of("http.400"))})
    result = stand.run(melody(step("a", play()), step("b", play())))
    assert statuses(result) == {"a": "cancelled", "b": "failed"}
    one = result.steps["a"].attempts[0]
    assert (one.outcome, one.error and one.error.code, one.decision) == (
        "cancelled",
        "cancelled",
        None,
    )


def test_a_step_cancelled_between_two_attempts_lists_the_first_one_only() -> None:
    stand = Stand({"a": fails("transport.connect"), "b": naps(0.5, StandardError.of("http.400"))})
    result = stand.run(melody(step("a", play(policy=trying(3))), step("b", play())))
    assert attempts(result, "a") == ["hand transport.connect retry 1"]
    assert statuses(result)["a"] == "cancelled"


def test_a_step_cancelled_while_it_waits_for_a_place_has_no_attempt() -> None:
    stand = Stand({"a": naps(1, StandardError.of("http.400"))})
    result = stand.run(melody(step("a", play()), step("b", play()), concurrency=1))
    assert statuses(result) == {"a": "failed", "b": "cancelled"}
    assert attempts(result, "b") == []
    assert stand.told(EventKind.ATTEMPT_STARTED) == [(EventKind.ATTEMPT_STARTED, "a")]


def test_an_output_must_meet_its_schema_before_the_gate_sees_it() -> None:
    body = play(output=NUMBER, gate="output.n > 1", n="'x'")
    result, stand = performed(body, third=echo)
    assert attempts(result, "a") == [
        "hand output.schema fallback", "other output.schema fallback", "third output.schema fail",
    ]  # fmt: skip
    assert stand.told(EventKind.GATE_CHECKED) == []


def test_a_failed_gate_is_an_attempt_that_failed() -> None:
    result, stand = performed(play(gate="output.n > 1", n="1"), other=naps(0, {"n": 2}))
    assert attempts(result, "a") == ["hand gate.failed fallback", "other success"]
    checked = [event for event in stand.events if event.kind is EventKind.GATE_CHECKED]
    assert [event.facts["passed"] for event in checked] == [False, True]


def test_on_fail_of_a_gate_replaces_on_failure_for_the_gate_only() -> None:
    body = play(gate="output.n > 1", on_fail=(Rung.SKIP,), on_failure=(Rung.FAIL,), n="1")
    ways = (echo, "gap", "on_fail"), (fails("http.400"), "failed", "on_failure")
    for hand, status, rule in ways:
        result, stand = performed(body, hand=hand)
        assert statuses(result) == {"a": status}
        rules = [e.facts["rule"] for e in stand.events if e.kind is EventKind.DECISION]
        assert rules == [rule]


@pytest.mark.parametrize(
    ("gate", "expected"),
    [("output.n", "expression.type"), ("output.nothing == 1", "expression.missing")],
)
def test_a_gate_that_cannot_be_told_fails_the_attempt_for_good(gate: str, expected: str) -> None:
    result, _ = performed(play(gate=gate, policy=trying(3), n="1"))
    assert attempts(result, "a") == [f"hand {expected} fail"]


def test_a_gate_may_ask_for_the_time_and_for_all_that_its_step_sees() -> None:
    result, _ = performed(play(gate="now() == '2000-01-01T00:00:00.000Z'"))
    assert statuses(result) == {"a": "succeeded"}
    ir = melody(
        step("a", set_("[1, 2]")),
        step(
            "b",
            for_each("steps.a.output", play(gate="output.n == item + index - index", n="item")),
            "a",
        ),
    )
    assert Stand().run(ir).status == "succeeded"


def test_the_total_limit_covers_attempts_and_waits_of_one_player() -> None:
    body = play(policy=trying(9, backoff=(2.0,), total_timeout_s=6))
    hand = one_after_the_other(*[naps(1, StandardError.of("transport.connect"))] * 9)
    result, stand = performed(body, hand=hand, other=naps(1, {}))
    assert attempts(result, "a") == [
        "hand transport.connect retry 2", "hand transport.connect fallback", "other success",
    ]  # fmt: skip
    assert stand.elapsed == 5
    assert _struck(stand, n=2) == {"retry": "past_deadline"}


def _struck(stand: Stand, n: int) -> dict[str, str]:
    decision = next(e for e in stand.events if e.kind is EventKind.DECISION and e.facts["n"] == n)
    return {one["rung"]: one["reason"] for one in decision.facts["rejected"]}


def test_the_wall_bounds_attempts_together_and_not_the_waits() -> None:
    body = play(policy=trying(9, backoff=(100.0,), max_delay_s=100, wall_s=5))
    result, stand = performed(body, hand=naps(3, StandardError.of("transport.connect")), other=echo)
    assert attempts(result, "a") == [
        "hand transport.connect retry 100", "hand policy.wall_time fallback", "other success",
    ]  # fmt: skip
    assert stand.elapsed == 105


def test_waiting_for_a_place_counts_against_no_limit() -> None:
    stand = Stand({"a": naps(100), "b": naps(2)})
    ir = melody(
        step("a", play()), step("b", play(policy=trying(1, total_timeout_s=3))), concurrency=1
    )
    assert statuses(stand.run(ir)) == {"a": "succeeded", "b": "succeeded"}


def test_a_place_is_free_during_the_wait_before_a_retry() -> None:
    stand = Stand({"a": one_after_the_other(fails("transport.connect"), echo), "b": naps(0.5)})
    stand.run(melody(step("a", play(policy=trying(2))), step("b", play()), concurrency=1))
    assert stand.played == ["a", "b", "a"]
    assert stand.elapsed == 1


def test_a_claim_of_a_player_holds_for_that_player_alone() -> None:
    stand = Stand({"hand": naps(50), "other": naps(8, "done")})
    players: Any = {"hand": player("other", timeout_s=2), "other": player(timeout_s=9)}
    result = stand.run(melody(step("a", play()), players=players))
    assert attempts(result, "a") == ["hand timeout.attempt fallback", "other success"]
    assert stand.elapsed == 10


def test_acting_once_is_a_matter_of_the_player_that_acts() -> None:
    acts = {"hand": fails("transport.connect"), "other": fails("transport.read")}
    players: Any = {
        "hand": player("other"),
        "other": player("third", effects="once"),
        "third": player(),
    }
    result = Stand(acts).run(melody(step("a", play(policy=trying(2))), players=players))
    assert attempts(result, "a") == [
        "hand transport.connect retry 1", "hand transport.connect fallback",
        "other transport.read fail",
    ]  # fmt: skip


def test_costs_are_charged_for_every_attempt_that_reached_a_player() -> None:
    paid = StandardError.of("transport.connect", cost=Cost(0.25, 10))

    async def good(request: PlayRequest, grant: Grant) -> Any:
        return Success({}, usd=0.5, tokens=7)

    hand = one_after_the_other(naps(0, paid), good)
    result, _ = performed(play(policy=trying(2)), hand=hand)
    assert (result.usage.usd, result.usage.tokens) == (0.75, 17)


def test_a_player_that_changes_its_input_changes_nothing_else() -> None:
    seen: list[Any] = []

    async def vandal(request: PlayRequest, grant: Grant) -> Any:
        seen.append([list(request.with_["rows"]), request.with_["deep"]["n"]])
        request.with_["rows"].append("spoilt")
        request.with_["deep"]["n"] = 0
        request.with_.clear()
        return StandardError.of("transport.connect") if len(seen) == 1 else "done"

    reads: Any = {"rows": "steps.a.output.rows", "deep": "inputs.deep"}
    ir = melody(
        step("a", set_("{'rows': ['x']}")),
        step("b", play(policy=trying(2), **reads), "a"),
        step("c", play(**reads), "a", "b"),
        rows="steps.a.output.rows",
    )
    given = {"deep": {"n": 1}}
    result = Stand({"b": vandal}).run(ir, inputs=given)
    assert seen == [[["x"], 1], [["x"], 1]]
    assert result.steps["c"].output == {"rows": ["x"], "deep": {"n": 1}}
    assert result.outputs == {"rows": ["x"]}
    assert given == {"deep": {"n": 1}}


def test_arguments_of_a_command_are_copies_too() -> None:
    seen: list[Any] = []

    async def vandal(request: PlayRequest, grant: Grant) -> Any:
        seen.append(list(request.arguments[0]))
        request.arguments[0].append("spoilt")
        return StandardError.of("transport.connect") if len(seen) == 1 else {}

    body = play(policy=trying(2))
    verb = body.body.model_copy(
        update={"arguments": ListValue(kind="list", items=(expr("inputs.rows"),))}
    )
    ir = melody(step("a", body.model_copy(update={"body": verb})))
    Stand({"hand": vandal}).run(ir, inputs={"rows": ["x"]})
    assert seen == [["x"], ["x"]]


def test_a_call_has_the_same_key_at_every_try_and_another_for_other_inputs() -> None:
    keys: list[str] = []

    async def noting(request: PlayRequest, grant: Grant) -> Any:
        keys.append(request.idempotency_key)
        return StandardError.of("transport.connect") if len(keys) == 1 else {}

    stand = Stand({"hand": noting})
    stand.run(
        melody(step("a", for_each("[1, 1]", play(policy=trying(2), n="item"), concurrency=1)))
    )
    assert keys[0] == keys[1]
    assert keys[1] != keys[2]


def test_jitter_is_drawn_from_the_seed_unless_players_are_scripted() -> None:
    def delay(*, scripted: bool, seed: str | None = "s") -> float:
        stand = Stand({"hand": one_after_the_other(fails("transport.connect"), echo)}, seed=seed)
        stand.scripted = scripted
        policy = trying(2, initial_s=50.0)
        (rule,) = policy.rules
        policy = policy.model_copy(update={"retry": rule.model_copy(update={"jitter": None})})
        return stand.run(melody(step("a", play(policy=policy)))).steps["a"].attempts[0].delay_s

    assert delay(scripted=True) == 50
    assert 0 < delay(scripted=False) < 50
    assert delay(scripted=False) == delay(scripted=False)
    assert delay(scripted=False, seed="t") != delay(scripted=False)
    assert delay(scripted=False, seed=None) == delay(scripted=False, seed="run")


def test_decisions_are_journalled_with_their_reasons() -> None:
    _, stand = performed(play(policy=trying(1)), hand=fails("transport.connect"))
    decision = next(event for event in stand.events if event.kind is EventKind.DECISION)
    assert decision.path == "a"
    facts = dict(decision.facts)
    inputs = facts.pop("inputs")
    assert (inputs["failures"], inputs["allowed"], inputs["importance"]) == (1, 1, "normal")
    assert [row["target"] for row in facts.pop("ranked")] == ["other", "third"]
    assert facts == {
        "n": 1,
        "decision": "fallback",
        "delay_s": 0.0,
        "rule": "class:transient_network",
        "rejected": [{"rung": "retry", "reason": "attempts_exhausted"}],
        "target": "other",
    }


def test_an_unwritten_skip_never_happens_inside_a_map() -> None:
    body = play(gate="output.n > 1", gap_accepted=True, n="1")
    assert statuses(Stand().run(melody(step("a", body)))) == {"a": "gap"}
    mapped = Stand().run(melody(step("a", for_each("[1]", body))))
    assert statuses(mapped) == {"a": "failed", "a[0]": "failed"}
    inside = branch(arm("x", None, step("a.x.b", body)))
    nested = Stand().run(melody(step("a", for_each("[1]", inside))))
    assert set(statuses(nested).values()) == {"failed"}


# --- steps that fail before anybody is asked -------------------------------------------------

FAULTY = [
    (play(n="inputs.nothing"), "expression.missing"),
    (set_("inputs.nothing"), "expression.missing"),
    (when("1", set_("1")), "expression.type"),
    (when("inputs.nothing == 1", set_("1")), "expression.missing"),
    (for_each("'text'", set_("1")), "expression.type"),
    (guarded(set_("1"), output={"type": "string"}), "output.schema"),
]


@pytest.mark.parametrize(("body", "expected"), FAULTY)
def test_a_step_whose_own_expressions_fail_has_no_attempts(body: Any, expected: str) -> None:
    result, stand = performed(body)
    assert (statuses(result)["a"], attempts(result, "a")) == ("failed", [])
    assert result.error is not None
    assert result.error.code == expected
    assert stand.played == []
    decision = next(event for event in stand.events if event.kind is EventKind.DECISION)
    assert (decision.facts["n"], decision.facts["decision"]) == (0, "fail")


@pytest.mark.parametrize(
    "rungs", [(Rung.SKIP,), (Rung.RETRY, Rung.FALLBACK, Rung.SKIP)], ids=lambda rungs: rungs[0]
)
@pytest.mark.parametrize(
    "body",
    [
        play(n="inputs.nothing"),
        guarded(set_("inputs.nothing")),
        guarded(set_("1"), output={"type": "string"}),
    ],
    ids=["play", "set", "schema"],
)
def test_a_written_skip_helps_it_and_nobody_is_asked_again(
    body: Any, rungs: tuple[Rung, ...]
) -> None:
    result, stand = performed(body.model_copy(update={"on_failure": rungs}))
    assert (statuses(result), attempts(result, "a")) == ({"a": "gap"}, [])
    assert stand.played == []
    assert set(_struck(stand, n=0)) == {rung.value for rung in rungs[:-1]}
    assert result.status == "degraded"


def test_an_unwritten_skip_does_not_hide_a_mistake_in_an_expression() -> None:
    body = play(n="inputs.nothing", gap_accepted=True, importance=Importance.LOW)
    assert statuses(performed(body)[0]) == {"a": "failed"}


def test_a_written_skip_of_an_item_that_cannot_be_evaluated_leaves_a_gap_in_its_place() -> None:
    body = play(on_failure=(Rung.SKIP,), n="10 // item")
    result = Stand().run(melody(step("a", for_each("[1, 0, 5]", body))))
    assert statuses(result) == {
        "a": "succeeded", "a[0]": "succeeded", "a[1]": "gap", "a[2]": "succeeded",
    }  # fmt: skip
    assert result.steps["a"].output == [{"n": 10}, None, {"n": 2}]


def test_events_of_a_step_tell_its_whole_story() -> None:
    unsteady = one_after_the_other(fails("transport.connect"), echo)
    _, stand = performed(play(policy=trying(2), gate="true"), hand=unsteady)
    assert [kind.value for kind, path in stand.told() if path == "a"] == [
        "step_started", "attempt_started", "attempt_failed", "decision",
        "attempt_started", "gate_checked", "step_finished",
    ]  # fmt: skip


def test_a_written_key_replaces_the_one_that_is_made_and_holds_for_every_player() -> None:
    keys = []

    async def note(request: PlayRequest, grant: Grant) -> Any:
        keys.append(request.idempotency_key)
        return StandardError.of("http.503")

    body = play("one", policy=trying(2), idempotency_key="inputs.order")
    ir = melody(step("a", body), players={"one": player("other")})
    Stand({"one": note, "other": note}).run(ir, inputs={"order": 17})
    assert keys == ["17"] * 3  # one, then other twice


def test_a_key_that_cannot_be_told_fails_the_step_before_anybody_is_asked() -> None:
    stand = Stand()
    result = stand.run(melody(step("a", play(idempotency_key="inputs.nothing"))))
    assert (result.error and result.error.code, stand.played) == ("expression.missing", [])
