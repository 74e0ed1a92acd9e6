"""Durations, sizes and shares (spec 2 and 6): ``200ms 0.5s 5m 2h``, ``2GB``, ``80%``."""

from __future__ import annotations

import re

from compiler.parse.reading import Reading
from compiler.parse.syntax import Spanned, SucceedIf
from compiler.parse.tree import Node, ScalarNode
from workflow_ir.diagnostics import Edit, Fix

QUANTITY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)[ ]?([A-Za-z%]+)", re.ASCII)

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
BYTES = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
WORDS = {
    **dict.fromkeys(("millisecond", "milli"), "ms"),
    **dict.fromkeys(("second", "sec"), "s"),
    **dict.fromkeys(("minute", "min"), "m"),
    **dict.fromkeys(("hour", "hr"), "h"),
    "day": "d",
}
"""Units as people write them, in the singular and in small letters."""
LONGEST_S = 3650 * 86400.0
"""Ten years; a longer duration is a mistake."""


def parse_duration(text: str) -> float | None:
    """Seconds of a duration, or None.

    >>> parse_duration("200ms"), parse_duration("5m"), parse_duration("30")
    (0.2, 300.0, None)
    """
    match = QUANTITY.fullmatch(text)
    if match is None or match[2] not in SECONDS:
        return None
    seconds = round(float(match[1]) * SECONDS[match[2]], 9)
    return seconds if seconds <= LONGEST_S else None


def parse_size(text: str) -> int | None:
    """Bytes of a size, or None.

    >>> parse_size("2GB"), parse_size("512MiB"), parse_size("lots")
    (2000000000, 536870912, None)
    """
    match = QUANTITY.fullmatch(text)
    if match is None or match[2] not in BYTES:
        return None
    return round(float(match[1]) * BYTES[match[2]])


def parse_percent(text: str) -> float | None:
    """The number before the ``%``, from 0 to 100, or None.

    >>> parse_percent("80%"), parse_percent("120%")
    (80.0, None)
    """
    match = QUANTITY.fullmatch(text)
    if match is None or match[2] != "%" or float(match[1]) > 100:
        return None
    return float(match[1])


def duration(reading: Reading, node: Node, name: str) -> Spanned[float] | None:
    """A duration in seconds; zero is one."""
    seconds = parse_duration(node.text) if isinstance(node, ScalarNode) else None
    if seconds is not None:
        return Spanned(seconds, node.span)
    bare = isinstance(node, ScalarNode) and isinstance(node.value, int | float)
    with_unit = f"{node.text}s" if bare and isinstance(node, ScalarNode) else None
    if with_unit and parse_duration(with_unit) is not None:
        reading.report(
            "MEL118",
            f"`{name}` needs a unit",
            node.span,
            help=f"write `{with_unit}` for seconds; units are `ms`, `s`, `m`, `h`, `d`",
            fix=Fix(f"write `{with_unit}`", (Edit(node.span, with_unit),)),
        )
        return None
    shown = f"`{node.text[:40]}`" if isinstance(node, ScalarNode) else "this"
    meant = _in_words(node.text) if isinstance(node, ScalarNode) else None
    if meant is not None:
        reading.report(
            "MEL118",
            f"{shown} is no duration",
            node.span,
            label=f"write `{meant}`",
            help="units are `ms`, `s`, `m`, `h`, `d`",
            fix=Fix(f"write `{meant}`", (Edit(node.span, meant),)),
        )
        return None
    reading.report(
        "MEL118",
        f"{shown} is no duration",
        node.span,
        help=f"write `{name}: 30s`; units are `ms`, `s`, `m`, `h`, `d`, and ten years the most",
    )
    return None


def _in_words(text: str) -> str | None:
    """The duration that ``5 minutes`` or ``2 hrs`` means, or None.

    >>> _in_words("5 minutes"), _in_words("1 Hour"), _in_words("5 months")
    ('5m', '1h', None)
    """
    match = QUANTITY.fullmatch(text)
    unit = WORDS.get(match[2].lower().removesuffix("s")) if match else None
    if match is None or unit is None or parse_duration(f"{match[1]}{unit}") is None:
        return None
    return f"{match[1]}{unit}"


def duration_text(seconds: float) -> str:
    """A duration as an author writes it.

    >>> duration_text(120), duration_text(90), duration_text(0.25)
    ('2m', '90s', '250ms')
    """
    for unit in ("d", "h", "m", "s"):
        count = seconds / SECONDS[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds * 1000:g}ms" if seconds < 1 else f"{seconds:g}s"


def time_limit(reading: Reading, node: Node, name: str) -> Spanned[float] | None:
    """A duration above zero, in seconds."""
    found = duration(reading, node, name)
    if found is not None and found.value <= 0:
        reading.report("MEL118", f"`{name}` must be longer than zero", node.span)
        return None
    return found


def size(reading: Reading, node: Node, name: str) -> Spanned[int] | None:
    """A size in bytes, above zero."""
    found = parse_size(node.text) if isinstance(node, ScalarNode) else None
    if found:
        return Spanned(found, node.span)
    shown = f"`{node.text[:40]}`" if isinstance(node, ScalarNode) else "this"
    reading.report(
        "MEL118",
        f"{shown} is no size",
        node.span,
        help=f"write `{name}: 2GB`; units are {', '.join(f'`{unit}`' for unit in BYTES)}",
    )
    return None


def share(reading: Reading, node: Node, name: str) -> Spanned[float] | None:
    """A share above zero, as ``80%`` or as a number, as a fraction of one."""
    if isinstance(node, ScalarNode):
        percent = parse_percent(node.text)
        if percent:
            return Spanned(percent / 100, node.span)
        if (
            isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
            and node.value > 0
        ):
            return Spanned(float(node.value), node.span)
    reading.report("MEL118", f"`{name}` must be a share", node.span, help=f"write `{name}: 80%`")
    return None


def part(reading: Reading, node: Node, name: str) -> Spanned[float] | None:
    """A share of a whole, so not above ``100%``."""
    found = share(reading, node, name)
    if found is not None and found.value > 1:
        reading.report("MEL118", f"`{name}` must be at most `100%`", node.span)
        return None
    return found


def succeed_if(reading: Reading, node: Node, name: str) -> SucceedIf | None:
    """``all``, ``any``, ``N`` or ``80%``."""
    if isinstance(node, ScalarNode):
        if node.value in ("all", "any"):
            return SucceedIf(node.span, node.text)
        if type(node.value) is int and node.value >= 1:
            return SucceedIf(node.span, "count", count=node.value)
        percent = parse_percent(node.text)
        if percent:
            return SucceedIf(node.span, "percent", percent=percent)
    percent_text = _as_percent(node)
    reading.report(
        "MEL118",
        f"`{name}` must be `all`, `any`, a number from 1, or a share such as `80%`",
        node.span,
        help=f"write `{name}: {percent_text}`" if percent_text else None,
        fix=Fix(f"write `{percent_text}`", (Edit(node.span, percent_text),))
        if percent_text
        else None,
    )
    return None


def _as_percent(node: Node) -> str | None:
    """A fraction of one as the share it is meant to be: ``80%`` for ``0.8``."""
    fraction = node.value if isinstance(node, ScalarNode) else None
    if isinstance(fraction, float) and 0 < fraction < 1:
        return f"{fraction * 100:.10g}%"
    return None
