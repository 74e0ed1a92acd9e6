"""The typing of plain scalars (spec 8, Text).

Only what looks like JSON, and YAML 1.2's spellings of null and booleans, is typed; ``on``, ``no``,
``012``, ``0x1F``, ``1_000``, ``12:30`` and dates are text.
"""

from __future__ import annotations

import math
import re

from compiler.parse.tree import Scalar

WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER = re.compile(
    r"[-+]?(?P<whole>0|[1-9][0-9]*)?(?P<rest>(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)", re.ASCII
)
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
NUMBER_STARTS = frozenset("+-.0123456789")
SMALLEST, LARGEST = -(2**63), 2**63 - 1


class NotJsonError(ValueError):
    """A plain scalar that YAML would type but JSON cannot hold."""


def typed(text: str) -> Scalar:
    """The value of a plain scalar.

    >>> typed("12"), typed("1e3"), typed("012"), typed("12:30"), typed("no"), typed("~")
    (12, 1000.0, '012', '12:30', 'no', None)

    Raises:
        NotJsonError: Infinity, NaN, or an integer beyond 64 bits.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if NOT_FINITE.fullmatch(text):
        message = f"{text} is not a JSON number"
        raise NotJsonError(message)
    match = NUMBER.fullmatch(text)
    if match is None or not any(char.isdigit() for char in text):
        return text
    if not match["rest"]:
        if match["whole"] is None:
            return text
        if len(text) > 21 or not SMALLEST <= (whole := int(text)) <= LARGEST:
            message = f"the integer {shortened(text)} does not fit into 64 bits"
            raise NotJsonError(message)
        return whole
    if match["whole"] is None and not re.match(r"[-+]?\.[0-9]", text):
        return text
    number = float(text)
    if not math.isfinite(number):
        message = f"the number {shortened(text)} is too large"
        raise NotJsonError(message)
    return number


def shortened(text: str) -> str:
    """The beginning of a long text.

    >>> shortened("1" * 100)
    '111111111111111111111111…'
    """
    return text if len(text) <= 25 else text[:24] + "…"
