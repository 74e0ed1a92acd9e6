"""What stands in a Melody, as far as ``running`` has to know."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from adapters.emitter.code import Code
from adapters.emitter.policy.alternatives import fallback_order, managers, performers
from adapters.emitter.policy.strategies import Strategies
from workflow_ir.canonical import plain
from workflow_ir.expressions import parse
from workflow_ir.plan import is_flat_branch
from workflow_ir.players import CallPlayer
from workflow_ir.policy import Importance
from workflow_ir.secrets import secrets_of
from workflow_ir.steps import (
    PRIORITY_SCORE,
    Approval,
    Arm,
    Branch,
    Call,
    Fail,
    Group,
    Guard,
    Layers,
    Parallel,
    Play,
    Repeat,
    Step,
    Wait,
    every_step,
    holds_scopes,
    layers,
)
from workflow_ir.workflow import WorkflowIR

V = TypeVar("V")

_PLAIN: Final = float(PRIORITY_SCORE[Importance.NORMAL])


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands in a Melody and its sub-melodies."""

    branches: bool = False
    own_branches: bool = False
    """A branch is performed as a whole: it has a graph of its own."""
    begins: bool = False
    """A branch waits for more than its steps before it decides."""
    awaits: bool = False
    """The value of an arm reads a step outside of it."""
    maps: bool = False
    map_places: bool = False
    """Only so many items of a map are performed at the same time."""
    sides: bool = False
    any_of: bool = False
    at_least: bool = False
    percent: bool = False
    barriers: bool = False
    insides: bool = False
    """Steps stand inside of others, but for arms and sub-melodies."""
    exhausted: bool = False
    """A loop may end at its maximum and go on."""
    submelodies: bool = False
    """There are some, whether or not they are called."""
    calls: bool = False
    called: bool = False
    """A player has a sub-melody performed."""
    approvals: bool = False
    forms: bool = False
    messages: bool = False
    """An event is waited for."""
    durations: bool = False
    moments: bool = False
    windows: bool = False
    requires: bool = False
    fails: bool = False
    routes: bool = False
    balances: bool = False
    """Some route goes to another one than the first."""
    round_robin: bool = False
    random: bool = False
    judges: bool = False
    own_judges: bool = False
    """What no player gave is judged, too."""
    admits: bool = False
    """Some output has a schema."""
    meets: bool = False
    """A schema alone judges some output."""
    limits: bool = False
    """All that stands inside a step has a limit."""
    limit_moves: bool = False
    """A limit begins only after a wait."""
    scope_budget: bool = False
    priorities: bool = False
    scoped: bool = False
    now: bool = False
    finish_independent: bool = False
    reconstructs: bool = False
    jitter: bool = False
    paused_time: bool = False
    degraded: bool = False
    """A player may hide what another one could not do."""
    purses: bool = False
    """What is spent is counted by steps."""
    options: bool = False
    """A step has more than a policy."""
    secrets: bool = False
    recall: bool = False
    """What became of steps is kept by a graph: nodes may share no more than its state."""
    interrupts: bool = False
    """A node that has somebody asked may leave the graph for the time being."""

    @property
    def several(self) -> bool:
        """Things are performed side by side and counted."""
        return self.maps or self.sides

    @property
    def thresholds(self) -> bool:
        """Not all of them need succeed."""
        return self.at_least or self.percent

    @property
    def threshold_type(self) -> Code:
        """The type of a threshold."""
        kinds = (("AtLeast", self.at_least), ("Percent", self.percent))
        return Code(" | ".join(name for name, used in kinds if used))

    @property
    def modules(self) -> bool:
        """There are sub-melodies."""
        return self.calls or self.called

    @property
    def events(self) -> bool:
        """A step that has settled is waited for beside the graph."""
        return self.awaits or self.reconstructs

    @property
    def keeps_began(self) -> bool:
        """When a branch began is told to the node where its arms meet."""
        return self.recall and self.now and self.branches

    @property
    def seed(self) -> bool:
        """Something is drawn."""
        return self.random or self.jitter

    @property
    def pauses(self) -> bool:
        """The run may have to wait for somebody who is not there."""
        return self.approvals or self.messages

    @property
    def contexts(self) -> bool:
        """What takes time is told to the run."""
        return self.pauses or self.paused_time

    @property
    def waits(self) -> bool:
        """Some step only waits."""
        return self.messages or self.durations or self.moments

    @property
    def rests(self) -> bool:
        """Time passes."""
        return self.durations or self.moments or self.windows or self.requires


@dataclass(frozen=True, slots=True)
class _Found:
    """One step, or what undoes one, of one Melody."""

    step: Step
    parts: Layers
    ir: WorkflowIR


def shape_of(ir: WorkflowIR, uses: Strategies, *, target: str) -> Shape:
    """What stands in a Melody.

    Args:
        ir: The Melody.
        uses: The strategies of it and of its sub-melodies.
        target: ``native``, or the framework that walks the graph.
    """
    melodies = (ir, *ir.modules.values())
    found = [one for melody in melodies for one in _everything(melody)]
    of = _by_verb(found)
    guards = [(one, one.parts.guard) for one in found if one.parts.guard is not None]
    thresholds = [*(one.parts.each.succeed_if for one in found if one.parts.each is not None)]
    thresholds += [verb.succeed_if for verb in of(Parallel)]
    kinds = {threshold.kind for threshold in thresholds}
    flat = [one for one in found if isinstance(one.parts.verb, Branch) and is_flat_branch(one.step)]
    limited = [one for one, guard in guards if _is_limited(one, guard)]
    balances = {verb.route.balance for verb in of(Play) if verb.route is not None}
    sources = frozenset(_sources(plain(ir)))  # sub-melodies stand in it
    each = [one.parts.each for one in found if one.parts.each is not None]
    known = Shape(
        branches=bool(of(Branch)),
        own_branches=len(flat) < len(of(Branch)),
        begins=any(one.parts.window or one.parts.require for one in flat),
        awaits=any(arm.scope.depends for one in flat for arm in _arms(one)),
        maps=bool(each),
        map_places=any(one.concurrency is not None for one in each),
        sides=bool(of(Parallel)),
        any_of="any" in kinds,
        at_least="any" in kinds or "count" in kinds,
        percent="percent" in kinds,
        barriers=any(one.barrier_timeout_s is not None for one in each)
        or any(verb.barrier_timeout_s is not None for verb in of(Parallel)),
        insides=bool(of(Group) or of(Repeat) or of(Parallel)),
        exhausted=any(verb.on_max == "accept" for verb in of(Repeat))
        or any("exhausted" in source for source in sources),
        submelodies=bool(ir.modules),
        calls=bool(of(Call)),
        called=any(_plays_a_melody(one) for one in found),
        approvals=bool(of(Approval)),
        forms=any(verb.form is not None for verb in of(Approval)),
        messages=any(verb.event is not None for verb in of(Wait)),
        durations=any(verb.seconds is not None for verb in of(Wait)),
        moments=any(verb.until is not None for verb in of(Wait)),
        windows=any(one.parts.window is not None for one in found),
        requires=any(one.parts.require is not None for one in found),
        fails=bool(of(Fail)),
        routes=bool(balances),
        balances=bool(balances - {"priority"}),
        round_robin="round_robin" in balances,
        random="random" in balances,
        judges=any(_is_judged(guard) for _, guard in guards),
        own_judges=any(
            _is_judged(guard) and not isinstance(one.parts.verb, Play) for one, guard in guards
        ),
        admits=any(guard.output is not None for _, guard in guards),
        meets=any(guard.output is not None and guard.gate is None for _, guard in guards),
        limits=bool(limited),
        limit_moves=any(one.parts.window or one.parts.require for one in limited),
        scope_budget=uses.budgets
        and any(
            guard.policy.budget is not None and holds_scopes(one.parts.verb)
            for one, guard in guards
        ),
        priorities=any(_priority(one.step) != _PLAIN for one in found),
        scoped=bool(limited) or uses.escalate,
        now=_calls_now(sources),
        finish_independent=ir.policy.on_step_failure == "finish_independent",
        reconstructs=uses.reconstruct,
        jitter=uses.jitter,
        paused_time=uses.paused_time,
        degraded=uses.others or uses.degraded,
        purses=uses.plays or uses.budgets,
        secrets=bool(secrets_of(ir)),
        recall=target == "langgraph",
        interrupts=target == "langgraph" and uses.people,
    )
    optional = (known.judges, known.priorities, known.finish_independent, known.scoped)
    return replace(known, options=any(optional) or uses.reconstruct or uses.compensate)


def _everything(ir: WorkflowIR) -> Iterator[_Found]:
    for step in every_step(ir.root):
        parts = layers(step)
        yield _Found(step, parts, ir)
        if parts.guard is not None and parts.guard.compensate is not None:
            undo = step.model_copy(update={"body": parts.guard.compensate.body})
            yield _Found(undo, layers(undo), ir)


def _by_verb(found: list[_Found]) -> Callable[[type[V]], list[V]]:
    def of(kind: type[V]) -> list[V]:
        return [one.parts.verb for one in found if isinstance(one.parts.verb, kind)]

    return of


def _arms(one: _Found) -> tuple[Arm, ...]:
    assert isinstance(one.parts.verb, Branch)
    return one.parts.verb.arms


def _is_judged(guard: Guard) -> bool:
    return guard.output is not None or guard.gate is not None


def _is_limited(one: _Found, guard: Guard) -> bool:
    limits = (guard.policy.timeout_s, guard.policy.budget)
    return holds_scopes(one.parts.verb) and any(limit is not None for limit in limits)


def _priority(step: Step) -> float:
    return PRIORITY_SCORE[step.priority] * step.weight


def _plays_a_melody(one: _Found) -> bool:
    if not isinstance(one.parts.verb, Play):
        return False
    firsts = [*performers(one.ir, one.parts.verb), *managers(one.ir)]
    asked = [name for first in firsts for name in fallback_order(one.ir, first)]
    return any(isinstance(one.ir.players.get(name), CallPlayer) for name in asked)


def _calls_now(sources: frozenset[str]) -> bool:
    """Some expression asks for the time."""
    return any("now" in source and "now" in _calls(source) for source in sources)


def _calls(source: str) -> frozenset[str]:
    tree = parse(source).tree
    return frozenset(
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )


def _sources(tree: object) -> Iterator[str]:
    """The expressions in the JSON of an IR."""
    if isinstance(tree, dict):
        if tree.get("kind") == "expr":
            yield tree["source"]
        for entry in tree.values():
            yield from _sources(entry)
    elif isinstance(tree, list):
        for item in tree:
            yield from _sources(item)
