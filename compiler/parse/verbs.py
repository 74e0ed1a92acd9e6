"""The verbs of steps: one reader each (spec 2, Steps)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from compiler.parse.atoms import integer, text, texts, word_of
from compiler.parse.commands import commands
from compiler.parse.player_kinds import parse_word
from compiler.parse.quantities import duration, time_limit
from compiler.parse.reading import Fields, Reading
from compiler.parse.scopes import branch, parallel, repeat, scope
from compiler.parse.syntax import (
    Approval,
    Call,
    Fail,
    Group,
    Play,
    PlayCapability,
    Run,
    Set,
    Spanned,
    Verb,
    Wait,
)  # fmt: skip
from compiler.parse.syntax_values import Value
from compiler.parse.tree import MapNode, Node, ScalarNode
from compiler.parse.types import type_node
from compiler.parse.values import map_value, value
from workflow_ir.span import Span


def _play(fields: Fields) -> Verb | None:
    def read(reading: Reading, node: Node, at: Span) -> Verb | None:
        if not isinstance(node, MapNode):
            found = text(reading, node, "play")
            return Play(found) if found else None
        keys = ("provides", "prefer", "balance")
        inner = reading.fields(node, "play", keys, at=at, required=("provides",))
        provides = inner.read("provides", text) if inner else None
        if inner is None or provides is None:
            return None
        balance = word_of("round_robin", "random", "least_loaded", "priority")
        return PlayCapability(
            node.span, provides, inner.read_all("prefer", texts), inner.read("balance", balance)
        )

    return fields.read_at("play", read)


def _run(fields: Fields) -> Verb | None:
    found = fields.read("run", commands)
    parse, stdin = fields.read("parse", parse_word), fields.read("stdin", value)
    env = fields.read("env", map_value)
    return Run(fields.span("run"), found, parse, stdin, env) if found else None


def _set(fields: Fields) -> Verb | None:
    found = fields.read("set", value)
    return Set(found) if found else None


def _steps(fields: Fields) -> Verb | None:
    return Group(scope(fields, fields.span("steps")))


def _branch(fields: Fields) -> Verb | None:
    return fields.read_at("branch", branch)


def _parallel(fields: Fields) -> Verb | None:
    return fields.read_at("parallel", parallel)


def _repeat(fields: Fields) -> Verb | None:
    return fields.read_at("repeat", repeat)


def _call(fields: Fields) -> Verb | None:
    file, depth = fields.read("call", text), fields.read("max_depth", integer(1))
    return Call(file, depth) if file else None


def _question(reading: Reading, node: Node, name: str) -> Value | None:
    if isinstance(node, ScalarNode) and node.value is not None:
        return value(reading, node, name)
    reading.wrong_shape(
        node, name, "the text of the question",
        help="write `approval: May this go on?`, and `show`, `form`, `expires` beside it",
    )  # fmt: skip
    return None


def _approval(fields: Fields) -> Verb | None:
    words = fields.read("approval", _question)
    if words is None:
        return None
    return Approval(
        words,
        show=fields.read("show", map_value),
        form=fields.read("form", type_node),
        assignees=fields.read_all("assignees", texts),
        expires=fields.read("expires", time_limit),
        on_timeout=fields.read("on_timeout", word_of("approve", "reject", "fail")),
        on_reject=fields.read("on_reject", word_of("fail", "continue")),
    )


def _wait(fields: Fields) -> Verb | None:
    def read(reading: Reading, node: Node, at: Span) -> Verb | None:
        if not isinstance(node, MapNode):
            found: Spanned[float] | None = duration(reading, node, "wait")
            return Wait(node.span, duration=found) if found else None
        inner = reading.fields(node, "wait", ("until", "event"), at=at)
        chosen = (
            inner.one_of(("until", "event"), what="thing to wait for", at=at) if inner else None
        )
        if inner is None or chosen is None:
            return None
        return Wait(node.span, until=inner.read("until", value), event=inner.read("event", text))

    return fields.read_at("wait", read)


def _fail(fields: Fields) -> Verb | None:
    def read(reading: Reading, node: Node, at: Span) -> Verb | None:
        if not isinstance(node, MapNode):
            example = "write `fail: {error: my.error, message: What went wrong}`"
            reading.wrong_shape(node, "fail", "a map", help=example)
            return None
        inner = reading.fields(node, "fail", ("error", "message"), at=at, required=("error",))
        error = inner.read("error", text) if inner else None
        if inner is None or error is None:
            return None
        return Fail(node.span, error, inner.read("message", value))

    return fields.read_at("fail", read)


VERBS: Mapping[str, Callable[[Fields], Verb | None]] = {
    "play": _play,
    "run": _run,
    "set": _set,
    "steps": _steps,
    "branch": _branch,
    "parallel": _parallel,
    "repeat": _repeat,
    "call": _call,
    "approval": _approval,
    "wait": _wait,
    "fail": _fail,
}
"""One reader a verb; a step has exactly one of these keys."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "play": ("with", "prompt"),
    "run": ("with", "parse", "stdin", "env"),
    "steps": ("result",),
    "parallel": ("succeed_if", "barrier_timeout"),
    "call": ("with", "max_depth"),
    "approval": ("show", "form", "assignees", "expires", "on_timeout", "on_reject"),
}
"""Keys that go with one verb and stand beside it (spec 8, Verbs)."""
