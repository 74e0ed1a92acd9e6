"""Profiles: changes of a project that are chosen by name (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiler.parse import syntax
from compiler.parse.policy import packed
from compiler.parse.project import keys_of_profile
from compiler.parse.project import project as read_project
from compiler.parse.reading import Reading
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
    """The user's changes, then the project's, with their packs: at least one."""
    problems: tuple[Diagnostic, ...] = ()
    """Of the packs that they use."""
    uses: bool = False
    """They say which packs are used, in place of the project."""

    @property
    def span(self) -> Span:
        """The place of its changes; of those in the project, if there are any."""
        return self.patches[-1].span

    def applied(self, tree: MapNode | None, written: WrittenFile | None) -> MapNode:
        """A project's tree with the changes.

        A profile that uses packs of its own takes the place of the project's; they stand above the
        project's own keys, as the profile does.

        Args:
            tree: As written.
            written: The file it comes from.
        """
        tree = without_use(tree) if self.uses else with_its_packs(tree, written)[0]
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
    patches: list[MapNode] = []
    problems: list[Diagnostic] = []
    uses = False
    for file in files:
        patch = None if file is None else file.get("profiles", name)
        if file is not None and isinstance(patch, MapNode):
            keys = keys_of_profile(of_user=file.of_user)
            kept = tuple(entry for entry in patch.entries if entry[0].text in keys)
            changes: MapNode | None = MapNode(kept, patch.span)
            policy = patch.get("policy")
            named = policy.get("use") if isinstance(policy, MapNode) else None
            uses = uses or named is not None
            if named is not None and is_null(named):
                changes = without_use(changes)
            changes, more = with_its_packs(changes, file)
            patches += [changes] if changes is not None else []
            problems += more
    return Profile(name, tuple(patches), tuple(problems), uses) if patches else None


def with_its_packs(
    tree: MapNode | None, file: WrittenFile | None
) -> tuple[MapNode | None, tuple[Diagnostic, ...]]:
    """A tree whose ``policy`` says what its packs say, and what is wrong with them.

    Args:
        tree: Of a project, or of the changes of a profile.
        file: Where it comes from.
    """
    policy = None if tree is None else tree.get("policy")
    if tree is None or policy is None or file is None or file.source is None:
        return tree, ()
    reading = Reading(file.source, file.problems, file.packs)
    found = packed(reading, policy)
    return _with_policy(tree, found), tuple(reading.problems)


def without_use(tree: MapNode | None) -> MapNode | None:
    """A tree whose ``policy`` uses no packs."""
    policy = None if tree is None else tree.get("policy")
    if tree is None or not isinstance(policy, MapNode):
        return tree
    kept = tuple(entry for entry in policy.entries if entry[0].text != "use")
    return _with_policy(tree, MapNode(kept, policy.span))


def _with_policy(tree: MapNode, policy: Node) -> MapNode:
    entries = ((key, policy if key.text == "policy" else value) for key, value in tree.entries)
    return MapNode(tuple(entries), tree.span)


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
        found += profile.problems
        changed = profile.applied(tree, written)
        project, more = read_project(written.source, changed, (*known, *found))
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
