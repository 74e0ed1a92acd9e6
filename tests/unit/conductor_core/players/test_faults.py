from __future__ import annotations

import pytest

from conductor_core.players.faults import KINDS, Fault, FaultedPerformer, FaultError, Faults
from conductor_core.players.script import Script
from conductor_core.players.scripted import Consumed, ScriptedPerformer
from tests.unit.conductor_core.players.asking import NotedClock, ask, ask_at, error_of, output_of
from workflow_ir.outcome import StandardError


def fine() -> ScriptedPerformer:
    acts = Script.read({"default": {"return": "fine"}}).default
    assert acts is not None
    return ScriptedPerformer(acts, Consumed())


def outcomes(player: FaultedPerformer, path: str, times: int) -> list[str]:
    answers = [ask(player, path=path, address="review") for _ in range(times)]
    return [a.code if isinstance(a, StandardError) else "fine" for a in answers]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "slow"])
def test_a_fault_hits_once_and_then_the_player_answers(kind: str) -> None:
    player = FaultedPerformer(fine(), Faults.parse(f"review:{kind}"))
    assert outcomes(player, "review", 2) == [KINDS[kind], "fine"]


def test_a_fault_may_hit_several_attempts_and_every_path_on_its_own() -> None:
    player = FaultedPerformer(fine(), Faults.parse("review:http.502*2"))
    assert outcomes(player, "review[0]", 3) == ["http.502", "http.502", "fine"]
    assert outcomes(player, "review[1]", 3) == ["http.502", "http.502", "fine"]


def test_a_fault_of_a_path_leaves_other_items_alone() -> None:
    player = FaultedPerformer(fine(), Faults.parse("review[1]:crash"))
    assert outcomes(player, "review[0]", 1) == ["fine"]
    assert outcomes(player, "review[1]", 1) == ["player.crash"]


def test_several_faults_of_one_step_come_one_after_the_other() -> None:
    player = FaultedPerformer(fine(), Faults.parse("review:timeout", "review:bad_json"))
    assert outcomes(player, "review", 3) == ["timeout.attempt", "output.format", "fine"]


def test_slow_waits_on_the_clock_and_lets_the_player_answer() -> None:
    clock = NotedClock()
    player = FaultedPerformer(fine(), Faults.parse("draft:slow"))
    assert output_of(ask_at(clock, player)) == "fine"
    assert clock.slept == [(1.0, "draft")]


def test_an_injected_fault_says_that_it_is_one() -> None:
    player = FaultedPerformer(fine(), Faults.parse("draft:rate_limit"))
    assert error_of(ask(player)).message == "injected fault: rate_limit"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("draft", "'draft' is not STEP:KIND"),
        ("draft:", "is not STEP:KIND"),
        (":timeout", "is not STEP:KIND"),
        ("draft:timeout*0", "is not STEP:KIND"),
        ("draft:timout", "'timout' is no kind of fault; did you mean 'timeout'?"),
        ("draft:http.999", "'http.999' is no kind of fault"),
    ],
)
def test_a_bad_fault_lists_the_kinds(text: str, fact: str) -> None:
    with pytest.raises(FaultError) as caught:
        Fault.parse(text)
    assert fact in str(caught.value)
    assert "timeout, network, rate_limit" in str(caught.value)


def test_only_named_steps_are_concerned() -> None:
    faults = Faults.parse("review:timeout")
    assert faults.concern("review[3]", "review")
    assert not faults.concern("draft", "draft")


def test_a_fault_of_a_step_does_not_hit_what_is_performed_beside_it() -> None:
    of_step = FaultedPerformer(fine(), Faults.parse("review:crash*9"))
    assert outcomes(of_step, "review[2]~reconstruct", 1) == ["fine"]
    beside = FaultedPerformer(fine(), Faults.parse("review~reconstruct:crash*9"))
    assert outcomes(beside, "review[2]", 1) == ["fine"]
    assert outcomes(beside, "review[2]~reconstruct", 1) == ["player.crash"]
