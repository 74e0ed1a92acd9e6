"""Readers of single values: text, numbers, names, words of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from compiler.parse.reading import Reading
from compiler.parse.syntax import Spanned
from compiler.parse.tree import ListNode, Node, ScalarNode, describe_node
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.nearest import nearest

E = TypeVar("E", bound=StrEnum)
W = TypeVar("W", bound=str)

STEP_ID = re.compile(r"[a-z][a-z0-9_]*")
MELODY_NAME = re.compile(r"[a-z][a-z0-9_-]*")
PLAYER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
INPUT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ARGUMENT_NAME = INPUT_NAME
LONGEST_NAME = 100
"""Characters; names become parts of paths and of graph nodes."""


def text(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    """A text that is taken as it stands, and is not empty."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
        return Spanned(node.value, node.span)
    if isinstance(node, ScalarNode) and node.value is not None and node.text.strip():
        quoted = f'"{node.text}"'
        reading.report(
            "MEL111",
            f"`{name}` must be text, not {describe_node(node)}",
            node.span,
            help=f"write {quoted}",
            fix=Fix("quote the value", (Edit(node.span, quoted),)),
        )
        return None
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        reading.report("MEL111", f"`{name}` is empty", node.span, help="write some text")
        return None
    reading.wrong_shape(node, name, "text")
    return None


def text_or_number(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    """Text, where a number is taken as it is written: ``version: 1.0``."""
    if (
        isinstance(node, ScalarNode)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return Spanned(node.text, node.span)
    return text(reading, node, name)


def boolean(reading: Reading, node: Node, name: str) -> Spanned[bool] | None:
    """``true`` or ``false``."""
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return Spanned(node.value, node.span)
    reading.wrong_shape(node, name, "`true` or `false`")
    return None


def integer(least: int) -> Callable[[Reading, Node, str], Spanned[int] | None]:
    """A reader of whole numbers from ``least``."""

    def read(reading: Reading, node: Node, name: str) -> Spanned[int] | None:
        if isinstance(node, ScalarNode) and type(node.value) is int and node.value >= least:
            return Spanned(node.value, node.span)
        reading.wrong_shape(node, name, f"a whole number from {least}")
        return None

    return read


def number(least: float) -> Callable[[Reading, Node, str], Spanned[float] | None]:
    """A reader of numbers from ``least``."""

    def read(reading: Reading, node: Node, name: str) -> Spanned[float] | None:
        if (
            isinstance(node, ScalarNode)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
            and node.value >= least
        ):
            return Spanned(float(node.value), node.span)
        reading.wrong_shape(node, name, f"a number from {least:g}")
        return None

    return read


def word_of(
    *words: W, meant: Mapping[str, str] | None = None
) -> Callable[[Reading, Node, str], Spanned[W] | None]:
    """A reader of one of a few words; ``meant`` has what other tools call them."""

    def read(reading: Reading, node: Node, name: str) -> Spanned[W] | None:
        if isinstance(node, ScalarNode):
            for word in words:
                if node.value == word:
                    return Spanned(word, node.span)
        close = None
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            close = (meant or {}).get(node.value) or nearest(node.value, words)
        listed = ", ".join(f"`{word}`" for word in words)
        reading.report(
            "MEL111",
            f"`{name}` must be one of {listed}, not {describe_node(node)}",
            node.span,
            label=f"did you mean `{close}`?" if close else None,
            fix=Fix(f"write `{close}`", (Edit(node.span, close),)) if close else None,
        )
        return None

    return read


def member_of(
    kind: type[E], meant: Mapping[str, str] | None = None
) -> Callable[[Reading, Node, str], Spanned[E] | None]:
    """A reader of the words of an enumeration; ``meant`` as of `word_of`."""
    words = word_of(*(member.value for member in kind), meant=meant)

    def read(reading: Reading, node: Node, name: str) -> Spanned[E] | None:
        word = words(reading, node, name)
        return None if word is None else Spanned(kind(word.value), word.span)

    return read


def texts(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    """A list of texts."""
    if (
        isinstance(node, ScalarNode)
        and node.style == "plain"
        and 0 < len(node.text) <= LONGEST_NAME
    ):
        reading.report(
            "MEL111",
            f"`{name}` must be a list, not {describe_node(node)}",
            node.span,
            help=f"write `{name}: [{node.text}]`",
            fix=Fix("make it a list", (Edit(node.span, f"[{node.text}]"),)),
        )
        return None
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list", help=f"write `{name}: [one, another]`")
        return None
    found = (text(reading, item, f"{name}[{index}]") for index, item in enumerate(node.items))
    return tuple(item for item in found if item is not None)


def words_of(
    kind: type[E], meant: Mapping[str, str] | None = None
) -> Callable[[Reading, Node, str], tuple[Spanned[E], ...] | None]:
    """A reader of a list of words of an enumeration, or of one word alone."""
    member = member_of(kind, meant)

    def read(reading: Reading, node: Node, name: str) -> tuple[Spanned[E], ...] | None:
        if isinstance(node, ScalarNode):
            one = member(reading, node, name)
            return None if one is None else (one,)
        if not isinstance(node, ListNode) or not node.items:
            reading.wrong_shape(node, name, "a word or a list of words")
            return None
        found = (member(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items))
        return tuple(item for item in found if item is not None)

    return read


def named(
    reading: Reading, name: Spanned[str], pattern: re.Pattern[str], what: str
) -> Spanned[str]:
    """Check a name against its pattern; a bad one is reported and kept."""
    if pattern.fullmatch(name.value) and len(name.value) <= LONGEST_NAME:
        return name
    suggestion = _suggestion(name.value, pattern)
    reading.report(
        "MEL116",
        f"`{name.value[:60]}` is no name of {what}",
        name.span,
        label=f"write `{suggestion}`" if suggestion else None,
        help=f"names of this kind match `{pattern.pattern}` and have at most "
        f"{LONGEST_NAME} characters",
    )
    return name


def _suggestion(name: str, pattern: re.Pattern[str]) -> str | None:
    for word in (re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_"),):
        for candidate in (word, word.lower(), word.lower().replace("-", "_")):
            if pattern.fullmatch(candidate) and len(candidate) <= LONGEST_NAME:
                return candidate
    return None
