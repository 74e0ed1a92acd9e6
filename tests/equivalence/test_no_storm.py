"""Attempts are granted, never configured twice: a provider counts every call that reaches it.

Three of ours times three of the player's would be nine calls, times three of its client's 27
(research on failure policies, finding 1). Here the players are real ones that try again by
themselves, as often as they are granted, and the provider behind them always fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from conductor_core.ports import Grant, PlayRequest
from conductor_core.run import Start
from tests.equivalence.stage import BACKENDS, STARTS, Played, Scene, adapter_of, play
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance


@dataclass(slots=True)
class Provider:
    """Counts the calls of each step's players, and fails."""

    calls: dict[tuple[str, str], int] = field(default_factory=dict)

    def call(self, path: str, player: str) -> StandardError:
        """One call over the wire."""
        self.calls[path, player] = self.calls.get((path, player), 0) + 1
        return StandardError.of("http.503")


@dataclass(frozen=True, slots=True)
class Stubborn:
    """Tries again by itself until its grant is used up."""

    provider: Provider
    reports: bool
    """It tells how often it has tried."""
    wants: int = 3
    """It would try so often."""

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Fail, after as many calls as are granted."""
        made = min(self.wants, grant.attempts)
        failed = [self.provider.call(request.path, request.player) for _ in range(made)]
        return failed[-1].replace(attempts=made if self.reports else None)


@dataclass(frozen=True, slots=True)
class Band:
    """Every player is the same."""

    player: Stubborn

    def find(self, name: str, path: str, address: str, module: str = "") -> Stubborn:
        """That one."""
        return self.player


def storm(attempts: int | None, importance: str, *, many: bool = False) -> Scene:
    """A step over a player that is granted three attempts, and another one behind it."""
    retry = {} if attempts is None else {"max_attempts": attempts}
    step: dict[str, Any] = {
        "play": "lead",
        "importance": importance,
        "policy": {"retry": {**retry, "jitter": "none"}},
        "on_failure": ["retry", "fallback", "skip"],
    }
    if importance in ("high", "critical"):
        step["on_failure"].remove("skip")
    if many:
        step |= {"for_each": "${{ range(4) }}", "as": "item"}
    grant = {"grant": {"attempts": 3}}
    players = {
        "lead": {"python": "band:lead", "fallback": ["spare"], **grant},
        "spare": {"python": "band:spare", **grant},
    }
    return Scene("storm", {"melody": "v1", "name": "storm", "players": players,
                           "steps": {"ask": step}}, None)  # fmt: skip


def blown(scene: Scene, backend: str, start: Start, *, reports: bool) -> tuple[Played, Provider]:
    """Run it with real players in virtual time."""
    provider, adapter = Provider(), adapter_of(backend)
    band = Band(Stubborn(provider, reports))
    compiled = adapter.compile(scene.ir)
    here = play(scene.ir, None, adapter, compiled, start, players=lambda: band)
    return here, provider


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("reports", [True, False], ids=["it reports", "it does not report"])
@pytest.mark.parametrize("attempts", [1, 2, 3, 5, 7, None])
def test_no_player_makes_more_calls_than_its_allowance_however_often_it_tries_by_itself(
    attempts: int | None, reports: bool, start: Start, backend: str
) -> None:
    allowed = DEFAULT_ATTEMPTS[Importance.NORMAL] if attempts is None else attempts
    here, provider = blown(storm(attempts, "normal"), backend, start, reports=reports)
    assert provider.calls == {("ask", "lead"): allowed, ("ask", "spare"): allowed}
    ours = -(-allowed // 3)
    assert [line.player for line in here.of("ask")] == ["lead"] * ours + ["spare"] * ours


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("importance", ["low", "high", "critical"])
def test_importance_bounds_the_calls_of_all_layers_together(importance: str, backend: str) -> None:
    here, provider = blown(storm(None, importance), backend, "eager", reports=True)
    allowed = DEFAULT_ATTEMPTS[Importance(importance)]
    assert set(provider.calls.values()) == {allowed}
    assert here.of("ask")[-1].decision in ("skip", "fail")


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_item_of_a_map_has_an_allowance_of_its_own_and_no_more(backend: str) -> None:
    scene = storm(4, "normal", many=True)
    _, provider = blown(scene, backend, "eager", reports=False)
    assert len(provider.calls) == 8
    assert set(provider.calls.values()) == {4}
