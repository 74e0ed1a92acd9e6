"""One rule for each reason why the outcome of a run may depend on its schedule."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from workflow_ir.expressions import parse
from workflow_ir.frozen import Frozen
from workflow_ir.policy import Budget, Policy
from workflow_ir.schedule_dependence.certain import item_may_fail, may_fail, room_may_fail
from workflow_ir.schedule_dependence.drift import drifts, queued
from workflow_ir.schedule_dependence.place import Place, Reason
from workflow_ir.schedule_dependence.spots import Bits, Score, Spot, bits
from workflow_ir.steps import Approval, Parallel, Play, Wait
from workflow_ir.values import ExprValue

Rule = Callable[[Score], Iterator[Place]]
"""The places of one reason, in the order of the file."""


def failing_scopes(score: Score) -> Iterator[Place]:
    """Steps of one scope, of which one fails while others go on."""
    finish = score.ir.policy.on_step_failure == "finish_independent"
    for room in score.rooms:
        own, failing = room.bits, bits(spot for spot in room.spots if may_fail(spot))
        concerned = bits(
            spot
            for spot in room.spots
            if room.beside(spot, failing)
            or (not finish and spot.bit & failing and room.beside(spot, own))
        )
        if finish:
            concerned &= failing
        if concerned:
            reason = Reason.FIRST_ERROR if finish else Reason.FIRST_FAILURE
            yield _place(reason, room.owner, concerned, score)


def failing_places(score: Score) -> Iterator[Place]:
    """Sides of a ``parallel``, or items of a map, of which one fails while others go on."""
    for spot in score.spots:
        items = spot.side_by_side and item_may_fail(spot)
        sides = isinstance(spot.layers.verb, Parallel) and any(map(room_may_fail, spot.rooms))
        if items or sides:
            yield Place(Reason.FIRST_FAILURE, spot.address, (spot.address,))


def winners(score: Score) -> Iterator[Place]:
    """``any`` and ``N`` of several that go on at the same time."""
    for spot in score.spots:
        each, verb = spot.layers.each, spot.layers.verb
        rules = [] if each is None or not spot.side_by_side else [each.succeed_if]
        if isinstance(verb, Parallel) and verb.succeed_if.count != len(verb.sides):
            rules.append(verb.succeed_if)
        if any(rule.kind in ("any", "count") for rule in rules):
            yield Place(Reason.WINNERS, spot.address, (spot.address,))


def deadlines(score: Score) -> Iterator[Place]:
    """A time limit round steps that may start later than in eager mode."""
    waiting, budget = queued(score), score.ir.policy.budget
    timed = budget is not None and budget.wall_s is not None
    if timed and (drifts([score.top]) or waiting):
        yield _place(Reason.DEADLINE, None, score.top.bits, score)
    for spot in score.spots:
        if _bounds_time(spot) and (drifts(spot.rooms) or waiting & spot.whole):
            yield Place(Reason.DEADLINE, spot.address, (spot.address,))


def budgets(score: Score) -> Iterator[Place]:
    """Money, tokens or attempts that are spent at the same time."""
    plays = bits(spot for spot in score.spots if isinstance(spot.layers.verb, Play))
    if _bounds_spending(score.ir.policy.budget):
        yield from _together(Reason.BUDGET, None, plays, score)
    for spot in score.spots:
        policy = _policy(spot)
        if spot.rooms and policy is not None and _bounds_spending(policy.budget):
            yield from _together(Reason.BUDGET, spot, plays & spot.inside, score)


def safeguards(score: Score) -> Iterator[Place]:
    """Configured breakers and retry tokens; those that nobody wrote are no part of a Melody."""
    guarded = bits(spot for spot in score.spots if _guards(_policy(spot)))
    late = guarded.bit_count() > 1 and drifts([score.top])
    if late:  # a breaker opens and closes with time
        yield _place(Reason.SAFEGUARD, None, guarded, score)
    else:
        yield from _together(Reason.SAFEGUARD, None, guarded, score)


def limits(score: Score) -> Iterator[Place]:
    """Hedged attempts that wait for places: how many are begun depends on who has them."""
    waiting = queued(score)
    for spot in score.spots:
        policy = _policy(spot)
        if policy is not None and policy.hedge is not None and waiting & spot.bit:
            yield Place(Reason.LIMIT, spot.address, (spot.address,))


def balances(score: Score) -> Iterator[Place]:
    """``round_robin`` and ``least_loaded`` among plays that go on at the same time."""
    plays = [spot for spot in score.spots if isinstance(spot.layers.verb, Play)]
    every = bits(plays)
    concerned = bits(spot for spot in plays if _takes_turns(spot) and spot.beside & every)
    if concerned:
        yield _place(Reason.BALANCE, None, concerned, score)


def pauses(score: Score) -> Iterator[Place]:
    """Somebody may never answer while other steps could still begin."""
    for spot in score.spots:
        verb = spot.layers.verb
        asks = isinstance(verb, Approval) and verb.expires_s is None
        waits = isinstance(verb, Wait) and verb.event is not None
        if (asks or waits) and spot.beside:
            yield Place(Reason.PAUSE, spot.address, (spot.address,))


def readings(score: Score) -> Iterator[Place]:
    """``require`` reads the machine at the time of its start."""
    if _late(score):
        for spot in score.spots:
            if spot.layers.require is not None:
                yield Place(Reason.READING, spot.address, (spot.address,))


def moments(score: Score) -> Iterator[Place]:
    """``now()`` is the time of its step's start."""
    if _late(score):
        for spot in score.spots:
            if any(_asks_the_time(one) for one in _written(spot)):
                yield Place(Reason.NOW, spot.address, (spot.address,))


def reconstructions(score: Score) -> Iterator[Place]:
    """Steps that may be made from one another: who asks first waits for the other."""
    guards = ((spot, spot.layers.guard) for spot in score.spots)
    made = bits(spot for spot, guard in guards if guard is not None and guard.reconstruct)
    yield from _together(Reason.RECONSTRUCT, None, made, score)


def undoing(score: Score) -> Iterator[Place]:
    """What ended last is undone first."""
    guards = ((spot, spot.layers.guard) for spot in score.spots)
    undone = bits(spot for spot, guard in guards if guard is not None and guard.compensate)
    yield from _together(Reason.UNDOING, None, undone, score)


RULES: tuple[Rule, ...] = (
    failing_scopes, failing_places, winners, deadlines, budgets, safeguards, limits, balances,
    pauses, readings, moments, reconstructions, undoing,
)  # fmt: skip
"""In the order in which their places are told."""


def _place(reason: Reason, owner: Spot | None, among: Bits, score: Score) -> Place:
    addresses = tuple(spot.address for spot in score.of(among))
    return Place(reason, "" if owner is None else owner.address, addresses)


def _together(reason: Reason, owner: Spot | None, some: Bits, score: Score) -> Iterator[Place]:
    """One place for those of a set that may go on beside one another, if there are any."""
    beside = bits(spot for spot in score.of(some) if spot.beside & some)
    if beside:
        yield _place(reason, owner, beside, score)


def _late(score: Score) -> bool:
    """Some step of the Melody may start later than in eager mode."""
    return drifts([score.top]) or queued(score) != 0


def _takes_turns(spot: Spot) -> bool:
    verb = spot.layers.verb
    route = verb.route if isinstance(verb, Play) else None
    return route is not None and route.balance in ("round_robin", "least_loaded")


def _policy(spot: Spot) -> Policy | None:
    return None if spot.layers.guard is None else spot.layers.guard.policy


def _bounds_time(spot: Spot) -> bool:
    """A limit that goes on while steps inside, or the step itself, wait for others."""
    each, verb, policy = spot.layers.each, spot.layers.verb, _policy(spot)
    barrier = each is not None and each.barrier_timeout_s is not None
    barrier |= isinstance(verb, Parallel) and verb.barrier_timeout_s is not None
    if policy is None or barrier:
        return barrier
    wall = policy.budget is not None and policy.budget.wall_s is not None
    return wall or (bool(spot.rooms) and policy.timeout_s is not None)


def _bounds_spending(budget: Budget | None) -> bool:
    return budget is not None and any(
        one is not None for one in (budget.usd, budget.tokens, budget.attempts)
    )


def _guards(policy: Policy | None) -> bool:
    if policy is None:
        return False
    counts = policy.breaker is not None and policy.breaker.state == "automatic"
    return counts or policy.throttle is not None


def _written(spot: Spot) -> Iterator[ExprValue]:
    """Every expression of the step itself, without those of steps inside it."""
    for layer in spot.layers:
        if layer is not None:
            yield from _expressions(layer)
    for room in spot.rooms:
        yield from _expressions(room.scope.result)


def _expressions(part: object) -> Iterator[ExprValue]:
    """Those that stand in a part of the IR, but not in its scopes and inner layers."""
    if isinstance(part, ExprValue):
        yield part
    elif isinstance(part, tuple | list):
        for one in part:
            yield from _expressions(one)
    elif isinstance(part, dict):
        for one in part.values():
            yield from _expressions(one)
    elif isinstance(part, Frozen):
        for name in type(part).model_fields:
            if name not in ("body", "scope", "steps"):
                yield from _expressions(getattr(part, name))


def _asks_the_time(one: ExprValue) -> bool:
    tree = parse(one.source).tree
    return any(isinstance(node, ast.Name) and node.id == "now" for node in ast.walk(tree))
