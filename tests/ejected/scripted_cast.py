"""Players of a script as generated code asks them: what they do is read by the conductor's own.

The script's readers, lists and behaviours are those of ``melody run --script``. Only what they
give is told in the words of the generated package: its ``Failure`` and its ``Answer``.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from types import ModuleType
from typing import Any, Self

from conductor_core.failed import StepFault
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import static_address
from conductor_core.players.scripted import ScriptedPerformer
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Grant, PlayRequest, Question
from conductor_core.ports import Player as Performer
from tests.ejected.agent_stage import AgentStage, Done, with_tools
from tests.ejected.virtual_loop import PERFORMED, real_work
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import CallPlayer, Player, Schema
from workflow_ir.steps import Play, Step, every_step, layers
from workflow_ir.taxonomy import Retryable
from workflow_ir.workflow import WorkflowIR

Perform = Callable[[Any], Awaitable[Any]]
"""``Player.perform`` of a generated package."""


class LoopClock:
    """The time of the event loop, as scripted players wait for it."""

    def now(self) -> float:
        """Seconds of the loop."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait; sleepers of one moment wake by path."""
        before = PERFORMED.set(path)
        try:
            await asyncio.sleep(seconds)
        finally:
            PERFORMED.reset(before)


class WorkingClock(LoopClock):
    """The same for a player that works really: only while it sleeps does virtual time go on."""

    def __init__(self) -> None:
        self._work = real_work()
        self._asleep = 0

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._work.__exit__(None, None, None)

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait, and let time go on meanwhile."""
        self._asleep += 1
        if self._asleep == 1:
            self._work.__exit__(None, None, None)
        try:
            await super().sleep(seconds, path=path)
        finally:
            self._asleep -= 1
            if self._asleep == 0:
                self._work = real_work()
                self._work.__enter__()


@dataclass(frozen=True)
class ScriptedCast:
    """The players of one run of one generated package."""

    policy: ModuleType
    """The package's own, with ``Failure`` and ``Answer``."""
    troupe: Troupe
    """Reads the script; one for each run, for it counts."""
    ir: WorkflowIR
    _done_once: Done = field(default_factory=dict, init=False)

    def cast(self, written: Mapping[str, Any], module: str = "") -> dict[str, Any]:
        """The players of a package with the script's performance in the place of theirs."""
        return {
            name: replace(player, perform=self.perform(player.name, player.perform, module))
            for name, player in written.items()
        }

    def people(self) -> Callable[[Any], Awaitable[Any]]:
        """Who answers as the script says; nobody where it has no entry."""
        assert self.troupe.script is not None
        asked = ScriptedPeople(self.troupe.script)

        async def answer(question: Any) -> Any:
            PERFORMED.set(question.path)
            known = {f.name: getattr(question, f.name) for f in fields(Question)
                     if hasattr(question, f.name)}  # fmt: skip
            if question.fits is not None:  # of ours the choice is known: it is the one that fills
                known["fits"] = partial(question.fits, question.fills)
            try:
                given = await asked.ask(Question(**{"address": question.path, **known}), _CLOCK)
            except StepFault as wrong:
                raise failure(self.policy, wrong.error) from None
            return None if given is None else self.policy.Reply(given.choice, given.fields)

        return answer

    def perform(self, name: str, otherwise: Perform, module: str = "") -> Perform:
        """What a player of this name does.

        Args:
            name: As in the Melody.
            otherwise: What it does where the script leaves it alone.
            module: The sub-melody that it belongs to; empty: the Melody itself.
        """

        async def perform(call: Any) -> Any:
            PERFORMED.set(call.path)
            if self._is_left_alone(name, call.path, module):
                return await otherwise(call)
            found = self.troupe.find(name, call.path, static_address(call.path), module)
            if isinstance(found, StandardError):
                raise failure(self.policy, found)
            request = self._request(call, name, module)
            if isinstance(found, ScriptedPerformer):
                answer = await found.play(request, Grant(None, clock=_CLOCK))
            else:
                answer = await self._played(found, request, module)
            if isinstance(answer, StandardError):
                raise _of_python(answer) or failure(self.policy, answer)
            return _answer(self.policy, answer)

        return perform

    async def _played(
        self, found: Performer, request: PlayRequest, module: str
    ) -> Success | StandardError:
        """By the conductor's own agent or model, with what the script has for it."""
        players = self._players(module)
        with WorkingClock() as clock:
            stage = AgentStage(self.troupe, players, module, request.path, clock, self._done_once)
            answer = await found.play(request, Grant(None, clock=clock, backstage=stage))
        return with_tools(answer, players[request.player], stage.spent)

    def _is_left_alone(self, name: str, path: str, module: str) -> bool:
        script = self.troupe.script
        assert script is not None
        sub_melody = isinstance(self._players(module).get(name), CallPlayer)
        return sub_melody and script.own_acts(name, path) is None

    def _players(self, module: str) -> Mapping[str, Player]:
        return self.ir.modules[module].players if module else self.ir.players

    def _request(self, call: Any, name: str, module: str) -> PlayRequest:
        return PlayRequest(
            path=call.path,
            address=static_address(call.path),
            player=name,
            with_=dict(call.with_),
            has_with=bool(call.with_),
            prompt=getattr(call, "prompt", None),
            output=output_at(self.ir, call.path),
            attempt=call.attempt,
            parameters=getattr(call, "parameters", {}),
            idempotency_key=getattr(call, "key", ""),
        )


def failure(policy: ModuleType, error: StandardError) -> BaseException:
    """The package's own ``Failure`` with all facts of an error that it knows.

    Only what differs from the row of its code is told, so that the package's own table of codes is
    tested. A package knows the facts that its strategies ask for; the others would change nothing.
    """
    known = inspect.signature(policy.Failure).parameters
    usual = _facts(StandardError.of(error.code, error.message))
    told = {name: fact for name, fact in _facts(error).items() if fact != usual[name]}
    made: BaseException = policy.Failure(
        error.code, error.message, **{name: told[name] for name in told if name in known}
    )
    if "retryable" in told and hasattr(made, "retryable"):
        vars(made)["retryable"] = told["retryable"]
    return made


def _of_python(error: StandardError) -> BaseException | None:
    """``raise:`` with an exception of Python's own: the package has to classify it by itself."""
    kind = getattr(builtins, (error.cause_type or "").removeprefix("builtins."), None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        return None
    text = error.message.removeprefix(kind.__name__).removeprefix(": ")
    try:
        return kind(text) if text else kind()
    except TypeError:  # it wants more than a text
        return None


def _facts(error: StandardError) -> dict[str, Any]:
    return {
        "retry_after_s": error.retry_after_s,
        "effects": error.effects.value,
        "retryable": _WORTH[error.retryable],
        "usd": error.cost.usd,
        "tokens": error.cost.tokens,
        "attempts": error.attempts,
        "error_class": error.error_class.value,
    }


def _answer(policy: ModuleType, answer: Success) -> Any:
    kind = getattr(policy, "Answer", None)
    if kind is None or (answer.usd == 0 and answer.tokens == 0 and not answer.degraded):
        return answer.output
    known = inspect.signature(kind).parameters
    facts = {"usd": answer.usd, "tokens": answer.tokens, "degraded": answer.degraded}
    return kind(answer.output, **{name: facts[name] for name in facts if name in known})


def output_at(ir: WorkflowIR, path: str) -> Schema | None:
    """The output schema of the step at a run path, through sub-melodies."""
    address = static_address(path).partition("~")[0]
    *callers, own = address.split("/")
    for caller in callers:
        step = _step_at(ir, caller)
        verb = None if step is None else layers(step).verb
        module = getattr(verb, "module", None)
        if isinstance(verb, Play):
            player = ir.players.get(verb.player or "")
            module = player.module if isinstance(player, CallPlayer) else None
        if module is None:
            return None
        ir = ir.modules.get(module, ir)
    step = _step_at(ir, own)
    guard = None if step is None else layers(step).guard
    return None if guard is None else guard.output


def _step_at(ir: WorkflowIR, address: str) -> Step | None:
    return next((step for step in every_step(ir.root) if step.address == address), None)


_CLOCK = LoopClock()
_WORTH = {
    Retryable.YES: True,
    Retryable.AFTER: True,
    Retryable.NO: False,
    Retryable.UNKNOWN: None,
}
