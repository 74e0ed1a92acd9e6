"""Random scopes in one another, random failures: every run comes to one end and leaves nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    approval,
    arm,
    branch,
    call,
    fail,
    for_each,
    group,
    guarded,
    melody,
    parallel,
    play,
    repeat,
    set_,
    side,
    step,
    trying,
    wait,
)
from tests.unit.conductor_core.stand import Act, Stand, answering, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.policy import Rung, SucceedIf
from workflow_ir.result import RunResult, RunStatus, StepStatus
from workflow_ir.workflow import WorkflowIR

LEAVES = ("play", "slow", "broken", "set", "missing", "fail", "wait", "approval", "event")
SCOPES = ("group", "branch", "parallel", "any", "late", "until", "while", "map", "call")
GUARDS = ("", "", "skip", "timeout", "when")

Tree = tuple[str, str, tuple[Any, ...]]
"""What a step is, what stands round it, and the steps inside."""

trees: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(st.sampled_from(LEAVES), st.sampled_from(GUARDS), st.just(())),
    lambda inner: st.tuples(
        st.sampled_from(SCOPES),
        st.sampled_from(GUARDS),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


class Builder:
    """Makes IR of trees; sub-melodies are gathered on the way."""

    def __init__(self) -> None:
        self.modules: dict[str, WorkflowIR] = {}

    def steps(self, prefix: str, inner: tuple[Tree, ...]) -> list[Any]:
        """The first two stand side by side, the third waits for the first."""
        made = []
        for number, tree in enumerate(inner):
            address = f"{prefix}s{number}"
            needs = (f"{prefix}s0",) if number == 2 else ()
            made.append(step(address, self.body(address, tree), tolerates=needs))
        return made

    def body(self, address: str, tree: Tree) -> Any:
        kind, guard, inner = tree
        verb = self.verb(address, kind, inner)
        if guard == "skip":
            verb = guarded(verb.body if kind in ("play", "slow", "broken") else verb, on_failure=(
                Rung.SKIP,
            ))  # fmt: skip
        elif guard == "timeout" and kind in SCOPES and kind != "map":
            verb = guarded(verb, policy=trying(timeout_s=2))
        if kind == "map":
            verb = for_each("[1, 2]", verb, succeed_if=SucceedIf(kind="any"))
        return (
            {"kind": "when", "condition": _expr("true"), "body": verb} if guard == "when" else verb
        )

    def verb(self, address: str, kind: str, inner: tuple[Tree, ...]) -> Any:
        match kind:
            case "play" | "slow" | "broken":
                return play(kind)
            case "set":
                return set_("1")
            case "missing":
                return set_("inputs.nothing")
            case "fail":
                return fail()
            case "wait":
                return wait(seconds=1)
            case "event":
                return wait(event="e")
            case "approval":
                return approval(expires_s=3, on_timeout="approve")
            case "group" | "map":
                return group(*self.steps(f"{address}.", inner), result="1")
            case "branch":
                return branch(arm("a", "true", *self.steps(f"{address}.a.", inner)))
            case "until":
                return repeat(*self.steps(f"{address}.", inner), until="iteration == 2", max_=2)
            case "while":
                steps = self.steps(f"{address}.", inner)
                return repeat(*steps, while_="true", max_=2, on_max="accept")
            case "call":
                module = melody(*self.steps("", inner), modules=tuple(self.modules.values()))
                self.modules[module.hash] = module
                return call(module)
            case _:
                sides = [
                    side(f"b{number}", *self.steps(f"{address}.b{number}.", (one,)))
                    for number, one in enumerate(inner)
                ]
                rule = SucceedIf(kind="all" if kind == "parallel" else "any")
                return parallel(
                    *sides, succeed_if=rule, barrier_timeout_s=2 if kind == "late" else None
                )


def _expr(source: str) -> dict[str, str]:
    return {"kind": "expr", "source": source}


def made(roots: tuple[Tree, ...], **facts: Any) -> WorkflowIR:
    builder = Builder()
    steps = builder.steps("", roots)
    return melody(*steps, modules=tuple(builder.modules.values()), **facts)


WON_BY_A_SIDE: tuple[Tree, ...] = (
    ("until", "", (("any", "", (("group", "", (("set", "", ()),)), ("set", "", ()))),)),
)
"""The graph of a group inside a side that is not needed any more is never walked."""
WAITING_IN_MAPS: tuple[Tree, ...] = (
    ("approval", "", ()),
    ("map", "", (("map", "", (("approval", "", ()),)),)),
)
"""Many walkers are stopped at once, each while it stops those below it."""
NOT_BEGUN: tuple[Tree, ...] = (
    (
        "parallel",
        "",
        (("group", "", (("missing", "", ()),)), ("branch", "skip", (("play", "", ()),))),
    ),
)
"""The step of an arm is entered at the moment in which its side is not needed any more."""

ACTS: dict[str, Act] = {"slow": naps(3), "broken": fails("http.400"), "play": naps(1)}


def check(result: RunResult, stand: Stand) -> None:
    """What holds at the end of every run; that no task and no token is left, ``Stand`` sees to."""
    told = statuses(result)
    ended = [event for event in stand.events if event.kind is EventKind.RUN_FINISHED]
    assert [event.facts["status"] for event in ended] == [result.status.value]
    assert result.status is not RunStatus.CANCELLED
    open_ = {path for path, status in told.items() if status in ("running", "waiting")}
    assert bool(open_) == (result.status is RunStatus.PAUSED)
    assert "waiting" in told.values() or not open_
    assert (result.status is RunStatus.FAILED) == (result.error is not None)
    started = [path for kind, path in stand.told(EventKind.STEP_STARTED)]
    finished = [path for kind, path in stand.told(EventKind.STEP_FINISHED)]
    assert len(started) == len(set(started))
    assert len(finished) == len(set(finished))
    assert set(started) - set(finished) == open_
    settled = {path for path, record in result.steps.items() if record.status.settled}
    assert settled == set(finished)
    assert stand.going.total() == 0
    for path, record in result.steps.items():
        if record.status in (StepStatus.FAILED, StepStatus.GAP, StepStatus.CANCELLED):
            assert record.error is not None, path


@given(
    st.lists(trees, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["eager", "graph"]),
    st.sampled_from([1, 2, 32]),
    st.sampled_from(["cancel", "finish_independent"]),
    st.booleans(),
)
@example(WON_BY_A_SIDE, "eager", 32, "cancel", False)
@example(NOT_BEGUN, "graph", 32, "cancel", False)
@example(WAITING_IN_MAPS, "eager", 32, "cancel", False)
@example(WAITING_IN_MAPS, "graph", 1, "finish_independent", False)
def test_every_run_comes_to_one_end_and_leaves_nothing(
    roots: tuple[Tree, ...], start: Start, concurrency: int, on_step_failure: Any, answers: bool
) -> None:
    people = answering(**_answers(roots)) if answers else answering()
    stand = Stand(dict(ACTS), people=people)
    ir = made(roots, concurrency=concurrency, on_step_failure=on_step_failure)
    check(stand.run(ir, start), stand)


@given(st.lists(trees, min_size=1, max_size=3).map(tuple), st.booleans())
def test_two_runs_of_the_same_melody_are_equal(roots: tuple[Tree, ...], answers: bool) -> None:
    ir = made(roots)
    results = []
    for _ in range(2):
        people = answering(**_answers(roots)) if answers else answering()
        results.append(Stand(dict(ACTS), people=people).run(ir).normal_form())
    assert results[0] == results[1]


def _answers(roots: tuple[Tree, ...]) -> dict[str, Any]:
    """Some questions are answered, after a while; the others find nobody."""
    return {f"s{number}": {"sleep": "1s", "answer": {}} for number in range(len(roots))}
