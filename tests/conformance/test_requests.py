"""What reaches a player is the same on every backend; a result does not show it."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.players.scripted import ScriptedPerformer
from conductor_core.ports import Grant, PlayRequest
from conductor_core.run import Start
from melody.testing.conformance.performing import perform
from tests.conformance.stage import BACKENDS, CASES, adapter_of, compiled_on


def requests_of(
    name: str, backend: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> dict[str, PlayRequest]:
    """The last request of each performance of a case, by run path."""
    found: dict[str, PlayRequest] = {}
    play = ScriptedPerformer.play

    async def noted(self: Any, request: PlayRequest, grant: Grant) -> Any:
        found[request.path] = request
        return await play(self, request, grant)

    monkeypatch.setattr(ScriptedPerformer, "play", noted)
    perform(CASES[name], adapter_of(backend), compiled_on(backend, name), start)
    return found


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_written_idempotency_key_takes_the_place_of_the_derived_one(
    backend: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = requests_of("90_idempotency_key", backend, start, monkeypatch)
    keys = {path: request.idempotency_key for path, request in found.items()}
    derived = keys.pop("order")
    assert derived not in ("", *keys.values())
    assert keys == {
        "pay": "order-7",
        "inside.pay_too": "7",
        "each[0]": "item-0",
        "each[1]": "item-1",
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_secret_reaches_the_player_whole(
    backend: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = requests_of("89_secrets", backend, start, monkeypatch)
    assert found["ask"].with_ == {"key": "Bearer very-secret"}
    assert found["inside.again"].with_ == {"key": "very-secret", "length": 18}
