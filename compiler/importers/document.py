"""A Melody as data: maps, lists, texts and numbers in the order in which they are written."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from pydantic import JsonValue

Data = dict[str, JsonValue]
"""A map of a Melody."""
Argv = Sequence[str]
"""A program and its arguments, exactly as the program gets them."""

PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=@%+,\u00c0-\uffef-]+")
"""An argument that a command line can hold without quotes; no blank is in the higher range that
a shell would split at, see `_is_plain`."""

TOP_KEYS = ("melody", "name", "description", "inputs", "players", "policy", "steps", "outputs")
STEP_KEYS = (
    "play", "run", "set", "steps", "parallel",
    "needs", "when", "window", "require", "stdin", "parse", "result",
    "output", "gate", "policy", "on_failure", "succeed_if", "barrier_timeout",
)  # fmt: skip
"""The verb first, then what decides when it runs, what it gets, what it gives, what if not."""


def melody(name: str, steps: Mapping[str, Data], **more: Any) -> Data:
    """A document of the language's version 1; what is empty is left out, except ``steps``."""
    found: dict[str, Any] = {"melody": "v1", "name": name, "steps": dict(steps), **more}
    return {key: found[key] for key in TOP_KEYS if key == "steps" or found.get(key)}


def step(**keys: Any) -> Data:
    """A step with its keys in the order of `STEP_KEYS`; None and empty lists are left out."""
    return {key: keys[key] for key in STEP_KEYS if keys.get(key) not in (None, [])}


def command_line(commands: Sequence[Argv]) -> JsonValue:
    """The value of ``run``: one text where that reads the same, else argv lists.

    >>> command_line([["make", "data"], ["make", "clean"]])
    'make data && make clean'
    >>> command_line([["echo", "a  b"]])
    ['echo', 'a  b']
    """
    if all(_is_plain(word) for argv in commands for word in argv):
        return " && ".join(" ".join(argv) for argv in commands)
    lists: list[JsonValue] = [[literal(word) for word in argv] for argv in commands]
    return lists[0] if len(lists) == 1 else lists


def commands_step(
    commands: Sequence[Argv],
    taken: Container[str],
    *,
    stdin: str | None = None,
    json: bool = False,
    output: Mapping[str, JsonValue] | None = None,
) -> Data:
    """The keys of a step that runs commands, where the last one may print JSON.

    A step has one standard output for all its commands, so the last command becomes a step of its
    own inside a group where its output alone is to be read.

    Args:
        commands: One or more.
        taken: Ids of the steps outside, which those of a group must not hide.
        stdin: What the commands read.
        json: Read the last command's output as JSON.
        output: The type of that JSON; None: anything.
    """
    parse = "json" if json else None
    if not json or len(commands) == 1:
        return step(run=command_line(commands), stdin=stdin, parse=parse, output=output)
    before, last = free_name("before", taken), free_name("last", taken)
    steps = {
        before: step(run=command_line(commands[:-1]), stdin=stdin),
        last: step(
            run=command_line(commands[-1:]), needs=[before], stdin=stdin, parse=parse, output=output
        ),
    }
    return step(steps=steps, result=f"${{{{ steps.{last}.output }}}}")


def literal(text: str) -> str:
    """A text in which nothing is an expression.

    >>> literal("a ${{ b }}")
    'a $${{ b }}'
    """
    return text.replace("${{", "$${{")


def free_name(wanted: str, taken: Container[str]) -> str:
    """A name nobody has: the wanted one, or numbered from 2.

    >>> free_name("deploy", {"deploy", "deploy_2"})
    'deploy_3'
    """
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def may_be_absent(written: Mapping[str, JsonValue]) -> bool:
    """Whether a step may end without an output: it may be skipped, or leave a gap."""
    return "when" in written or "on_failure" in written


def _is_plain(word: str) -> bool:
    return PLAIN_WORD.fullmatch(word) is not None and word.isprintable()
