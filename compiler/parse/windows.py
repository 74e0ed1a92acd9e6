"""``window``: the times at which a step may start, and the project's table of named ones."""

from __future__ import annotations

import re

from compiler.parse.atoms import PLAYER_NAME, named, text, texts
from compiler.parse.reading import Reading
from compiler.parse.syntax_base import Spanned
from compiler.parse.syntax_steps import NamedWindow, OpenTime, Window
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.nearest import nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
ZONE = re.compile(
    r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9][A-Za-z0-9_+-]{0,30}){0,3}", re.ASCII
)
"""The shape of a name in the IANA time zone database; which names there are, the machine knows."""
KEYS = ("from", "to", "days", "zone")
FORM = '{from: "22:00", to: "06:00"}'


def window(reading: Reading, node: Node, name: str) -> Window | None:
    """A time, the name of a window, or a list of those."""
    items = node.items if isinstance(node, ListNode) else (node,)
    if not items:
        reading.wrong_shape(node, name, "a time or a name", help=f"write `{name}: {FORM}`")
        return None
    found = (_one(reading, item, name) for item in items)
    times = tuple(time for time in found if time is not None)
    return Window(node.span, times) if len(times) == len(items) else None


def windows(reading: Reading, node: Node, name: str) -> tuple[NamedWindow, ...] | None:
    """The ``windows`` of a project: by name; none of them names another one."""
    entries = reading.map_of(node, name, help=f"write `{name}: {{quiet: {FORM}}}`")
    if entries is None:
        return None
    found: list[NamedWindow] = []
    for key, item in entries.entries:
        named(reading, Spanned(key.text, key.span), PLAYER_NAME, "a window")
        times = window(reading, item, key.text)
        other = next((t for t in times.times if isinstance(t, Spanned)), None) if times else None
        if other is not None:
            reading.report(
                "MEL123", f"window `{key.text}` names another window", other.span,
                help=f"write its times: `{FORM}`",
            )  # fmt: skip
        if times is not None:
            found.append(NamedWindow(Spanned(key.text, key.span), times))
    return tuple(found)


def _one(reading: Reading, node: Node, name: str) -> OpenTime | Spanned[str] | None:
    if isinstance(node, MapNode):
        return _time(reading, node, name)
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
        return Spanned(node.value, node.span)
    reading.wrong_shape(node, name, "a time or a name", help=f"write `{name}: {FORM}`")
    return None


def _time(reading: Reading, node: MapNode, name: str) -> OpenTime | None:
    fields = reading.fields(
        node, "window", KEYS, at=node.span.start, name=name, required=("from", "to")
    )
    if fields is None:
        return None
    start, end = fields.read("from", _minute), fields.read("to", _minute)
    if start is not None and start.value == 1440:
        start = Spanned(0, start.span)
    days, zone = fields.read("days", _days), fields.read("zone", _zone)
    if start is None or end is None:
        return None
    return OpenTime(node.span, start, Spanned(end.value or 1440, end.span), days, zone)


def _minute(reading: Reading, node: Node, name: str) -> Spanned[int] | None:
    """Minutes after midnight, ``24:00`` included."""
    match = TIME.fullmatch(node.text) if isinstance(node, ScalarNode) else None
    if match is not None:
        minute = int(match[1]) * 60 + int(match[2])
        if int(match[2]) < 60 and minute <= 1440:
            return Spanned(minute, node.span)
    shown = f"`{node.text[:40]}`" if isinstance(node, ScalarNode) else "this"
    reading.report(
        "MEL123",
        f"{shown} is no time of day",
        node.span,
        help=f'write `{name}: "22:00"`, from `00:00` to `24:00`',
    )
    return None


def _days(reading: Reading, node: Node, name: str) -> tuple[int, ...] | None:
    words = texts(reading, node, name)
    if words is None:
        return None
    if not words and isinstance(node, ListNode) and not node.items:
        reading.report(
            "MEL123", f"`{name}` is empty, so the window never opens", node.span,
            help="name one day or more, or delete it: without it every day counts",
        )  # fmt: skip
    found = (_day(reading, word) for word in words)
    return tuple(sorted({day for day in found if day is not None}))


def _day(reading: Reading, word: Spanned[str]) -> int | None:
    if word.value in DAYS:
        return DAYS.index(word.value)
    start = word.value.lower()[:3]
    close = start if start in DAYS else nearest(word.value, DAYS)
    reading.report(
        "MEL123",
        f"`{word.value[:40]}` is no day",
        word.span,
        label=f"write `{close}`" if close else None,
        help=None if close else f"days are {', '.join(f'`{day}`' for day in DAYS)}",
        fix=Fix(f"write `{close}`", (Edit(word.span, close),)) if close else None,
    )
    return None


def _zone(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    found = text(reading, node, name)
    if found is None or ZONE.fullmatch(found.value):
        return found
    reading.report(
        "MEL123",
        f"`{found.value[:60]}` is no time zone",
        found.span,
        help='write a name of the IANA database, such as `zone: "Europe/Berlin"`, or `UTC`',
    )
    return None
