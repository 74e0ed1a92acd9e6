"""Which names a file's scopes speak of: two that meet in one of them would be one name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Final

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS: Final = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@cache
def scopes(tree: ast.Module) -> tuple[frozenset[str], ...]:
    """For each scope all names in it and those of scopes inside that are bound outside of these.

    >>> [sorted(one) for one in scopes(ast.parse("def f(a):\\n  return [b for b in a + c]"))]
    [['a', 'b', 'c'], ['a', 'c'], ['c', 'f']]
    """
    found: list[frozenset[str]] = []
    _Scope(tree.body, (), found).ended()
    return tuple(found)


class _Scope:
    """One scope while it is read."""

    def __init__(
        self, inside: list[ast.stmt], bound: tuple[str, ...], found: list[frozenset[str]]
    ) -> None:
        self.bound = set(bound)
        self.names = set(bound)
        self.found = found
        for node in inside:
            self.read(node)

    def ended(self) -> set[str]:
        """What is bound outside."""
        self.found.append(frozenset(self.names))
        return self.names - self.bound

    def bind(self, name: str) -> None:
        """The scope has this name."""
        self.bound.add(name)
        self.names.add(name)

    def read(self, node: ast.AST) -> None:
        """A statement or expression."""
        if isinstance(node, _FUNCTIONS):
            self.bind(node.name)
            ahead = [*node.decorator_list, *_outside(node.args), node.returns]
            self.inner(_Scope(node.body, _arguments(node.args), self.found), ahead)
        elif isinstance(node, ast.Lambda):
            body: list[ast.stmt] = [ast.Expr(node.body)]
            self.inner(_Scope(body, _arguments(node.args), self.found), _outside(node.args))
        elif isinstance(node, ast.ClassDef):
            self.bind(node.name)
            ahead = [*node.decorator_list, *node.bases, *node.keywords]
            self.inner(_Scope(node.body, (), self.found), ahead)
        elif isinstance(node, _LOOPS):
            scope = _Scope([], (), self.found)
            for child in ast.iter_child_nodes(node):
                scope.read(child)
            self.inner(scope, [])
        elif isinstance(node, ast.Name):
            (self.names.add if isinstance(node.ctx, ast.Load) else self.bind)(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                self.bind((alias.asname or alias.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.bind(node.name)
            self.rest(node)
        else:
            self.rest(node)

    def rest(self, node: ast.AST) -> None:
        """All that a node is made of."""
        for child in ast.iter_child_nodes(node):
            self.read(child)

    def inner(self, scope: _Scope, ahead: list[ast.AST | None]) -> None:
        """A scope inside, and what of its node belongs to this one."""
        self.names |= scope.ended()
        for node in ahead:
            if node is not None:
                self.read(node)


def _arguments(args: ast.arguments) -> tuple[str, ...]:
    return tuple(node.arg for node in _each(args))


def _outside(args: ast.arguments) -> list[ast.AST | None]:
    return [*args.defaults, *args.kw_defaults, *(node.annotation for node in _each(args))]


def _each(args: ast.arguments) -> Iterator[ast.arg]:
    yield from (*args.posonlyargs, *args.args, *args.kwonlyargs)
    yield from (one for one in (args.vararg, args.kwarg) if one is not None)
