"""Steps inside steps: groups, arms, parallel branches and loops, each with its ``result``."""

from __future__ import annotations

from compiler.parse.atoms import STEP_ID, integer, named, text, word_of
from compiler.parse.reading import Fields, Reading
from compiler.parse.syntax import (
    Arm,
    Branch,
    Parallel,
    ParallelBranch,
    Repeat,
    Scope,
    Spanned,
    Step,
    Unreadable,
)  # fmt: skip
from compiler.parse.tree import KeyNode, ListNode, MapNode, Node, ScalarNode
from compiler.parse.values import condition, value
from workflow_ir.diagnostics import Note
from workflow_ir.span import Span

ARM = ("name", "when", "else", "steps", "result")
LOOP = ("steps", "until", "while", "max", "on_max", "result")


def steps(reading: Reading, node: Node, name: str) -> tuple[Step, ...] | None:
    """A map of steps; every one is kept, so that its id is known."""
    from compiler.parse.steps import step  # a step holds scopes, and a scope holds steps

    entries = reading.map_of(node, name, help="write `steps: {id: {play: player}}`")
    if entries is None:
        return None
    outdented = _outdented(reading, entries)
    return tuple(
        Step(Spanned(key.text, key.span), key.span, Unreadable(item.span), key.span)
        if key.text in outdented
        else step(reading, key, item)
        for key, item in entries.entries
    )


def _outdented(reading: Reading, entries: MapNode) -> set[str]:
    """An empty step and the keys after it that were meant to stand in it, reported once."""
    from compiler.parse.steps import MODIFIERS
    from compiler.parse.verbs import VERBS

    found: set[str] = set()
    owner: KeyNode | None = None
    for key, item in entries.entries:
        if owner is not None and (key.text in VERBS or key.text in (*MODIFIERS, "with")):
            if owner.text not in found:
                found.add(owner.text)
                reading.report(
                    "MEL111",
                    f"step `{owner.text}` is empty, and `{key.text}` stands beside it",
                    key.span,
                    help=f"indent it further than `{owner.text}`, with all of that step",
                )
            found.add(key.text)
        else:
            owner = key if isinstance(item, ScalarNode) and item.value is None else None
    return found


def scope(fields: Fields, at: Span) -> Scope:
    """``steps`` and ``result`` of a map."""
    return Scope(at, fields.read_all("steps", steps), fields.read("result", value))


def branch(reading: Reading, node: Node, at: Span) -> Branch | None:
    """``branch``: a list of arms."""
    if not isinstance(node, ListNode) or not node.items:
        reading.wrong_shape(
            node, "branch", "a list of arms", help="write `- name: …`, `when: …`, `result: …`"
        )
        return None
    arms: list[Arm] = []
    seen: dict[str, Span] = {}
    for item in node.items:
        arm = _arm(reading, item, at)
        if arm is None:
            continue
        if arm.name.value in seen:
            reading.report(
                "MEL107",
                f"two arms are called `{arm.name.value}`",
                arm.name.span,
                notes=(Note("the first stands", seen[arm.name.value]),),
                help="rename one of them",
            )
        else:
            seen[arm.name.value] = arm.name.span
            arms.append(arm)
    return Branch(at, tuple(arms))


def _arm(reading: Reading, node: Node, at: Span) -> Arm | None:
    first = node.entries[0][0].span if isinstance(node, MapNode) and node.entries else at
    fields = reading.fields(
        node, "arm", ARM, at=first, name="an arm", required=("name",),
        elsewhere=lambda key: _as_a_step(key, "an arm"),
    )  # fmt: skip
    if fields is None:
        return None
    found = fields.read("name", text)
    name = named(reading, found, STEP_ID, "an arm") if found else Spanned("", first)
    chosen = fields.one_of(("when", "else"), what="condition", at=first)
    otherwise = fields.read("else", _else)
    if otherwise is not None and not otherwise.value:
        reading.report(
            "MEL111", "`else` can only be `true`", otherwise.span, help="write `when: …` instead"
        )
    return Arm(
        name,
        node.span,
        scope(fields, first),
        when=fields.read("when", condition),
        is_else=chosen == "else",
    )


def _else(reading: Reading, node: Node, name: str) -> Spanned[bool] | None:
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return Spanned(node.value, node.span)
    reading.wrong_shape(
        node, name, "`true`", help="write `else: true`, and beside it `result: …` or `steps: …`"
    )
    return None


def _as_a_step(key: str, what: str) -> str | None:
    """Help for a verb that stands where only steps with it may stand."""
    from compiler.parse.verbs import VERBS

    if key not in VERBS or key == "steps":
        return None
    return f"{what} holds steps: write `steps: {{ID: {{{key}: …}}}}`"


def parallel(reading: Reading, node: Node, at: Span) -> Parallel | None:
    """``parallel``: named branches side by side."""
    if not isinstance(node, MapNode) or not node.entries:
        reading.wrong_shape(
            node, "parallel", "a map of branches",
            help="write `parallel: {NAME: {steps: {ID: …}, result: …}, OTHER: …}`",
        )  # fmt: skip
        return None
    found = (_parallel_branch(reading, key, item) for key, item in node.entries)
    return Parallel(at, tuple(item for item in found if item is not None))


def _parallel_branch(reading: Reading, key: KeyNode, node: Node) -> ParallelBranch | None:
    if key.text in ("succeed_if", "barrier_timeout"):
        reading.report(
            "MEL112", f"`{key.text}` stands beside `parallel`, not in it", key.span,
            help="move it one level up",
        )  # fmt: skip
        return None
    name = named(reading, Spanned(key.text, key.span), STEP_ID, "a branch")
    in_place_of_steps = isinstance(node, MapNode) and any(_as_a_step(one, "") for one in node.keys)
    fields = reading.fields(
        node, "branch", ("steps", "result"), at=key.span, name=key.text,
        required=() if in_place_of_steps else ("steps",),
        elsewhere=lambda verb: _as_a_step(verb, "a branch"),
    )  # fmt: skip
    if fields is None:
        return None
    return ParallelBranch(name, key.span.to(node.span), scope(fields, key.span))


def repeat(reading: Reading, node: Node, at: Span) -> Repeat | None:
    """``repeat``: a loop with a bound."""
    fields = reading.fields(node, "repeat", LOOP, at=at, required=("max", "steps"))
    if fields is None:
        return None
    fields.one_of(("until", "while"), what="condition", at=at)
    return Repeat(
        at,
        scope(fields, at),
        max=fields.read("max", integer(1)),
        until=fields.read("until", condition),
        while_=fields.read("while", condition),
        on_max=fields.read("on_max", word_of("fail", "accept")),
    )
