"""Files of the user's that go along: where they lie, and what their modules are called there.

A project's modules are named from its folder (``players.draft``). In the generated project they
lie under ``src/PKG/project``, so absolute imports of one another are told the new name. What they
import of the words of players (``from melody import Grant``) lies in ``src/PKG/answers.py``, and
they are told so. Nothing else in them is touched.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.player_api import PACKAGES, Spoken, spoken, words_of
from adapters.emitter.project import GeneratedFile, Sources

FOLDER: Final = "project"
"""The package of the user's own files, inside the generated one."""
ANSWERS: Final = "answers"
"""The module with the words of players, beside it."""

_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_SPACE: Final = rb"(?:[ \t\f]|\\(?:\r\n|\r|\n))"
_FROM: Final = re.compile(rb"from" + _SPACE + rb"+")
_PART: Final = rb"[^ \t\f\r\n\\.]+"
_NAME: Final = re.compile(_PART + rb"(?:" + _SPACE + rb"*\." + _SPACE + rb"*" + _PART + rb")*")
_BOM: Final = "\ufeff"


def own_files(sources: Sources, package: str) -> tuple[GeneratedFile, ...]:
    """The files that go along, as files of a generated project.

    Args:
        sources: What was gathered.
        package: The name of the generated package.
    """
    folder = f"src/{package}/{FOLDER}"
    copied, answers = tops(sources.files), f"{package}.{ANSWERS}"
    found = {
        f"{folder}/{path}": moved_imports(text, copied, f"{package}.{FOLDER}", answers)
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
    found: set[str] = set()
    tree = tree_of(text)
    for node in () if tree is None else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return tuple(sorted(found))


def words_in(files: Mapping[str, str]) -> frozenset[str]:
    """The words of players that files speak of: what the generated module has to hold."""
    ours = PACKAGES - tops(files)
    trees = [tree_of(text) for path, text in files.items() if path.endswith(".py")]
    return frozenset().union(*(words_of(tree, ours) for tree in trees if tree is not None))


def moved_imports(
    text: str, copied: frozenset[str], prefix: str, answers: str | None = None
) -> str:
    r"""Python text whose absolute imports of copied modules name them where they are now.

    What is bound stays what it was. Text that is no Python of this interpreter stays as it is, and
    so does a module that is named in a string (``importlib.import_module("players.x")``).

    Args:
        text: A file.
        copied: Names at the top of the project folder.
        prefix: What stands before them now: ``notes.project``.
        answers: The module that has the words of players: ``notes.answers``. None: none has.

    >>> print(moved_imports("import a.x\nfrom a import y", frozenset({"a"}), "notes.project"))
    import notes.project.a.x as a; from notes.project import a
    from notes.project.a import y
    >>> moved_imports("from melody import Grant", frozenset(), "notes.project", "notes.answers")
    'from notes.answers import Grant'
    """
    mark = _BOM if text.startswith(_BOM) else ""
    tree, data = tree_of(text), text.removeprefix(_BOM).encode("utf-8", "surrogateescape")
    if tree is None:
        return text
    words = [] if answers is None else spoken(tree, PACKAGES - copied)
    known = {id(one.alias or one.node): one for one in words if one.lacking is None}
    moving = _Moving(copied, prefix, answers or "", known)
    pieces, end = [], 0
    for start, stop, new in sorted(moving.changes(tree, data)):
        pieces += [data[end:start], new.encode()]
        end = stop
    return mark + b"".join([*pieces, data[end:]]).decode("utf-8")


def tree_of(text: str) -> ast.Module | None:
    """Python text as a tree; None: it is no Python of this interpreter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the user's code: none of our business
            return ast.parse(text.removeprefix(_BOM))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@dataclass(frozen=True, slots=True)
class _Moving:
    """What imports of one file say in the generated project."""

    copied: frozenset[str]
    prefix: str
    answers: str
    words: Mapping[int, Spoken]
    """Imports of the words of players, by their statement, or its part."""

    def changes(self, tree: ast.AST, data: bytes) -> Iterator[tuple[int, int, str]]:
        """What is written anew: from, to and the text."""
        lines = [found.start() for found in _LINE.finditer(data)]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            start = lines[node.lineno - 1] + node.col_offset
            if isinstance(node, ast.ImportFrom):
                from_ = _FROM.match(data, start)
                name = None if from_ is None else _NAME.match(data, from_.end())
                if node.level or name is None:
                    continue
                if self._is_copied(node.module or ""):
                    yield name.start(), name.start(), f"{self.prefix}."
                elif id(node) in self.words:
                    yield name.start(), name.end(), self.answers
            elif any(self._is_moved(alias) for alias in node.names):
                assert node.end_lineno is not None
                assert node.end_col_offset is not None
                stop = lines[node.end_lineno - 1] + node.end_col_offset
                yield start, stop, "; ".join(map(self._import, node.names))

    def _import(self, alias: ast.alias) -> str:
        """One name of an ``import``, as statements that bind the same name to the same module."""
        name, bound = alias.name, alias.asname
        if id(alias) in self.words:
            package, _, module = self.answers.rpartition(".")
            return f"from {package} import {module} as {bound or name}"
        if not self._is_copied(name):
            return f"import {name} as {bound}" if bound else f"import {name}"
        if bound:
            return f"import {self.prefix}.{name} as {bound}"
        top = name.partition(".")[0]
        binding = f"from {self.prefix} import {top}"
        # Both are loaded, and no name is bound that was not bound before.
        return binding if name == top else f"import {self.prefix}.{name} as {top}; {binding}"

    def _is_copied(self, module: str) -> bool:
        return module.partition(".")[0] in self.copied

    def _is_moved(self, alias: ast.alias) -> bool:
        return self._is_copied(alias.name) or id(alias) in self.words
