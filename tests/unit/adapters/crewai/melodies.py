"""Small workflows, built as the compiler would build them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflow_ir.workflow import WorkflowIR

Tree = dict[str, Any]


def melody(
    steps: Sequence[Tree], outputs: dict[str, str] | None = None, **fields: Any
) -> WorkflowIR:
    entries = {name: expr(source) for name, source in (outputs or {}).items()}
    root = {"steps": list(steps), "result": {"kind": "map", "entries": entries}}
    return WorkflowIR.model_validate(
        {"kind": "melody.ir/1", "name": "tune", "root": root, **fields}
    )


def expr(source: str) -> Tree:
    return {"kind": "expr", "source": source}


def step(address: str, body: Tree, *, needs: Sequence[str] = (), tolerant: bool = False) -> Tree:
    return {
        "id": address.rpartition(".")[2],
        "address": address,
        "depends": [{"on": on, "tolerant": tolerant} for on in needs],
        "body": body,
    }


def play(address: str, *needs: str, when: str | None = None, **guard: Any) -> Tree:
    body: Tree = {"kind": "guard", "body": {"kind": "play", "player": "anyone"}, **guard}
    if when is not None:
        body = {"kind": "when", "condition": expr(when), "body": body}
    return step(address, body, needs=needs)


def set_(address: str, source: str, *needs: str) -> Tree:
    return step(address, {"kind": "set", "value": expr(source)}, needs=needs)


def arm(
    name: str, steps: Sequence[Tree], when: str | None = None, result: str | None = None
) -> Tree:
    return {
        "name": name,
        "when": None if when is None else expr(when),
        "scope": {"steps": list(steps), "result": None if result is None else expr(result)},
    }


def branch(address: str, arms: Sequence[Tree], *needs: str, when: str | None = None) -> Tree:
    body: Tree = {"kind": "branch", "arms": list(arms)}
    if when is not None:
        body = {"kind": "when", "condition": expr(when), "body": body}
    return step(address, body, needs=needs)


def for_each(address: str, items: str, body: Tree, *needs: str, **fields: Any) -> Tree:
    each = {"kind": "for_each", "items": expr(items), "body": body, **fields}
    return step(address, each, needs=needs)


def leaf() -> Tree:
    return {"kind": "guard", "body": {"kind": "play", "player": "anyone"}}


def choice(address: str = "route", condition: str = "true", *needs: str) -> Tree:
    """A branch with two sinks in its first arm and one in its second."""
    first = [play(f"{address}.fast.x"), play(f"{address}.fast.y")]
    second = [play(f"{address}.slow.p"), play(f"{address}.slow.q", f"{address}.slow.p")]
    arms = [arm("fast", first, condition, "steps.x.output"), arm("slow", second)]
    return branch(address, arms, *needs)


CHAIN = melody([play("a"), play("b", "a"), play("c", "b")], {"last": "steps.c.output"})
DIAMOND = melody(
    [play("a"), play("b", "a"), play("c", "a"), play("d", "b", "c")], {"last": "steps.d.output"}
)
CROSSING = melody(
    [play("a1"), play("a2", "a1"), play("a3", "a2"), play("b1"), play("b2", "b1"), play("b3", "b2")]
)
SKIPPED = melody([play("a", when="false"), play("b", "a")], {"a": "steps.a.status"})
FIRST_ARM = melody([choice(), play("after", "route")], {"route": "steps.route.branch"})
SECOND_ARM = melody([play("a"), choice("route", "false", "a"), play("after", "route")])
NO_ARM = melody(
    [branch("route", [arm("only", [play("route.only.x")], "false")]), play("after", "route")]
)
SKIPPED_BRANCH = melody(
    [branch("route", [arm("only", [play("route.only.x")])], when="false"), play("after", "route")]
)
EMPTY_ARM = melody([branch("route", [arm("pass", [], result="1")]), play("after", "route")])
OUTER_SINK = melody(
    [
        play("a"),
        branch(
            "route",
            [
                {
                    **arm("one", [play("route.one.x")], result="steps.a.output"),
                    "scope": {
                        "steps": [play("route.one.x")],
                        "result": expr("steps.a.output"),
                        "depends": [{"on": "a"}],
                    },
                }
            ],
        ),
        play("after", "route"),
    ]
)
NESTED = melody(
    [
        play("a"),
        branch(
            "route",
            [
                arm(
                    "deep",
                    [choice("route.deep.inner", "false"), play("route.deep.beside")],
                    "true",
                    "steps.inner.branch",
                ),
                arm("flat", [play("route.flat.x")]),
            ],
            "a",
        ),
        play("after", "route"),
    ],
    {"inner": "steps.route.output"},
)
TWO_BRANCHES = melody(
    [
        play("a"),
        choice("r1", "true", "a"),
        choice("r2", "false", "a"),
        play("beside", "a"),
        play("beside2", "beside"),
        play("end", "r1", "r2", "beside2"),
    ]
)
SAME_SLUGS = melody(
    [
        branch("take", [arm("route", [play("take.route.fast")])]),
        branch("route", [arm("fast", [play("route.fast.x")], "true")]),
        play("take__route", "take"),
        play("relay__route"),
        play("state", "route"),
        play("kickoff"),
    ]
)
MAP = melody([for_each("m", "[1, 2, 3]", leaf(), concurrency=2), play("after", "m")])
EMPTY_MAP = melody([for_each("m", "[]", leaf()), play("after", "m")])
ANY_MAP = melody([for_each("m", "[1, 2, 3]", leaf(), succeed_if={"kind": "any"})])
THRESHOLD_MAP = melody(
    [for_each("m", "[1, 2, 3]", leaf(), succeed_if={"kind": "count", "count": 2})],
    {"failed": "steps.m.failed"},
)
_INNER = {
    "kind": "branch",
    "arms": [
        arm("odd", [play("m.odd.x"), choice("m.odd.sub", "item > 1")], "item % 2 == 1"),
        arm("even", [play("m.even.x"), play("m.even.y", "m.even.x")]),
    ],
}
NESTED_MAP = melody([play("a"), for_each("m", "[1, 2, 3, 4]", _INNER, "a"), play("after", "m")])
TOLERANT_NESTED_MAP = melody(
    [
        for_each("m", "[1, 2, 3, 4]", _INNER, succeed_if={"kind": "percent", "percent": 50}),
        play("after", "m"),
    ]
)
EMPTY = melody([], {"one": "1"})

ALL = {
    name.lower(): value
    for name, value in list(globals().items())
    if isinstance(value, WorkflowIR) and value.root.steps
}
