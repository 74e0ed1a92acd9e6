"""A generated ``policy`` at work by itself: steps of a Melody that players perform, in virtual
time, next to nothing but its modules and a task that knows what ``Place`` knows.
"""

from __future__ import annotations

import ast
import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, partial
from types import ModuleType
from typing import Any, TypeVar

from adapters.emitter.code import words
from adapters.emitter.policy.alternatives import credential_of
from adapters.emitter.policy.modules import policy_modules
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.policy.written import budget_of, policy_of
from conductor_core.border import admit
from conductor_core.evaluator import Evaluator
from conductor_core.failed import StepFault
from conductor_core.failure.gate import verdict
from conductor_core.kinds.parts import _target, _usual_effects
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.players.scripted import Consumed, ScriptedPerformer
from conductor_core.ports import Answer, Grant, Players, PlayRequest, Question
from conductor_core.ports import Player as Performer
from conductor_core.schedule.slots import Slots, rank
from tests.ejected.scripted_cast import LoopClock
from tests.ejected.virtual_loop import run_virtually
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.reads import steps_read_in
from workflow_ir.steps import ForEach, Guard, Layers, Play, Set, Step, Wait, layers
from workflow_ir.taxonomy import Retryable
from workflow_ir.workflow import WorkflowIR

T = TypeVar("T")


@cache
def module_of(uses: Strategies, name: str = "generated_policy") -> ModuleType:
    """Its modules as one, ready to be used."""
    made = ModuleType(name)
    sys.modules[name] = made  # dataclasses look their module up
    for file, text in policy_modules(words("tune"), uses):
        tree = ast.parse(text)
        tree.body = [one for one in tree.body if not getattr(one, "level", 0)]
        exec(compile(tree, f"{file}.py", "exec"), vars(made))
    return made


@dataclass
class Record:
    """What a step came to."""

    status: str = "pending"
    output: Any = None
    error: Any = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    player: str | None = None
    recovered: bool = False
    degraded: bool = False
    provenance: str | None = None
    cut: bool = False

    def told(self) -> dict[str, Any]:
        """As ``StepRecord.to_json`` tells it."""
        tree: dict[str, Any] = {"status": self.status, "output": self.output}
        if self.player is not None:
            tree["player"] = self.player
        if self.error is not None:
            tree["error"] = self.error.view()
        if self.attempts:
            tree["attempts"] = self.attempts
        if self.degraded:
            tree["degraded"] = True
        if self.provenance is not None:
            tree["provenance"] = self.provenance
        return tree


class Band:
    """The steps of a flat Melody, and its scripted players.

    Args:
        ir: The Melody: its top steps are plays, maps of plays, values and waits.
        script: What its players and people do.
        players: Who performs in place of scripted players.
    """

    def __init__(
        self, ir: WorkflowIR, script: Mapping[str, Any], players: Players | None = None
    ) -> None:
        self.ir, self._players = ir, players
        self.uses = Strategies.of(ir)
        self.policy = module_of(self.uses)
        self.script = Script.read(dict(script))
        self.consumed, self.evaluator = Consumed(), Evaluator()
        self.people = ScriptedPeople(self.script)
        self.seed = "equivalence" if self.script.seed is None else str(self.script.seed)
        self.cast = {name: self._player(name) for name in self._names()}
        self.records: dict[str, Record] = {}
        self.settled: dict[str, asyncio.Event] = {}
        self.slots = Slots(ir.policy.concurrency)
        self.wall_s = 0.0

    @cached_property
    def purse(self) -> Any:
        """Of the run."""
        if not self.uses.budgets:
            return self.policy.Purse()
        budget = budget_of(self.ir.policy.budget, self.uses)
        made = None if budget is None else self._made(budget)
        return self.policy.Purse(made, began=self.policy.now())

    def fresh(self, path: str) -> Record:
        """The record of a step that has not begun."""
        self.records[path] = Record()
        return self.records[path]

    def run(self, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Anything else, in virtual time."""
        return run_virtually(main)

    def play(self) -> dict[str, dict[str, Any]]:
        """Perform all steps; by run path, what each came to."""
        run_virtually(self._all)
        return {path: record.told() for path, record in self.records.items()}

    async def _all(self) -> None:
        steps = self.ir.root.steps
        self.settled = {step.id: asyncio.Event() for step in steps}
        began = asyncio.get_running_loop().time()
        _ = self.purse if self.uses.plays else None
        async with asyncio.TaskGroup() as group:
            for number, step in enumerate(steps):
                group.create_task(self._step(step, number))
        self.wall_s = round(asyncio.get_running_loop().time() - began, 6)

    async def _step(self, step: Step, number: int) -> None:
        for one in step.depends:
            await self.settled[one.on].wait()
        try:
            await self._perform(layers(step), step, number)
        except EvaluationError:
            del self.records[step.id]  # it reads a step that gave nothing
        finally:
            self.settled[step.id].set()

    async def _perform(self, here: Layers, step: Step, number: int) -> None:
        record = self.records[step.id] = Record()
        if isinstance(here.verb, Set):
            record.output = self.value(here.verb.value)
            record.status = "succeeded"
        elif isinstance(here.verb, Wait):
            await asyncio.sleep(here.verb.seconds or 0)
            record.output, record.status = {}, "succeeded"
        elif here.each is not None:
            await self._each(here, here.each, step, number)
        else:
            assert isinstance(here.verb, Play)
            assert here.guard is not None
            place = (number,)
            task = Task(self, step.id, here.guard, record, rank(step.priority, place), {})
            await task.conduct(here.verb)

    async def _each(self, here: Layers, each: ForEach, step: Step, number: int) -> None:
        assert isinstance(here.verb, Play)
        assert here.guard is not None
        del self.records[step.id]
        verb, guard = here.verb, here.guard
        limit = asyncio.Semaphore(each.concurrency or 1000)

        async def one(index: int, value: Any) -> None:
            async with limit:
                path = f"{step.id}[{index}]"
                record = self.records[path] = Record()
                names = {each.as_: value, "index": index}
                at = rank(step.priority, (number, index))
                task = Task(self, path, guard, record, at, names, in_map=True)
                await task.conduct(verb)

        async with asyncio.TaskGroup() as group:
            for index, value in enumerate(self.value(each.items)):
                group.create_task(one(index, value))

    # --- what tasks ask for -----------------------------------------------------------------------

    def value(self, value: Any, **names: Any) -> Any:
        """What an IR value comes to here."""
        steps = {
            path: {
                "status": record.status,
                "ok": record.status in ("succeeded", "recovered"),
                **(
                    {"output": record.output} if record.status in ("succeeded", "recovered") else {}
                ),
            }
            for path, record in self.records.items()
        }
        return self.evaluator.value(value)({"steps": steps, "inputs": {}, **names})

    def made(self, guard: Guard) -> Any:
        """The policy of a step, out of its source."""
        source = policy_of(guard, self.uses)
        return self.policy.Policy() if source is None else self._made(source)

    def _made(self, source: str) -> Any:
        return eval(source, vars(self.policy))

    def _names(self) -> Iterator[str]:
        yield from self.ir.players

    def _player(self, name: str) -> Any:
        player, uses = self.ir.players[name], self.uses
        facts: dict[str, Any] = {}
        limits = player.limits
        target = _target(name, player, self.ir.models)
        known = {
            "fallback": (uses.fallback, player.fallback),
            "provides": (uses.provides, player.provides),
            "timeout_s": (uses.claims, player.timeout_s),
            "effects": (uses.once, player.effects or _usual_effects(player)),
            "attempts": (uses.grants, player.grant_attempts or 1),
            "refresh": (uses.refresh, player.refresh),
            "credential": (
                uses.credentials or uses.breaker or uses.throttle,
                credential_of(player, self.ir.models),
            ),
            "target": (uses.breaker or uses.throttle, f"{target.provider}/{target.endpoint}"),
            "concurrency": (uses.concurrency, None if limits is None else limits.concurrency),
            "per_minute": (uses.per_minute, None if limits is None else limits.per_minute),
        }
        facts = {key: fact for key, (used, fact) in known.items() if used}
        if uses.costs and player.cost is not None:
            facts["cost"] = self.policy.Price(player.cost.usd, player.cost.tokens)

        async def perform(call: Any) -> Any:
            return await self._asked(name, call)

        return self.policy.Player(name, perform, **facts)

    async def _asked(self, name: str, call: Any) -> Any:
        """What a player does, as generated code hears of it."""
        player = self._performer(name, call.path)
        judged = "~refresh" not in call.path
        guard = layers(self._step_of(call.path)).guard if judged else None
        request = PlayRequest(
            path=call.path, address=call.path, player=name, with_=call.with_, has_with=True,
            prompt=getattr(call, "prompt", None), output=None if guard is None else guard.output,
            attempt=call.attempt, parameters=getattr(call, "parameters", {}), idempotency_key="",
        )  # fmt: skip
        granted, may_degrade = getattr(call, "granted", 1), getattr(call, "may_degrade", True)
        grant = Grant(None, granted, LoopClock(), may_degrade=may_degrade)
        answer = await player.play(request, grant)
        if not isinstance(answer, Success):
            raise self.failure(answer)
        told = {"degraded": answer.degraded, "attempts": answer.internal_attempts}
        known = {field.name for field in fields(self.policy.Answer)}
        more = {key: fact for key, fact in told.items() if key in known}
        return self.policy.Answer(answer.output, answer.usd, answer.tokens, **more)

    def _performer(self, name: str, path: str) -> Performer:
        if self._players is not None:
            found = self._players.find(name, path, path)
            assert not isinstance(found, StandardError)
            return found
        acts = self.script.acts_for(name, path)
        assert acts is not None, name
        return ScriptedPerformer(acts, self.consumed, self.ir.players[name])

    def failure(self, error: StandardError) -> Exception:
        """A failure as a player raises it."""
        made: Exception = self.policy.Failure(error.code, error.message)
        facts = {
            "error_class": error.error_class.value,
            "usd": error.cost.usd,
            "tokens": error.cost.tokens,
            "retry_after_s": error.retry_after_s,
            "retryable": {Retryable.NO: False, Retryable.UNKNOWN: None}.get(error.retryable, True),
            "effects": error.effects.value,
            "attempts": error.attempts,
        }
        for name, fact in facts.items():
            setattr(made, name, fact)
        return made

    def _step_of(self, path: str) -> Step:
        return next(step for step in self.ir.root.steps if step.id == re.split(r"[\[~]", path)[0])


class Task:
    """One performance, as ``policy.perform`` sees it."""

    def __init__(
        self,
        band: Band,
        path: str,
        guard: Guard,
        record: Record,
        rank: Any,
        names: Mapping[str, Any],
        *,
        in_map: bool = False,
    ) -> None:
        self.band, self.path, self.guard, self.record = band, path, guard, record
        self.rank, self.names, self.in_map = rank, names, in_map
        self.policy = band.made(guard)
        self.cast, self.seed, self.jitter = band.cast, band.seed, False
        self.purse = band.purse
        self.scoped = False
        self.busy: Counter[Any] = Counter()

    async def conduct(self, verb: Play) -> None:
        """Let the players perform, and write down what came of it."""
        policy, band, record = self.band.policy, self.band, self.record
        chosen = verb.players()[0]
        players = policy.lineup(self.cast, chosen) if band.uses.fallback else (self.cast[chosen],)
        facts = {}
        if band.uses.routes:
            facts["routes"] = () if verb.route is None else verb.route.candidates
        record.status = "running"
        try:
            with_ = {} if verb.with_ is None else band.value(verb.with_, **self.names)
            call = policy.Call(self.path, chosen, with_)
            if verb.prompt is not None:
                call = replace(call, prompt=band.value(verb.prompt, **self.names))
            record.output = await policy.perform(self, players, call, **facts)
            record.status = "recovered" if record.recovered else "succeeded"
        except policy.Settled as end:
            cancelled = end.failure.error_class == "cancelled"
            gap = getattr(end, "gap", False)
            record.status = "gap" if gap else "cancelled" if cancelled else "failed"
            record.output, record.error = None, end.failure

    def judge(self, output: Any) -> Any:
        """Schema, then gate."""
        band, gate = self.band, self.guard.gate
        try:
            output = admit(output, self.guard.output, band.evaluator)
        except StepFault as fault:
            raise band.failure(fault.error) from None
        if gate is None:
            return output
        names = {**self.names, "output": output}
        holds = True if gate.check is None else band.value(gate.check, **names)
        score = None if gate.score is None or not holds else band.value(gate.score, **names)
        problem = verdict(gate, holds=holds, score=score).problem
        if problem is not None:
            raise band.policy.Failure("gate.failed", problem)
        return output

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A place of the run."""
        slots = self.band.slots
        if not slots.enter():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            slots.wait(self.rank, lambda: _woken(future))
            await future
        try:
            yield
        finally:
            slots.leave()

    def wanted(self) -> bool:
        return True

    def present(self) -> bool:
        return self.band.people.present(f"{self.path}~escalate")

    async def question(self, question: Any) -> Any:
        policy = self.band.policy
        asked = Question(
            path=question.path, address=question.path, text=question.text, form=question.form,
            expires_s=question.expires_s, choices=question.choices, fills=question.fills,
            fits=partial(question.fits, question.fills),
        )  # fmt: skip
        try:
            async with asyncio.timeout(question.expires_s):
                answer = await self.band.people.ask(asked, LoopClock())
        except TimeoutError:
            return policy.EXPIRED
        except StepFault as fault:
            raise self.band.failure(fault.error) from None
        if answer is None:
            return policy.NOBODY
        assert isinstance(answer, Answer)
        return policy.Reply(answer.choice, answer.fields)

    @property
    def artifact(self) -> Any:
        written = self.guard.reconstruct
        return None if written is None else Artifact(self, written)


def _woken(future: asyncio.Future[None]) -> bool:
    if not future.done():
        future.set_result(None)
        return True
    return False


class Artifact:
    """What ``reconstruct`` reads."""

    def __init__(self, task: Task, written: Any) -> None:
        self.task, self.written = task, written
        self.player: str = written.player

    def _steps(self) -> Sequence[str]:
        return sorted(steps_read_in(self.written.source))

    def possible(self) -> bool:
        band = self.task.band
        if all(band.settled[name].is_set() for name in self._steps()):
            return self._value() is not None
        return True

    async def value(self) -> dict[str, Any] | None:
        for name in self._steps():
            await self.task.band.settled[name].wait()
        return self._value()

    def _value(self) -> dict[str, Any] | None:
        try:
            value = self.task.band.value(self.written.source, **self.task.names)
        except EvaluationError:
            return None
        return value if isinstance(value, dict) else {"source": value}
