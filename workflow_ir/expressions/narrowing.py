"""What is known inside a condition: ``steps.a.ok``, ``has(x)`` and ``x != null`` as facts."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from workflow_ir.expressions.references import Link, member_of, spine_of
from workflow_ir.expressions.step_view import NEEDS_THE_STEP, RAN

ReadPath = tuple[str, ...]
"""A read that the text alone identifies: ``("steps", "a", "output", "[0]")``."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds where an expression is evaluated."""

    kind: Literal["ran", "present"]
    """``ran``: the step at the path has its output. ``present``: the value is there, not null."""
    path: ReadPath


Facts = frozenset[Fact]
"""Everything that is known at one place."""

NOTHING: Facts = frozenset()


def read_path(node: ast.expr) -> ReadPath | None:
    """The path of a chain of members with fixed keys and positions; None for anything else."""
    base, links = spine_of(node)
    if not isinstance(base, ast.Name):
        return None
    path = [base.id]
    for link in links:
        key = member_of(link)
        step = position_of(link) if key is None else key
        if step is None:
            return None
        path.append(step)
    return tuple(path)


def position_of(link: Link) -> str | None:
    """``[n]`` if a link reads a fixed position."""
    index = link.slice if isinstance(link, ast.Subscript) else None
    if isinstance(index, ast.Constant) and type(index.value) is int:
        return f"[{index.value}]"
    return None


def facts_of(condition: ast.expr, *, holds: bool) -> Facts:
    """What is known when a condition holds, or when it does not.

    >>> from workflow_ir.expressions.parse import parse
    >>> sorted(fact.path for fact in facts_of(parse("steps.a.ok and has(x.y)").tree, holds=True))
    [('steps', 'a'), ('x', 'y')]
    """
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return facts_of(operand, holds=not holds)
        case ast.BoolOp(op=operator, values=values) if isinstance(operator, ast.And) is holds:
            return frozenset(fact for value in values for fact in facts_of(value, holds=holds))
        case ast.BoolOp(op=ast.Or(), values=values) if holds:
            return _known_in_all(values)
        case ast.Call(func=ast.Name(id="has"), args=[read]) if holds:
            return _present(read)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(left, operator, right, holds=holds)
        case ast.Attribute() | ast.Subscript() if holds:
            match read_path(condition):
                case ("steps", step, "ok"):
                    return frozenset({Fact("ran", ("steps", step))})
                case _:
                    return NOTHING
        case _:
            return NOTHING


def _known_in_all(values: list[ast.expr]) -> Facts:
    known = [facts_of(value, holds=True) for value in values]
    return frozenset.intersection(*known)


def _present(read: ast.expr) -> Facts:
    path = read_path(read)
    return NOTHING if path is None else frozenset({Fact("present", path)})


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr, *, holds: bool) -> Facts:
    if isinstance(left, ast.Constant):
        left, right = right, left
    same = isinstance(operator, ast.Eq) if holds else isinstance(operator, ast.NotEq)
    other = isinstance(operator, ast.NotEq) if holds else isinstance(operator, ast.Eq)
    if not isinstance(right, ast.Constant):
        return NOTHING
    if right.value is None:
        return _present(left) if other else NOTHING
    if not same:
        return NOTHING
    path = read_path(left)
    if path is None:
        return NOTHING
    is_status = len(path) == 3 and path[0] == "steps" and path[2] == "status"
    if is_status:
        return frozenset({Fact("ran", path[:2])}) if right.value in RAN else NOTHING
    return frozenset({Fact("present", path)})


def is_present(facts: Facts, path: ReadPath) -> bool:
    """Whether the value at a path is known to be there and not null."""
    size = len(path)
    return any(fact.kind == "present" and fact.path[:size] == path for fact in facts)


def has_run(facts: Facts, path: ReadPath) -> bool:
    """Whether the step whose field stands at a path is known to have run."""
    step, size = path[:-1], len(path) - 1
    return any(
        fact.path[:size] == step
        and (fact.kind == "ran" or fact.path[size : size + 1] in {(f,) for f in NEEDS_THE_STEP})
        for fact in facts
    )
