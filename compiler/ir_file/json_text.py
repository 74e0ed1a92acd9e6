"""JSON text to data, and from the way through the data back to places in the text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.ir_file.finding import Path
from compiler.parse.source_text import SourceText
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

MAX_DEPTH = 320
"""Lists and objects inside one another; what the compiler writes of 64 levels of YAML is less."""
MAX_VALUES = 2_000_000

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _Refused(Exception):
    """JSON that the reader of the standard library accepts and this one does not."""

    def __init__(self, code: str, fact: str) -> None:
        super().__init__(fact)
        self.code = code


def data_of(source: SourceText) -> Any | Diagnostic:
    """The data, or the one reason why there is none.

    Duplicate keys, infinity, NaN, halves of characters, too deep and too large texts are refused.
    """
    text = source.text
    if text.count(",") > MAX_VALUES:
        return _problem("MEL106", f"the file has more than {MAX_VALUES} values", _top(source))
    depth = 0
    for token in TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                place = source.span(*token.span())
                return _problem("MEL105", f"nested more than {MAX_DEPTH} deep", place)
        elif mark in "}]":
            depth -= 1
    try:
        data = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        place = source.span(error.pos, min(error.pos + 1, len(text)))
        return _problem("MEL124", f"this is no JSON: {_lower(error.msg)}", place)
    except _Refused as refused:
        return _problem(refused.code, str(refused), _top(source))
    if SURROGATE.search(text) and _has_surrogate(data):
        return _problem("MEL102", "a text has half of a character in it", _top(source))
    return data


def places(source: SourceText, wanted: Collection[Path]) -> Mapping[Path, Span]:
    """The place of each value; of one that is not there: of the nearest one around it.

    The text has been read as JSON.
    """
    sought = {path[:length] for path in wanted for length in range(len(path) + 1)}
    longest = max(map(len, sought), default=0)
    found: dict[Path, Span] = {}
    around: list[_Around] = []
    for token in TOKEN.finditer(source.text):
        mark, inner = token[0], around[-1] if around else None
        if inner is not None and inner.at is None and mark[0] == '"':
            inner.at = json.loads(mark)
        elif mark in "}]":
            around.pop()
        elif mark == ",":
            assert inner is not None
            inner.at = inner.at + 1 if isinstance(inner.at, int) else None
        elif mark != ":":
            if len(around) <= longest:
                path = tuple(one.at for one in around if one.at is not None)
                if path in sought:
                    found[path] = source.span(*token.span())
            if mark in "{[":
                around.append(_Around(0 if mark == "[" else None))
    return {path: _nearest(path, found, source) for path in wanted}


@dataclass(slots=True)
class _Around:
    """A list or an object that is being read."""

    at: str | int | None
    """The index, or the key whose value comes next; None: a key comes next."""


def _nearest(path: Path, found: Mapping[Path, Span], source: SourceText) -> Span:
    for length in range(len(path), -1, -1):
        if path[:length] in found:
            return found[path[:length]]
    return _top(source)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        again = next(key for key, times in counted.items() if times > 1)
        raise _Refused("MEL107", f"the key `{again[:60]}` stands twice in one object")
    return made


def _no_constant(name: str) -> Any:
    raise _Refused("MEL108", f"`{name}` is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused("MEL108", f"`{text[:40]}` is beyond the range of numbers")
    return number


def _whole(text: str) -> int:
    if len(text) > 20 or not -(2**63) <= int(text) < 2**63:
        raise _Refused("MEL108", f"`{text[:40]}` has more than 64 bits")
    return int(text)


def _has_surrogate(data: Any) -> bool:
    ahead = [data]
    while ahead:
        node = ahead.pop()
        if isinstance(node, str):
            if any("\ud800" <= char <= "\udfff" for char in node):
                return True
        elif isinstance(node, dict):
            ahead.extend(node)
            ahead.extend(node.values())
        elif isinstance(node, list):
            ahead.extend(node)
    return False


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _top(source: SourceText) -> Span:
    return Span(source.file, 1, 1, 1, 1)


def _problem(code: str, fact: str, place: Span) -> Diagnostic:
    return diagnose(code, fact, place, help="compile the Melody anew")
