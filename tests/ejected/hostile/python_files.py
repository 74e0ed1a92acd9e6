"""A Python file of a generated project beside that of its harmless twin.

All that may differ is what was put in: each constant of the hostile tree is that of the harmless
one with its texts exchanged, and each name has one other name, the same everywhere in a file.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from adapters.emitter.project import GeneratedFile
from tests.ejected.hostile.put import TOKEN, Difference, Put
from tests.ejected.hostile.scopes import scopes

_COMMENT: Final = re.compile(
    r"""("{3}|'{3})(?:\\.|[^\\])*?\1|(["'])(?:\\.|(?!\2)[^\\\n])*\2|(?P<comment>\#[^\n]*)""",
    re.DOTALL,
)
_ODD: Final = re.compile(r"[^\n\x20-\x7e]")
_FRAMEWORK: Final = ("/graph.py", "/crew.py", "/flow.py")
"""Files whose nodes, agents and tasks have names of their own, each another one."""
_PLAIN: Final = re.compile(r"[a-z0-9_. ]{1,130}", re.ASCII)
_IMPORTS: Final = (ast.Import, ast.ImportFrom)


def compare_python(
    harmless: GeneratedFile,
    hostile: GeneratedFile,
    put: Put,
    package: Mapping[str, str],
    elsewhere: Sequence[Mapping[str, str]] = (),
) -> Pair:
    """One file of each project.

    Args:
        harmless: That of the twin.
        hostile: The same file of the other one.
        put: What was put in.
        package: The name of the twin's package, and that of the other one.
        elsewhere: The names of the files before.

    Returns:
        Both, with the names of the one and the other.

    Raises:
        Difference: They differ in something that no constant is.
        SyntaxError: A file is no Python.
    """
    if _ODD.findall(hostile.text) != _ODD.findall(harmless.text):
        raise Difference(f"{hostile.path}: a character that is not plain ASCII")
    tree, comments = _read(harmless.text)
    if harmless.text == hostile.text:
        found = tree
    else:
        found, hostile_comments = _read.__wrapped__(hostile.text)
        if len(comments) != len(hostile_comments):
            raise Difference(f"{hostile.path}: {len(hostile_comments)} comments")
        for ours, comment in zip(comments, hostile_comments, strict=True):
            if not put.spoken(ours).fullmatch(comment):
                raise Difference(f"{hostile.path}: comment {ours!r} became {comment!r}")
    pair = Pair(hostile.path, put, dict(package), tree, elsewhere)
    pair.nodes(tree, found)
    pair.ended()
    return pair


@cache
def _read(text: str) -> tuple[ast.Module, list[str]]:
    found = (one["comment"] for one in _COMMENT.finditer(text))
    return ast.parse(text), [one for one in found if one]


def _named(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda found: names.get(found[0], found[0]), text)


def _shown(node: object) -> object:
    if isinstance(node, list):
        return [_shown(one) for one in node]
    return ast.unparse(node) if isinstance(node, ast.AST) else node


def _is_docstring(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


class Pair:
    """One file of each."""

    def __init__(
        self,
        path: str,
        put: Put,
        names: dict[str, str],
        twin: ast.Module,
        elsewhere: Sequence[Mapping[str, str]],
    ) -> None:
        self.path = path
        self.put = put
        self.package = next(iter(names))
        self.twin = twin
        self.elsewhere = elsewhere
        """Names of the files before: frameworks call their nodes by them."""
        self.names = names
        self.members: list[tuple[str, str]] = []
        self.bags: list[tuple[list[str], list[str], bool]] = []

    def nodes(self, one: ast.AST, other: ast.AST) -> None:
        """Both trees, node by node."""
        ahead: list[tuple[Any, Any, str]] = [(one, other, "")]
        while ahead:
            a, b, where = ahead.pop()
            if type(a) is not type(b):
                self.differ(a, b, where)
            if isinstance(a, ast.Constant):
                self.constant(a.value, b.value, where)
            elif isinstance(a, _IMPORTS):
                self.imports(a, b)
            elif _is_docstring(a):
                self.docstring(a.value.value, getattr(b.value, "value", None))
            elif isinstance(a, ast.Attribute | ast.keyword):
                self.member(a, b)
                ahead.append((a.value, b.value, where))
            elif isinstance(a, ast.AST):
                inside = "f-string" if isinstance(a, ast.JoinedStr) else where
                ahead += [(getattr(a, name), getattr(b, name), inside) for name in a._fields]
            elif isinstance(a, list):
                if len(a) != len(b):
                    self.differ(a, b, where)
                ahead += [(x, y, where) for x, y in zip(a, b, strict=True)]
            elif isinstance(a, str):
                self.name(a, b)
            elif a != b:
                self.differ(a, b, where)

    def constant(self, one: Any, other: Any, where: str) -> None:
        """Equal, but for the texts that were put in."""
        if type(one) is not type(other):
            self.differ(one, other, where)
        if not isinstance(one, str):
            if one != other:
                self.differ(one, other, where)
            return
        if where == "f-string" and TOKEN.search(one):
            self.differ(one, other, "a text in an f-string")
        if self.put.comes_back(one, other) or other in (self.put.quoted(one), self.named(one)):
            return
        if not self.mixed(one).fullmatch(other) and not self.is_node(one, other):
            self.differ(one, other, "a constant")

    def docstring(self, one: str, other: object) -> None:
        """Words of ours, with names in them."""
        if other != self.named(one) and not self.put.spoken(one).fullmatch(str(other)):
            self.differ(one, other, "a docstring")

    def is_node(self, one: str, other: str) -> bool:
        """Nodes of graphs, agents and tasks have names like those of files, each another one."""
        if not self.path.endswith(_FRAMEWORK):
            return False
        tokens = TOKEN.findall(one)
        if not tokens:
            return re.fullmatch(rf"{re.escape(one)}[_.]*[0-9]*", other) is not None
        plain = _PLAIN.fullmatch(one) is not None and _PLAIN.fullmatch(other) is not None
        return plain and self.put.names.issuperset(tokens)

    def mixed(self, text: str) -> re.Pattern[str]:
        """What a framework calls a node: names of this or an earlier file, and texts."""

        def either(found: re.Match[str]) -> str:
            token, own = found[0], self.put.texts[found[0]]
            if token in self.put.names and self.path.endswith(_FRAMEWORK):
                return f"(?:{re.escape(own)}|[a-z0-9_]+)"
            names = {known[token] for known in (*self.elsewhere, self.names) if token in known}
            return f"(?:{'|'.join(map(re.escape, (own, *sorted(names))))})"

        pieces = zip_longest(TOKEN.split(text), map(either, TOKEN.finditer(text)), fillvalue="")
        return re.compile("".join(f"{re.escape(ours)}{theirs}" for ours, theirs in pieces))

    def named(self, text: str) -> str:
        """A constant that is, or begins or ends with, a name of the file: ``MELODY.draft``."""
        return _named(text, self.names)

    def name(self, one: str, other: str) -> None:
        """A name stands for one other, everywhere in the file."""
        if not (other.isascii() and other.isidentifier()) or keyword.iskeyword(other):
            self.differ(one, other, "no name")
        if self.names.setdefault(one, other) != other:
            self.differ(one, other, f"a name, elsewhere {self.names[one]}")
        if not TOKEN.search(one.lower()) and not re.fullmatch(rf"{one}(_?[0-9]*)", other):
            self.differ(one, other, "a name of ours")

    def member(self, one: Any, other: Any) -> None:
        """The name of an attribute or argument hides nothing; it is ours, or a name of the file."""
        a, b = getattr(one, "attr", None) or one.arg, getattr(other, "attr", None) or other.arg
        if a != b:
            self.members.append((a, b))

    def imports(self, one: Any, other: Any) -> None:
        """Their names are sorted, so they are compared when all names are known."""
        a, b = getattr(one, "module", None) or "", getattr(other, "module", None) or ""
        same = getattr(one, "level", 0) == getattr(other, "level", 0)
        if not same or len(one.names) != len(other.names):
            self.differ(one, other, "an import")
        package = a.partition(".")[0] == self.package
        ours = package or (isinstance(one, ast.ImportFrom) and bool(one.level))
        self.bags.append(
            ([a, *(x.name for x in one.names)], [b, *(x.name for x in other.names)], ours)
        )
        for x, y in zip(one.names, other.names, strict=True):
            if (x.asname is None) != (y.asname is None) and not TOKEN.search(x.name):
                self.differ(one, other, "an import")
            if x.asname and y.asname:
                self.name(x.asname, y.asname)

    def ended(self) -> None:
        """Two names have not become one, and the imports are of the same."""
        for names in scopes(self.twin):
            told = [self.names.get(one, one) for one in names]
            if len(set(told)) != len(told):
                twice = [(x, y) for x, y in zip(names, told, strict=True) if told.count(y) > 1]
                raise Difference(f"{self.path}: names became one: {twice}")
        told = sorted(self.by_name(x, ours=ours) for a, _, ours in self.bags for x in a)
        found = sorted(y for _, b, _ in self.bags for y in b)
        if told != found:
            raise Difference(f"{self.path}: imports {set(told) ^ set(found)}")

    def by_name(self, text: str, *, ours: bool) -> str:
        """A name in an import: ours, or one that the user's own code has."""
        return self.named(text) if ours else self.put.exact(text)

    def differ(self, one: Any, other: Any, where: str) -> None:
        """The two are not alike.

        Raises:
            Difference: Always.
        """
        line = getattr(other, "lineno", 0)
        shown = [_shown(x) for x in (one, other)]
        raise Difference(f"{self.path}:{line}: {where}: {shown[0]!s:.900} became {shown[1]!s:.900}")
