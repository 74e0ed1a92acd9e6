"""The argument lists of a command player, filled with data that cannot turn into options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conductor_core.players.fill import Filler, as_text
from workflow_ir.outcome import StandardError
from workflow_ir.values import ExprValue, LiteralValue, TextValue, Value


def filled_argv(
    items: Sequence[Value],
    with_: Mapping[str, Any],
    filler: Filler,
    arguments: Sequence[Any] = (),
) -> list[str] | StandardError:
    """One argument an item, as text by the expression function ``str``.

    An item whose first character comes from data must not begin with ``-`` unless the player's own
    argv has a written ``--`` before it: data are never options (spec 8, ``allow``).
    """
    argv: list[str] = []
    options_ended = False
    for place, item in enumerate(items):
        text = filler.text(item, with_, arguments)
        if "\0" in text or not _encodable(text):
            return _refused(place, "holds a character that no program can be given")
        if text.startswith("-") and not options_ended and _begins_with_data(item):
            return _refused(
                place,
                f"is {text[:40]!r} and comes from data, so it must not be read as an option;"
                ' put "--" before it in the player\'s argv if the program knows it',
            )
        options_ended = options_ended or (isinstance(item, LiteralValue) and item.value == "--")
        argv.append(text)
    return argv


def written_program(items: Sequence[Value]) -> str | None:
    """The program of a command if it is written and not computed."""
    first = items[0]
    return as_text(first.value) if isinstance(first, LiteralValue) else None


def _begins_with_data(item: Value) -> bool:
    match item:
        case LiteralValue():
            return False
        case TextValue():
            first = next((part for part in item.parts if part), None)
            return isinstance(first, ExprValue)
    return True


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True


def _refused(place: int, fact: str) -> StandardError:
    return StandardError.of("input.invalid", f"argument {place} of the command {fact}")
