"""What follows a failure: ladders by error, and how people are asked and told (spec 4)."""

from __future__ import annotations

from collections.abc import Callable

from compiler.parse.atoms import texts, word_of, words_of
from compiler.parse.error_names import error_name
from compiler.parse.quantities import time_limit
from compiler.parse.reading import Reading
from compiler.parse.syntax import Escalation, OnTimeout, Recovery, Spanned
from compiler.parse.tree import Node
from workflow_ir.diagnostics import Note
from workflow_ir.policy import Rung
from workflow_ir.span import Span

ESCALATION = ("assignees", "expires", "on_timeout")

on_timeout: Callable[[Reading, Node, str], Spanned[OnTimeout] | None] = word_of("fail", "skip")
_RUNGS_ELSEWHERE = {"continue": "skip", "ignore": "skip"}
"""Words of other tools for going on without the output."""


def rungs(reading: Reading, node: Node, name: str) -> tuple[Spanned[Rung], ...] | None:
    """``on_failure`` and ``on_fail``: ways to go on, in order."""
    return words_of(Rung, _RUNGS_ELSEWHERE)(reading, node, name)


def recovery(reading: Reading, node: Node, name: str) -> tuple[Recovery, ...] | None:
    """``recovery``: the ladder of each error that is named, by class or code."""
    entries = reading.map_of(node, name, help="write `recovery: {http.429: [fallback, retry]}`")
    if entries is None:
        return None
    found: dict[str, Recovery] = {}
    for key, item in entries.entries:
        error = error_name(reading, Spanned(key.text, key.span))
        ladder = rungs(reading, item, key.text)
        if error is None or ladder is None:
            continue
        first = found.get(error.value)
        found[error.value] = Recovery(error, ladder)
        if first is not None and first.error.span.file == error.span.file:
            reading.report(
                "MEL107",
                f"`{key.text}` is the same error as one above it",
                error.span,
                notes=(Note("the first stands", first.error.span),),
                help="keep one of them",
            )
    return tuple(found.values())


def escalation(reading: Reading, node: Node, at: Span) -> Escalation | None:
    """``escalation``: who is asked, for how long, and what holds when nobody answers."""
    fields = reading.fields(node, "escalation", ESCALATION, at=at)
    if fields is None:
        return None
    return Escalation(
        at.to(node.span),
        assignees=fields.read_all("assignees", texts),
        expires=fields.read("expires", time_limit),
        on_timeout=fields.read("on_timeout", on_timeout),
    )
