"""Profiles: changes of a project that are chosen by name (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiler.parse import syntax
from compiler.parse.project import keys_of_profile
from compiler.parse.project import project as read_project
from compiler.parse.tree import MapNode, Node
from compiler.projects.bounds import Bound, Level, loosened, taken_away
from compiler.projects.merge_patch import entries_of, is_null, merge_patch
from compiler.projects.written_file import WrittenFile
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile, as far as it changes anything."""

    name: str
    patches: tuple[MapNode, ...]
    """The user's changes, then the project's: at least one."""

    @property
    def span(self) -> Span:
        """The place of its changes; of those in the project, if there are any."""
        return self.patches[-1].span

    def applied(self, tree: MapNode | None) -> MapNode:
        """A project's tree with the changes."""
        for patch in self.patches:
            found = merge_patch(tree, patch)
            assert isinstance(found, MapNode)
            tree = found
        assert tree is not None
        return tree

    def loosened(
        self, before: syntax.Policy | None, after: syntax.Policy | None
    ) -> Iterator[Diagnostic]:
        """MEL402: bounds of the project that it loosens or takes away.

        Args:
            before: The project's own policy.
            after: The same with the changes.
        """
        if before is None:
            return
        level = Level(before, lambda _: "the project")
        yield from loosened([level], after)
        yield from taken_away(level, after, f"profile `{self.name}`", self._null)

    def _null(self, bound: Bound) -> Span | None:
        places = (_null_on_the_way(patch, ("policy", *bound.path)) for patch in self.patches)
        return next((place for place in places if place is not None), self.span)


def profile_of(name: str, files: Iterable[WrittenFile | None]) -> Profile | None:
    """The profile of this name; None: no file has one that can be read.

    What a profile must not change is told when its file is read, and left out here.
    """
    patches = []
    for file in files:
        patch = None if file is None else file.get("profiles", name)
        if file is not None and isinstance(patch, MapNode):
            keys = keys_of_profile(of_user=file.of_user)
            kept = tuple(entry for entry in patch.entries if entry[0].text in keys)
            patches.append(MapNode(kept, patch.span))
    return Profile(name, tuple(patches)) if patches else None


def other_profiles(
    written: WrittenFile, chosen: str | None, known: Sequence[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """What is wrong in the profiles of a project that were not chosen: each is tried on it.

    Those of the user's file are not tried, since they may be meant for other projects.
    """
    found: list[Diagnostic] = []
    tree = written.tree if isinstance(written.tree, MapNode) else None
    for key, _ in entries_of(written.get("profiles")):
        profile = None if key.text == chosen else profile_of(key.text, (written,))
        if profile is None or written.source is None or written.syntax is None:
            continue
        project, more = read_project(written.source, profile.applied(tree), (*known, *found))
        found += more
        if project is not None:
            found += profile.loosened(written.syntax.policy, project.policy)
    return tuple(found)


def no_such_profile(name: str, files: Iterable[WrittenFile | None]) -> Iterator[Diagnostic]:
    """MEL132, unless the place where it would stand could not be read, which is told already."""
    names: dict[str, None] = {}
    for file in files:
        if file is None:
            continue
        written = file.get("profiles")
        if not isinstance(file.tree, MapNode) or not isinstance(written, MapNode | None):
            return
        names |= dict.fromkeys(key.text for key, _ in entries_of(written))
    if name in names:
        return
    close = nearest(name, names)
    if close is not None:
        help_ = f"did you mean `{close}`?"
    elif names:
        help_ = "profiles: " + ", ".join(f"`{one}`" for one in names)
    else:
        help_ = "define it under `profiles:` in melody.project.yaml"
    yield diagnose("MEL132", f"there is no profile `{name[:60]}`", None, help=help_)


def _null_on_the_way(node: Node | None, path: tuple[str, ...]) -> Span | None:
    """The place of the null that takes the value at a path away."""
    for key in path:
        node = node.get(key) if isinstance(node, MapNode) else None
        if node is not None and is_null(node):
            return node.span
    return None
