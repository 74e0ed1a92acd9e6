"""Policy packs: what ``policy: {use: [production]}`` stands for (spec 4, Recovery ladder).

A pack is a file of its own, ``NAME.policy.yaml``, with the keys of a ``policy``. Those of the
folder ``compiler/policies`` come with Melody and are used by name; any other by its path.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from compiler.parse.atoms import texts
from compiler.parse.project_path import Refusal, path_inside
from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Spanned
from compiler.parse.text import text_of_file
from compiler.parse.tree import KeyNode, ListNode, MapNode, Node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, Note, errors_of
from workflow_ir.nearest import nearest

END = ".policy.yaml"
ENDS = (END, ".policy.yml", ".policy.json")
SHIPPED = Path(__file__).parents[1] / "policies"
OF_MELODY = "melody:"
"""The names of shipped packs in diagnostics begin so: they are no files of the user."""
MOST_USED = 50
"""Packs of one policy."""
MOST_CHARACTERS = 100_000
"""Of one pack."""
MOST_LOOKED_AT = 1000
"""Files of a folder that are looked at for a name that was meant."""

Check = Callable[[Reading, MapNode], None]
"""Reports what in a pack is wrong."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack, read."""

    source: SourceText
    tree: MapNode | None
    """What it says; None: something is wrong with it."""
    problems: tuple[Diagnostic, ...] = ()


class Packs:
    """The packs that the files of one folder may use; each is read once."""

    def __init__(
        self, folder: Path | None = None, *, root: Path | None = None, project: bool = False
    ) -> None:
        """Begin with none.

        Args:
            folder: Where paths of packs begin; None: no path leads anywhere, and nothing is said.
            root: What they must lie in; ``folder`` if None.
            project: There is a project, whose folder ``root`` is.
        """
        self.folder = folder
        self.root = root or folder
        self.project = project
        self._read: dict[Path, Pack | Diagnostic] = {}

    def of(self, folder: Path) -> Packs:
        """The same, as files in another folder see them."""
        found = Packs(folder, root=self.root, project=self.project)
        found._read = self._read
        return found

    @property
    def sources(self) -> dict[str, str]:
        """Text by file name, of every pack that was read."""
        packs = [pack for pack in self._read.values() if isinstance(pack, Pack)]
        return {pack.source.file: pack.source.text for pack in packs}

    def find(self, reading: Reading, name: Spanned[str], check: Check) -> Pack | None:
        """The pack of a name or path; MEL235 at the name if there is no such pack."""
        if not _is_path(name.value):
            return self._shipped(reading, name, check)
        path = self._path(reading, name)
        if path is None:
            return None
        if path not in self._read:
            self._read[path] = _pack(path, _shown(path), check)
        found = self._read[path]
        if isinstance(found, Pack):
            return found
        _refuse(reading, name, found, _nearest(name.value, path))
        return None

    def _shipped(self, reading: Reading, name: Spanned[str], check: Check) -> Pack | None:
        if name.value in shipped():
            path = SHIPPED / f"{name.value}{END}"
            if path not in self._read:
                self._read[path] = _pack(path, f"{OF_MELODY}{path.name}", check)
            found = self._read[path]
            assert isinstance(found, Pack)  # it is in the folder
            return found
        close = nearest(name.value, shipped())
        listed = ", ".join(f"`{one}`" for one in shipped())
        reading.report(
            "MEL235",
            f"there is no policy pack `{name.value[:60]}`",
            name.span,
            label=f"did you mean `{close}`?" if close else None,
            help=f"packs: {listed}; one of your own is a path: `./team{END}`",
            fix=Fix(f"write `{close}`", (Edit(name.span, close),)) if close else None,
        )
        return None

    def _path(self, reading: Reading, name: Spanned[str]) -> Path | None:
        text = name.value
        if "${{" in text:
            fact = "which packs are used is settled before the run, so it cannot be computed"
            cure = "write their names"
        elif not text.endswith(ENDS):
            fact, cure = f"`{text[:100]}` is no policy pack", f"the name of a pack ends in `{END}`"
        elif self.folder is None or self.root is None:
            return None
        else:
            found = path_inside(text, folder=self.folder, root=self.root)
            if isinstance(found, Path):
                return found
            fact, cure = self._refused(text[:100], found)
        reading.report("MEL235", fact, name.span, help=cure)
        return None

    def _refused(self, text: str, why: Refusal) -> tuple[str, str]:
        where = "the project" if self.project else "the folder of this file"
        match why:
            case Refusal.NO_WAY_FROM_HERE:
                return f"`{text}` is no path from here", f"write a path such as `./team{END}`"
            case Refusal.NO_PATH:
                return f"`{text}` is no path of a file", "correct the path"
            case Refusal.OUTSIDE:
                return f"`{text}` lies outside {where}", "move the file into it"


@cache
def shipped() -> tuple[str, ...]:
    """The names of the packs that come with Melody, sorted."""
    return tuple(sorted(path.name.removesuffix(END) for path in SHIPPED.glob(f"*{END}")))


def is_of_a_pack(file: str) -> bool:
    """Whether a place is in a pack rather than where the pack is used."""
    return file.endswith(ENDS)


def with_packs(reading: Reading, node: Node, check: Check) -> Node:
    """A policy as if its packs were written in it, below its own keys; without ``use``.

    Later packs win over earlier ones. Maps are merged key by key, ``notify`` adds up, everything
    else is replaced.

    Args:
        reading: Where problems of the packs are reported, each once.
        node: The policy as written.
        check: The reader of a pack.
    """
    if not isinstance(node, MapNode) or node.get("use") is None:
        return node
    below = MapNode((), node.span)
    for tree in _used(reading, node.get("use"), check):
        below = _over(below, tree)
    own = tuple((key, value) for key, value in node.entries if key.text != "use")
    return _over(below, MapNode(own, node.span))


def _used(reading: Reading, written: Node | None, check: Check) -> Iterator[MapNode]:
    if written is None:
        return
    packs = reading.packs or Packs()
    names = texts(reading, written, "use") or ()
    for name in names[:MOST_USED]:
        pack = packs.find(reading, name, check)
        if pack is None:
            continue
        reading.adopt(pack.problems)
        if pack.tree is not None:
            yield pack.tree
    if len(names) > MOST_USED:
        fact = f"a policy uses {MOST_USED} packs at most"
        reading.report("MEL235", fact, names[MOST_USED].span, help="write one pack of them")


def _over(below: MapNode, own: MapNode) -> MapNode:
    entries = {key.text: (key, value) for key, value in below.entries}
    for key, value in own.entries:
        before = entries.get(key.text)
        entries[key.text] = (key, value if before is None else _merged(key, before[1], value))
    return MapNode(tuple(entries.values()), own.span)


def _merged(key: KeyNode, before: Node, value: Node) -> Node:
    if isinstance(before, MapNode) and isinstance(value, MapNode):
        return _over(before, value)
    if key.text == "notify" and isinstance(before, ListNode) and isinstance(value, ListNode):
        known = [item.plain() for item in before.items]
        more = (item for item in value.items if item.plain() not in known)
        return ListNode((*before.items, *more), value.span)
    return value


def _shown(path: Path) -> str:
    """One name of a file in diagnostics, whoever uses it: the way to it from here."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return str(path)


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.startswith(("~", ".")) or "." in name


def _pack(path: Path, shown: str, check: Check) -> Pack | Diagnostic:
    """A pack with all that is wrong in it, or why it cannot be read at all."""
    source, problems = text_of_file(path, file=shown)
    if source is None:
        return problems[0]
    if len(source.text) > MOST_CHARACTERS:
        reading = Reading(source)
        top = source.span(0, 0)
        reading.report("MEL235", f"`{shown}` is no policy pack: it is too long", top)
        return reading.problems[0]
    tree, found = read_tree(source)
    if tree is None:
        return Pack(source, None, tuple(found))
    reading = Reading(source, found)
    mapping = reading.map_of(tree, "a policy pack", help="write for example `notify: [team]`")
    if mapping is not None:
        check(reading, mapping)
    problems = (*found, *reading.problems)
    if mapping is None or errors_of(problems):
        return Pack(source, None, problems)
    said = tuple(entry for entry in mapping.entries if entry[0].text != "description")
    return Pack(source, MapNode(said, mapping.span), problems)


def _refuse(reading: Reading, name: Spanned[str], why: Diagnostic, guess: str | None) -> None:
    absent = why.code == "MEL101"
    reading.report(
        "MEL235",
        why.message if absent else f"`{name.value[:100]}` is no policy pack",
        name.span,
        label=f"did you mean `{guess}`?" if absent and guess else None,
        notes=() if absent else (Note(why.message, why.span),),
        help="correct the path" if absent and guess is None else None,
        fix=Fix(f"write `{guess}`", (Edit(name.span, guess),)) if absent and guess else None,
    )


def _nearest(written: str, path: Path) -> str | None:
    """The pack in the same folder whose name is nearest to one that is not there, as a path."""
    try:
        found = [one.name for one in islice(path.parent.iterdir(), MOST_LOOKED_AT)]
    except (OSError, ValueError):
        return None
    stems = {name.partition(".policy.")[0]: name for name in sorted(found) if name.endswith(ENDS)}
    guess = nearest(path.name.partition(".")[0], stems)
    before, slash, _ = written.rpartition("/")
    return None if guess is None else f"{before}{slash or './'}{stems[guess]}"
