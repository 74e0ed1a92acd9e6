"""The words of a picture: what a box says, and the title of what stands inside one.

Words are one line each, cut, and visible: a control or a change of direction is shown as an escape.
Each format escapes what is markup to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from workflow_ir.plan import Node, NodeKind
from workflow_ir.players import CommandPlayer
from workflow_ir.policy import SucceedIf
from workflow_ir.steps import (
    Approval,
    Call,
    Fail,
    ForEach,
    Parallel,
    Play,
    Repeat,
    Verb,
    Wait,
    layers,
)
from workflow_ir.values import ExprValue, LiteralValue, TextValue, Value
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

LONGEST = 60
"""Characters of one word or condition; what is longer is cut."""


def words(text: str) -> str:
    """What somebody wrote, as one line that is not too long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def lines_of(ir: WorkflowIR, home: WorkflowIR, node: Node) -> Iterator[str]:
    """What a node's box says, line by line; a join says nothing.

    Args:
        ir: The whole Melody, which holds the sub-melodies.
        home: The Melody that the node's step is written in.
        node: Of the plan.
    """
    match node.kind:
        case NodeKind.JOIN:
            return
        case NodeKind.ARM:
            assert node.arm is not None
            yield words(node.arm.name)
            return
    when, window, require, each, _, verb = layers(node.step)
    yield words(node.step.id)
    yield from map(words, _does(ir, home, verb))
    if each is not None:
        yield words(f"for each {each.as_}{_threshold(each)}")
    if when is not None:
        yield words(f"when {when.condition.source}")
    if require is not None:
        yield words(f"requires {require.condition.source}")
    if window is not None:
        yield "in its window"


def title_of(ir: WorkflowIR, node: Node, name: str) -> str:
    """The title of what a node performs inside; ``name`` is that of its place."""
    *_, each, _, verb = layers(node.step)
    if name:
        return words(name)
    match verb:
        case Repeat():
            said = f"{node.address}: each iteration"
        case Call():
            said = f"{node.address}: {_called(ir, verb)}"
        case _:
            said = node.address
    return words(said if each is None else f"each item of {said}")


def _does(ir: WorkflowIR, home: WorkflowIR, verb: Verb) -> Iterator[str]:
    match verb:
        case Play():
            yield _performer(home, verb)
        case Repeat(max=most, until=until, while_=while_):
            yield f"repeat up to {most}"
            condition = until or while_
            if condition is not None:
                yield f"{'until' if until is not None else 'while'} {condition.source}"
        case Parallel():
            yield f"side by side{_threshold(verb)}"
        case Call():
            yield f"call {_called(ir, verb)}"
        case Approval(text=text):
            yield f"asks: {_text(text)}"
        case Wait(seconds=seconds, until=until_, event=event):
            if event is not None:
                yield f"wait for {event}"
            elif until_ is not None:
                yield f"wait until {_text(until_)}"
            else:
                yield f"wait {seconds:g} s"
        case Fail(error=error):
            yield f"fail with {error}"


def _performer(home: WorkflowIR, verb: Play) -> str:
    """The player; of an anonymous one its program."""
    if verb.player is None:
        assert verb.route is not None
        return f"any {verb.route.provides}"
    if not verb.player.startswith("run:"):
        return verb.player
    player = home.players.get(verb.player)
    program = player.commands[0][0] if isinstance(player, CommandPlayer) else None
    return str(program.value) if isinstance(program, LiteralValue) else "run"


def _called(ir: WorkflowIR, verb: Call) -> str:
    module = ir.modules[verb.module]
    return module.name if module.file is None else PurePath(module.file).name


def _threshold(node: ForEach | Parallel) -> str:
    """``, any of them``; nothing where all must succeed."""
    match node.succeed_if:
        case SucceedIf(kind="any"):
            return ", any of them"
        case SucceedIf(kind="count", count=count):
            return f", {count} of them"
        case SucceedIf(kind="percent", percent=percent):
            return f", {percent:g} % of them"
    return ""


def _text(value: Value) -> str:
    match value:
        case LiteralValue(value=constant):
            return str(constant)
        case ExprValue(source=source):
            return f"${{{{ {source} }}}}"
        case TextValue(parts=parts):
            return "".join(part if isinstance(part, str) else _text(part) for part in parts)
    return "…"
