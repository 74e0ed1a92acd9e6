"""What an expression reads from outside itself: the edges of the workflow come from here."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from workflow_ir.expressions.function_names import GUARDS


@dataclass(frozen=True, slots=True)
class Reference:
    """One read of a name, with the members that are known from the text alone."""

    path: tuple[str, ...]
    """``steps.a.output["x"][0].y`` gives ``("steps", "a", "output", "x")``: it ends at the first
    index that is no text."""
    start: int
    """Offset of its first character in the source."""
    end: int
    """Offset after its last character; what follows a computed index is not part of it."""
    guarded: bool
    """Inside ``default``, ``has`` or ``coalesce``: it may find nothing."""


Link = ast.Attribute | ast.Subscript
"""One member in a chain of members."""


def spine_of(node: ast.expr) -> tuple[ast.expr, list[Link]]:
    """What a chain of members begins with, and its links from the inside out."""
    links: list[Link] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        links.append(node)
        node = node.value
    links.reverse()
    return node, links


def member_of(link: Link) -> str | None:
    """The key that a link reads, if the text alone tells it."""
    if isinstance(link, ast.Attribute):
        return link.attr
    key = link.slice
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def find_references(tree: ast.expr) -> tuple[Reference, ...]:
    """The references of an admitted tree, in the order of the source."""
    finder = _Finder()
    finder.visit(tree, guarded=False)
    return tuple(sorted(finder.found, key=lambda reference: (reference.start, reference.end)))


class _Finder:
    def __init__(self) -> None:
        self.found: list[Reference] = []
        self._bound: list[str] = []

    def visit(self, node: ast.expr, *, guarded: bool) -> None:
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript():
                self._spine(node, guarded=guarded)
            case ast.ListComp() | ast.GeneratorExp():
                self._comprehension(node, guarded=guarded)
            case ast.Call(func=ast.Name(id=name)):
                for position, argument in enumerate(node.args):
                    guards = name in GUARDS and not (name == "default" and position)
                    self.visit(argument, guarded=guarded or guards)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.visit(child, guarded=guarded)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, *, guarded: bool) -> None:
        outside = len(self._bound)
        for loop in node.generators:
            self.visit(loop.iter, guarded=guarded)
            self._bound += [part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)]
            for condition in loop.ifs:
                self.visit(condition, guarded=guarded)
        self.visit(node.elt, guarded=guarded)
        del self._bound[outside:]

    def _spine(self, node: ast.expr, *, guarded: bool) -> None:
        base, links = spine_of(node)
        for link in links:
            if isinstance(link, ast.Subscript) and member_of(link) is None:
                self.visit(link.slice, guarded=guarded)
        if not isinstance(base, ast.Name):
            self.visit(base, guarded=guarded)
            return
        if base.id in self._bound:
            return
        path, end = [base.id], base.end_col_offset
        for link in links:
            member = member_of(link)
            if member is None:
                break
            path.append(member)
            end = link.end_col_offset
        assert end is not None  # the parser sets it
        self.found.append(Reference(tuple(path), base.col_offset, end, guarded))
