"""Agents of a script: how one stands in for the implementation that a user would write.

Generated code knows an agent as a player like any other; its model and its tools are its own
matter. Here the conductor's own agent is that player, with the models and tools of the script.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conductor_core.players.script import static_address
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Grant, PlayerClock, PlayRequest
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.players import Player
from workflow_ir.taxonomy import Effects

Done = dict[tuple[str, str, str], Success | StandardError]
"""By step path, tool and what tells its effects apart: what came of it."""


@dataclass
class AgentStage:
    """The way of one attempt to its tools; implements ``ports.Backstage``."""

    troupe: Troupe
    players: Mapping[str, Player]
    module: str
    path: str
    clock: PlayerClock
    done_once: Done
    """Shared by all attempts of a run."""
    spent: Cost = field(default_factory=Cost)
    """What the tools have cost."""

    async def ask(
        self, player: str, with_: dict[str, Any], why: str, *, effects_key: str | None = None
    ) -> Success | StandardError:
        """Let a tool perform; one with ``effects: once`` does the same thing once in a step."""
        if effects_key is None or self.players[player].effects != "once":
            return await self._ask(player, with_, why)
        key = (self.path, player, effects_key)
        if key not in self.done_once:
            answer = await self._ask(player, with_, why)
            if isinstance(answer, StandardError) and answer.effects is Effects.NONE:
                return answer
            self.done_once[key] = answer
        return self.done_once[key]

    def done(self, player: str, effects_key: str) -> bool:
        """Whether it would be answered without being done."""
        return (self.path, player, effects_key) in self.done_once

    async def call(self, module: str, inputs: dict[str, Any]) -> Success | StandardError:
        """No agent of these tests has a sub-melody for a tool."""
        raise NotImplementedError(module)

    def note(self, kind: EventKind, why: str, **facts: Any) -> None:
        """Nobody keeps events here."""

    async def _ask(self, player: str, with_: dict[str, Any], why: str) -> Success | StandardError:
        path = f"{self.path}~{why}"
        found = self.troupe.find(player, path, static_address(path), self.module)
        if isinstance(found, StandardError):
            return found
        inner = AgentStage(self.troupe, self.players, self.module, path, self.clock, self.done_once)
        request = PlayRequest(
            path=path,
            address=static_address(path),
            player=player,
            with_=copy.deepcopy(with_),
            has_with=True,
            prompt=None,
            output=None,
            attempt=1,
            parameters={},
            idempotency_key="",
        )
        grant = Grant(None, clock=self.clock, backstage=inner)
        answer = await found.play(request, grant)
        cost = added(paid(answer, self.players[player]), inner.spent)
        self.spent = added(self.spent, cost)
        return answer


def paid(answer: Success | StandardError, player: Player) -> Cost:
    """What an attempt has cost: as the player tells, else as it is declared."""
    told = Cost(answer.usd, answer.tokens) if isinstance(answer, Success) else answer.cost
    price = player.cost
    usd, tokens = (0.0, 0) if price is None else (price.usd, price.tokens)
    return Cost(told.usd or usd, told.tokens or tokens)


def with_tools(
    answer: Success | StandardError, player: Player, tools: Cost
) -> Success | StandardError:
    """An agent's answer that costs what its tools have cost as well."""
    if tools == Cost():
        return answer
    whole = added(paid(answer, player), tools)
    if isinstance(answer, StandardError):
        return answer.replace(cost=whole)
    return Success(answer.output, usd=whole.usd, tokens=whole.tokens, degraded=answer.degraded)


def added(one: Cost, other: Cost) -> Cost:
    """Both together."""
    return Cost(one.usd + other.usd, one.tokens + other.tokens)
