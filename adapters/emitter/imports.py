"""Which names a text takes from outside, and the lines that import them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from symtable import SymbolTable, symtable

from adapters.emitter.code import Code


def globals_read(source: Code) -> frozenset[str]:
    r"""The names that a text reads and does not give to anything itself, attributes left out.

    >>> sorted(globals_read(Code("def f(step): return step.id, total\nlast = f")))
    ['total']
    """
    table = symtable(source, "source", "exec")
    return frozenset(_read(table)) - _given(table)


def globals_given(source: Code) -> frozenset[str]:
    """The names that others can import of a text."""
    return _given(symtable(source, "source", "exec"))


def imports(modules: Mapping[str, Collection[str]], used: Collection[str]) -> list[str]:
    """The lines that import what is used, as linters sort them.

    Args:
        modules: What each of them gives; those of the package with their dots.
        used: Names.
    """
    return [
        f"from {module} import {', '.join(sorted(names, key=as_linters_sort))}"
        for module, given in sorted(modules.items())
        if (names := [name for name in given if name in used])
    ]


def as_linters_sort(name: str) -> tuple[int, str]:
    """Constants, classes, then the rest."""
    constant = name.isupper() and len(name) > 1
    return 0 if constant else 1 if name[:1].isupper() else 2, name


def _given(table: SymbolTable) -> frozenset[str]:
    return frozenset(one.get_name() for one in table.get_symbols() if one.is_assigned())


def _read(table: SymbolTable) -> Iterator[str]:
    yield from (one.get_name() for one in table.get_symbols() if one.is_global())
    for inside in table.get_children():
        yield from _read(inside)
