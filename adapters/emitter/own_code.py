"""Files of the user's that go along: where they lie, and what their modules are called there.

A project's modules are named from its folder (``players.draft``). In the generated project they
lie under ``src/PKG/project``, so absolute imports of one another are told the new name; nothing
else in them is touched.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.project import GeneratedFile, Sources

FOLDER: Final = "project"
"""The package of the user's own files, inside the generated one."""

_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FROM: Final = re.compile(rb"from(?:[ \t\f]|\\(?:\r\n|\r|\n))+")
_BOM: Final = "\ufeff"


def own_files(sources: Sources, package: str) -> tuple[GeneratedFile, ...]:
    """The files that go along, as files of a generated project.

    Args:
        sources: What was gathered.
        package: The name of the generated package.
    """
    folder = f"src/{package}/{FOLDER}"
    copied = tops(sources.files)
    found = {
        f"{folder}/{path}": moved_imports(text, copied, f"{package}.{FOLDER}")
        if path.endswith(".py")
        else text
        for path, text in sorted(sources.files.items())
    }
    if found:
        found.setdefault(f"{folder}/__init__.py", "")
    return tuple(
        GeneratedFile(path, text, owner="you", verbatim=True) for path, text in found.items()
    )


def own_module(module: str, sources: Sources, package: str) -> Code:
    """The name of a module in the generated project: a new one if it goes along, else its own.

    Args:
        module: Dotted, as a player's target names it.
        sources: What was gathered.
        package: The name of the generated package.

    Raises:
        ValueError: It is no name of a module in ASCII.
    """
    if not _DOTTED.fullmatch(module):
        raise ValueError(f"no module of a generated project is called {module!r}")
    goes_along = module.partition(".")[0] in tops(sources.files)
    return Code(f"{package}.{FOLDER}.{module}" if goes_along else module)


def tops(files: Mapping[str, str]) -> frozenset[str]:
    """The modules and packages at the top of the project folder that files belong to."""
    return frozenset(
        path.partition("/")[0].removesuffix(".py") for path in files if path.endswith(".py")
    )


def imported(text: str) -> tuple[str, ...]:
    """The top-level names of what Python text imports absolutely, in order of their names."""
    return tuple(sorted({top for top, _ in imports(text)}))


def imports(text: str) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """Each top-level name that Python text imports absolutely, with the statement."""
    tree = _tree(text)
    for node in () if tree is None else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0], node


def moved_imports(text: str, copied: frozenset[str], prefix: str) -> str:
    r"""Python text whose absolute imports of copied modules name them where they are now.

    What is bound stays what it was. Text that is no Python of this interpreter stays as it is, and
    so does a module that is named in a string (``importlib.import_module("players.x")``).

    Args:
        text: A file.
        copied: Names at the top of the project folder.
        prefix: What stands before them now: ``notes.project``.

    >>> print(moved_imports("import a.x\nfrom a import y", frozenset({"a"}), "notes.project"))
    import notes.project.a.x as a; from notes.project import a
    from notes.project.a import y
    """
    mark = _BOM if text.startswith(_BOM) else ""
    tree, data = _tree(text), text.removeprefix(_BOM).encode("utf-8", "surrogateescape")
    if tree is None:
        return text
    pieces, end = [], 0
    for start, stop, new in sorted(_changes(tree, data, copied, prefix)):
        pieces += [data[end:start], new.encode()]
        end = stop
    return mark + b"".join([*pieces, data[end:]]).decode("utf-8")


def _tree(text: str) -> ast.Module | None:
    """None if it is no Python of this interpreter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the user's code: none of our business
            return ast.parse(text.removeprefix(_BOM))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _changes(
    tree: ast.AST, data: bytes, copied: frozenset[str], prefix: str
) -> Iterator[tuple[int, int, str]]:
    """What is written anew: from, to and the text."""
    lines = [found.start() for found in _LINE.finditer(data)]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        start = lines[node.lineno - 1] + node.col_offset
        if isinstance(node, ast.ImportFrom):
            from_ = _FROM.match(data, start)
            if node.level == 0 and _is_copied(node.module or "", copied) and from_:
                yield from_.end(), from_.end(), f"{prefix}."
        elif any(_is_copied(alias.name, copied) for alias in node.names):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            stop = lines[node.end_lineno - 1] + node.end_col_offset
            yield start, stop, "; ".join(_import(alias, copied, prefix) for alias in node.names)


def _import(alias: ast.alias, copied: frozenset[str], prefix: str) -> str:
    """One name of an ``import``, as statements that bind the same name to the same module."""
    name, bound = alias.name, alias.asname
    if not _is_copied(name, copied):
        return f"import {name} as {bound}" if bound else f"import {name}"
    if bound:
        return f"import {prefix}.{name} as {bound}"
    top = name.partition(".")[0]
    binding = f"from {prefix} import {top}"
    # Both are loaded, and no name is bound that was not bound before.
    return binding if name == top else f"import {prefix}.{name} as {top}; {binding}"


def _is_copied(module: str, copied: frozenset[str]) -> bool:
    return module.partition(".")[0] in copied
