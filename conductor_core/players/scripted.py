"""A scripted player: does what a script says, imports and starts nothing."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conductor_core.failure.classify import from_exception_name
from conductor_core.failure.exit_code import from_exit_code
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.players.script import Acts, Behaviour, Cases, counted_at
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.players import CommandPlayer, Player
from workflow_ir.taxonomy import Effects


@dataclass(slots=True)
class Consumed:
    """How far each list of a script was consumed, per path and player. One for each run."""

    _calls: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def next(self, acts: Acts, path: str, player: str) -> Behaviour | Cases | None:
        """The next entry of a list; the last one repeats. None: the list is empty."""
        if not acts.acts:
            return None
        key = (counted_at(path), player, id(acts))
        place = self._calls.get(key, 0)
        self._calls[key] = place + 1
        return acts.acts[min(place, len(acts.acts) - 1)]


@dataclass(frozen=True, slots=True)
class ScriptedPerformer:
    """Plays one entry of a script in the place of a player."""

    acts: Acts
    consumed: Consumed
    player: Player | None = None
    """The player it stands for; its ``parse`` says what an exit code means."""

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The next behaviour for this path and player."""
        behaviour = behaviour_for(
            self.acts,
            self.consumed,
            request.with_,
            path=request.path,
            player=request.player,
        )
        if isinstance(behaviour, StandardError):
            return behaviour
        await wait(grant, behaviour.sleep_s, request.path)
        return await self._act(behaviour, request, grant)

    async def _act(
        self, behaviour: Behaviour, request: PlayRequest, grant: Grant
    ) -> Success | StandardError:
        value = behaviour.value
        match behaviour.kind:
            case "return" | "answer":
                return _success(copy.deepcopy(value), behaviour)
            case "echo":
                return _success(copy.deepcopy(request.with_), behaviour)
            case "return_text":
                return _returned_text(value, behaviour, request)
            case "exit":
                return self._exited(value, behaviour)
            case _:
                return await failure_of(behaviour, grant, request.path)

    def _exited(self, code: int, behaviour: Behaviour) -> Success | StandardError:
        tolerant = isinstance(self.player, CommandPlayer) and self.player.parse == "exit"
        if code == 0 or tolerant:
            output = {"exit_code": code, "stdout": "", "stderr": behaviour.message}
            return _success(output, behaviour)
        return _marked(from_exit_code(code, said=behaviour.message), behaviour)


def behaviour_for(
    acts: Acts,
    consumed: Consumed,
    given: Mapping[str, Any],
    *,
    path: str,
    player: str,
    what: str = "player",
) -> Behaviour | StandardError:
    """The next behaviour of an entry for this path and player.

    Args:
        acts: The entry.
        consumed: How far its lists are.
        given: ``input`` of its cases.
        path: Run path.
        player: The player's name; or the model's, where ``what`` says so.
        what: Who that is.
    """
    act = consumed.next(acts, path, player)
    if act is None or isinstance(act, Behaviour):
        return act or _no_case(what, player, path)
    for case in act.cases:
        try:
            holds = case.when is None or case.when({"input": given})
        except EvaluationError as error:
            return StandardError.of(error.code, f"case `{case.source}`: {error}", layer="user")
        if not isinstance(holds, bool):
            return StandardError.of("expression.type", f"case `{case.source}` is not a boolean")
        if holds:
            return behaviour_for(case.then, consumed, given, path=path, player=player, what=what)
    return _no_case(what, player, path)


async def failure_of(behaviour: Behaviour, grant: Grant | None, path: str) -> StandardError:
    """The failure that ``error``, ``raise`` or ``hang`` stands for."""
    value = behaviour.value
    match behaviour.kind:
        case "raise":
            name, _, text = value.partition(":")
            return _marked(from_exception_name(name.strip(), text.strip()), behaviour)
        case "hang":
            await wait(grant, value, path)
            said = behaviour.message or f"nothing came for {value:g} s"
            return _marked(StandardError.of("timeout.attempt", said), behaviour)
        case _:
            return _marked(StandardError.of(value, behaviour.message), behaviour)


def _success(output: Any, behaviour: Behaviour) -> Success:
    return Success(output, usd=behaviour.usd, tokens=behaviour.tokens)


def _marked(error: StandardError, behaviour: Behaviour) -> StandardError:
    """The error with the hint, the effects and the cost that the script gives it."""
    facts: dict[str, Any] = {}
    if behaviour.retry_after_s is not None:
        facts["retry_after_s"] = behaviour.retry_after_s
    if behaviour.effects is not None:
        facts["effects"] = Effects(behaviour.effects)
    if behaviour.usd or behaviour.tokens:
        facts["cost"] = Cost(behaviour.usd, behaviour.tokens)
    return error.replace(**facts) if facts else error


def _returned_text(
    text: str, behaviour: Behaviour, request: PlayRequest
) -> Success | StandardError:
    """Text as a model gives it: JSON where the step has an output schema."""
    if request.output is None or request.output.get("type") == "string":
        return _success(text, behaviour)
    try:
        return _success(json_data(json.loads(text)), behaviour)
    except (ValueError, RecursionError, NotJsonError) as error:
        said = behaviour.message or f"the output is not JSON: {error}"
        return _marked(StandardError.of("output.format", said), behaviour)


def _no_case(what: str, player: str, path: str) -> StandardError:
    return StandardError.of(
        "config.missing",
        f"no case of the script holds for {what} {player!r} at {path!r};"
        " add a last case without `when`",
        origin="conductor",
    )


async def wait(grant: Grant | None, seconds: float, path: str) -> None:
    """Wait by the clock of the run, if there is one."""
    if seconds <= 0:
        return
    if grant is None or grant.clock is None:
        await asyncio.sleep(seconds)
    else:
        await grant.clock.sleep(seconds, path=path)
