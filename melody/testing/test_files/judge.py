"""What a run came to, held against what a test expects: each difference at its place (MEL552).

Only what is written is compared. Of a map the keys that are written, of a list every item; true is
not 1, and 2 is 2.0.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from melody.testing.test_files.expectations import ABSENT
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.result import RunResult
from workflow_ir.span import Span
from workflow_ir.taxonomy import facts

MOST = 20
"""Differences of one test that are told."""
LONGEST = 80
"""Characters of a value that are shown in a sentence."""
MOST_LINES = 40
"""Lines of a difference between texts that are shown."""

_OF_EVERY_STEP: Mapping[str, Any] = {
    "player": None, "branch": None, "output": None, "error": None, "attempts": [], "failed": None,
    "succeeded": None, "synthetic": False, "exhausted": False, "degraded": False,
    "provenance": None,
}  # fmt: skip
"""What the entry of a step leaves out where it is empty."""


def unmet(expect: MapNode, result: RunResult) -> tuple[Diagnostic, ...]:
    """Every expectation that is not met, in the order written; `MOST` at most."""
    found: list[Diagnostic] = []
    for problem in _differences(expect, _told(result)):
        if len(found) == MOST:
            break
        found.append(problem)
    if found and result.error is not None:
        found[0] = replace(found[0], notes=(*found[0].notes, Note(_end(result.error, result))))
    return tuple(found)


def _told(result: RunResult) -> dict[str, Any]:
    """The run object with nothing left out of its steps."""
    tree = result.to_json()
    tree["steps"] = {path: {**_OF_EVERY_STEP, **step} for path, step in tree["steps"].items()}
    return tree


def _end(error: StandardError, result: RunResult) -> str:
    where = "" if result.failed_step is None else f" at `{result.failed_step}`"
    return f"the run {result.status.value}{where}: {error.code}: {error.message}"


def _differences(expect: MapNode, run: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key, node in expect.entries:
        match key.text:
            case "error":
                yield from _of_error(node, run["error"], "error")
            case "steps" if isinstance(node, MapNode):
                for path, step in node.entries:
                    yield from _of_step(path.text, path.span, step, run["steps"])
            case "gaps" if isinstance(node, ListNode):
                yield from _of_gaps(node, run["gaps"])
            case word if not word.startswith("x-"):
                yield from _of_value(node, run[word], word)


def _of_step(
    path: str, span: Span, node: Node, steps: Mapping[str, Mapping[str, Any]]
) -> Iterator[Diagnostic]:
    wanted = node.get("status") if isinstance(node, MapNode) else node
    absent = isinstance(wanted, ScalarNode) and wanted.value == ABSENT
    step = steps.get(path)
    if step is None:
        if not absent:
            meant = nearest(path, steps)
            near = f"; it came to `{meant}`" if meant else ""
            yield _unmet(f"the run never came to `{path}`{near}", span)
        return
    if absent:
        yield _unmet(f"`{path}` is `{step['status']}`, not absent", span)
        return
    if isinstance(node, ScalarNode):
        yield from _of_value(node, step["status"], path)
        return
    assert isinstance(node, MapNode)  # its shape was checked
    for key, value in node.entries:
        name = f"{path}.{key.text}"
        match key.text:
            case "error":
                yield from _of_error(value, step["error"], name)
            case "attempts":
                yield from _of_attempts(value, step["attempts"], path)
            case word if not word.startswith("x-"):
                yield from _of_value(value, step[word], name)


def _of_attempts(node: Node, attempts: list[Any], path: str) -> Iterator[Diagnostic]:
    name = f"{path}.attempts"
    if isinstance(node, ScalarNode):
        if node.value != len(attempts):
            count = f"{len(attempts)} attempt{'' if len(attempts) == 1 else 's'}"
            yield _unmet(f"`{path}` has {count}, not {node.text}", node.span)
        return
    assert isinstance(node, ListNode)
    if len(node.items) != len(attempts):
        yield _other_length(node, attempts, name)
        return
    for number, (item, attempt) in enumerate(zip(node.items, attempts, strict=True)):
        assert isinstance(item, MapNode)
        told = {"error": None, "decision": None, "delay_s": None, **attempt}
        yield from _of_fields(item, told, f"{name}[{number}]")


def _of_gaps(node: ListNode, gaps: list[Any]) -> Iterator[Diagnostic]:
    """In any order: which of two steps was left out first is nobody's concern."""
    by_step = {gap["step"]: gap for gap in gaps}
    written = {_step_of(item): item for item in node.items}
    for path, item in written.items():
        gap = by_step.get(path)
        if gap is None:
            yield _unmet(f"`{path}` is no gap", item.span)
        elif isinstance(item, MapNode):
            yield from _of_fields(item, gap, f"gaps.{path}")
    for path in by_step:
        if path not in written:
            yield _unmet(f"`{path}` is a gap, and is not expected to be one", node.span)


def _of_fields(node: MapNode, told: Mapping[str, Any], name: str) -> Iterator[Diagnostic]:
    """What is written of an attempt or a gap; ``told`` has every field that may be written."""
    for key, value in node.entries:
        inner = f"{name}.{key.text}"
        if key.text == "error":
            yield from _of_error(value, told["error"], inner)
        elif not key.text.startswith("x-"):
            yield from _of_value(value, told[key.text], inner)


def _step_of(item: Node) -> str:
    node = item.get("step") if isinstance(item, MapNode) else item
    return node.text if isinstance(node, ScalarNode) else ""


def _of_error(node: Node, error: Mapping[str, Any] | None, name: str) -> Iterator[Diagnostic]:
    """Null, a code, or a map; a code may be called by an alias."""
    if isinstance(node, ScalarNode) and node.value is None:
        if error is not None:
            yield _unmet(f"`{name}` is {error['code']}: {error.get('message', '')}", node.span)
        return
    if error is None:
        yield _unmet(f"`{name}` is null: nothing failed there", node.span)
        return
    if isinstance(node, ScalarNode):
        if canonical(node.text) != error["code"]:
            yield _unmet(_unequal(name, node.text, error["code"]), node.span)
        return
    assert isinstance(node, MapNode)
    for key, value in node.entries:
        if key.text == "code":
            yield from _of_error(value, error, name)
        elif not key.text.startswith("x-"):
            yield from _of_value(value, error.get(key.text), f"{name}.{key.text}")


def canonical(code: str) -> str:
    """The code that an alias stands for."""
    known = facts(code)
    return code if known is None else known.code


def _of_value(node: Node, actual: Any, name: str) -> Iterator[Diagnostic]:
    match node:
        case MapNode(entries=entries):
            if not isinstance(actual, Mapping):
                yield _unmet(f"`{name}` is {_short(actual)}, not a map", node.span)
                return
            for key, value in entries:
                if key.text in actual:
                    yield from _of_value(value, actual[key.text], f"{name}.{key.text}")
                else:
                    meant = nearest(key.text, actual)
                    label = f"did you mean `{meant}`?" if meant else None
                    yield _unmet(f"`{name}` has no `{key.text}`", key.span, label=label)
        case ListNode(items=items):
            if not isinstance(actual, list):
                yield _unmet(f"`{name}` is {_short(actual)}, not a list", node.span)
            elif len(items) != len(actual):
                yield _other_length(node, actual, name)
            else:
                for number, item in enumerate(items):
                    yield from _of_value(item, actual[number], f"{name}[{number}]")
        case ScalarNode(value=value) if not _same(value, actual):
            yield _other(node, actual, name)


def _same(one: object, other: object) -> bool:
    """JSON equality of two values, one of which is no list or map: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _other(node: ScalarNode, actual: Any, name: str) -> Diagnostic:
    value = node.value
    texts = isinstance(value, str) and isinstance(actual, str)
    if texts and ("\n" in f"{value}{actual}" or len(f"{value}{actual}") > 2 * LONGEST):
        changed = diff(str(value), str(actual), "expected", "is")
        return _unmet(f"`{name}` is another text", node.span, note=changed)
    return _unmet(_unequal(name, value, actual), node.span)


def _unequal(name: str, expected: Any, actual: Any) -> str:
    return f"`{name}` is {_short(actual)}, not {_short(expected)}"


def _other_length(node: ListNode, actual: list[Any], name: str) -> Diagnostic:
    items = "item" if len(actual) == 1 else "items"
    return _unmet(
        f"`{name}` has {len(actual)} {items}, not {len(node.items)}",
        node.span,
        note=f"it is {_short(actual, 4 * LONGEST)}",
    )


def diff(before: str, after: str, old: str, new: str) -> str:
    """The lines that differ, with some round them, as `diff -u` writes them."""
    found = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), old, new, n=2
    )
    lines: list[str] = []
    for line in found:
        lines.append(line.rstrip("\n"))
        if not line.endswith("\n"):
            lines.append("\\ no line break at the end")
    if len(lines) > MOST_LINES:
        more = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"… and {more} more line{'s' if more > 1 else ''}"]
    return "\n".join(lines)


def _short(value: Any, most: int = LONGEST) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _unmet(
    message: str, span: Span, *, label: str | None = None, note: str | None = None
) -> Diagnostic:
    notes = () if note is None else (Note(note),)
    return diagnose("MEL552", message, span, label=label, notes=notes)
