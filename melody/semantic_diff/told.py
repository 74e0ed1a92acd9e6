"""Differences as a person reads them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from pydantic import JsonValue

from melody.semantic_diff.changes import Change
from melody.semantic_diff.meaning import SCHEMAS
from workflow_ir.types import describe, from_json_schema
from workflow_ir.visible import visible

_LONGEST = 100
"""Columns of a value that is shown in one line."""
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_PLURALS = {"policy": "policies"}


def told(changes: Sequence[Change]) -> Iterator[str]:
    """Lines, a head for each thing that is different."""
    for (subject, name), group in groupby(changes, key=lambda each: (each.subject, each.name)):
        found = list(group)
        whole = found[0] if found[0].field is None else None
        sign = _SIGNS[whole.change if whole else "changed"]
        yield f"{sign} {subject} {visible(name)}".rstrip()
        if whole is not None:
            fields = whole.after if whole.change == "added" else whole.before
            assert isinstance(fields, dict)
            for field, value in fields.items():
                if field != "layers" and subject != "edge":
                    yield from _one_side(sign, field, value)
        for each in found if whole is None else ():
            yield from _field(each)


def counted(changes: Sequence[Change]) -> str:
    """``2 steps and 1 edge differ``."""
    numbers: dict[str, set[str]] = {}
    for each in changes:
        numbers.setdefault(each.subject, set()).add(each.name)
    parts = [
        f"{len(names)} {subject if len(names) == 1 else _PLURALS.get(subject, f'{subject}s')}"
        if subject not in ("melody", "policy", "process")
        else f"the {subject}"
        for subject, names in numbers.items()
    ]
    last = parts[-1]
    verb = "differs" if sum(map(len, numbers.values())) == 1 else "differ"
    return f"{', '.join(parts[:-1])} and {last} {verb}" if parts[:-1] else f"{last} {verb}"


def _field(change: Change) -> Iterator[str]:
    assert change.field is not None
    name = visible(change.field)
    match change.change:
        case "added":
            yield from _one_side("+", change.field, change.after)
        case "removed":
            yield from _one_side("-", change.field, change.before)
        case "changed":
            before, after = (_shown(change.field, each) for each in (change.before, change.after))
            texts = isinstance(change.before, str) and isinstance(change.after, str)
            if texts and (
                "\n" in f"{change.before}{change.after}" or len(before + after) > _LONGEST
            ):
                yield f"    {name}:"
                yield from _compared(str(change.before), str(change.after))
            else:
                yield f"    {name}: {before} → {after}"


def _one_side(sign: str, field: str, value: JsonValue) -> Iterator[str]:
    yield f"  {sign} {visible(field)}: {_shown(field, value)}"


def _compared(before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm="")
    for line in islice(lines, 3, None):  # behind the names and the first place
        sign, rest = line[:1], line[1:]
        yield f"      {'…' if sign == '@' else f'{sign} {visible(rest)}'}".rstrip()


def _shown(field: str, value: JsonValue) -> str:
    """A type by its shorthand, any other value as JSON, cut."""
    if field in SCHEMAS and isinstance(value, dict):
        return visible(describe(from_json_schema(value)))
    text = value if isinstance(value, str) and _is_plain(value) else _json(value)
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _is_plain(text: str) -> bool:
    return bool(text) and text == text.strip() and "\n" not in text


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)
