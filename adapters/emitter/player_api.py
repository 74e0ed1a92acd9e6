"""What files of the user's own may name of Melody and yet do without it: the words of players.

A generated project holds these few names itself, so an import of nothing else is told the name of
the module there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

PACKAGES: Final = frozenset({"adapters", "compiler", "conductor_core", "melody", "workflow_ir"})
"""What an installation of Melody brings."""

_GIVEN: Final = frozenset({"Grant", "PlayRequest"})
_TAKEN: Final = frozenset({"StandardError", "Success"})
WORDS: Final[Mapping[str, frozenset[str]]] = {
    "melody": _GIVEN | _TAKEN,
    "conductor_core.ports": _GIVEN | {"PlayerClock"},
    "workflow_ir.outcome": _TAKEN | {"Cost"},
    "workflow_ir.taxonomy": frozenset({"Effects", "ErrorClass", "FaultDomain", "Retryable"}),
}
"""By module of ours: what a function is given, what it may return, and what that is made of."""

Statement = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class Spoken:
    """One module of ours in an import."""

    node: Statement
    module: str
    alias: ast.alias | None
    """Of ``import MODULE``; None: it is a ``from MODULE import``."""
    names: frozenset[str]
    """What is meant of it, as far as that is told."""
    lacking: tuple[str, ...] | None
    """What no generated project has of these; nothing: the module as a whole. None: it has all."""


def spoken(tree: ast.AST, ours: frozenset[str] = PACKAGES) -> Iterator[Spoken]:
    """Each module of ours that a file imports absolutely.

    Args:
        tree: Of the file.
        ours: Packages that are Melody's there; a copied one of that name is the user's own.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level == 0 and module.partition(".")[0] in ours:
                names = tuple(alias.name for alias in node.names)
                yield Spoken(node, module, None, frozenset(names), _lacking(module, names))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in ours:
                    yield _whole(tree, node, alias)


def words_of(tree: ast.AST, ours: frozenset[str] = PACKAGES) -> frozenset[str]:
    """The words that a file speaks of and a generated project can have."""
    found = [one.names for one in spoken(tree, ours) if one.lacking is None]
    return frozenset().union(*found)


def handed_in(tree: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The parameters of a function that get a ``Grant`` or ``PlayRequest`` by their types.

    Args:
        tree: Of the file, which says what its names mean.
        function: In it.
    """
    named: set[str] = set()
    for one in spoken(tree):
        if one.alias is not None:
            named |= {f"{one.alias.asname or one.alias.name}.{word}" for word in _GIVEN}
        elif isinstance(one.node, ast.ImportFrom):
            named |= {alias.asname or alias.name for alias in one.node.names
                      if alias.name in _GIVEN}  # fmt: skip
    given = function.args
    return frozenset(
        one.arg
        for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        if one.annotation is not None and _means(one.annotation, named)
    )


def _means(hint: ast.expr, named: set[str]) -> bool:
    """Whether one of these names stands in a type hint; by its last part, where that is text."""
    for node in ast.walk(hint):
        match node:
            case ast.Constant(value=str(text)):
                if text.partition("|")[0].strip().rpartition(".")[2] in _GIVEN:
                    return True
            case ast.Name() | ast.Attribute() if ast.unparse(node) in named:
                return True
    return False


def _lacking(module: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    if module not in WORDS or names == ("*",):
        return ()
    return tuple(name for name in names if name not in WORDS[module]) or None


def _whole(tree: ast.AST, node: ast.Import, alias: ast.alias) -> Spoken:
    """``import melody``: another module may stand for it if nothing but words is read of it."""
    bound = alias.asname or alias.name
    read = _read_of(tree, bound, alias.name) if alias.name in WORDS and "." not in bound else None
    if not read:
        return Spoken(node, alias.name, alias, frozenset(), ())
    return Spoken(node, alias.name, alias, read, _lacking(alias.name, tuple(sorted(read))))


def _read_of(tree: ast.AST, bound: str, module: str) -> frozenset[str] | None:
    """The attributes that are read of a module; None: its name is used for something else, too."""
    read: set[str] = set()
    uses = 0
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Load()) if name == bound:
                read.add(attr)
                uses -= 1
            case ast.Name(id=name) if name == bound:
                uses += 1
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                whole = isinstance(node, ast.Import)
                for one in aliases:
                    binds = one.asname or (one.name.partition(".")[0] if whole else one.name)
                    if binds == bound and not (whole and one.name == module):
                        return None
            case _ if bound in _bound_by(node):
                return None
    return None if uses else frozenset(read)


def _bound_by(node: ast.AST) -> tuple[str | None, ...]:
    """Names that something else than an assignment or an import binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.arg(arg=name):
            return (name,)
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return (name,)
        case ast.MatchMapping(rest=name):
            return (name,)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return tuple(names)
    return ()
