"""Everything that stands above a Melody, put together: user → project → profile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from compiler.parse import syntax
from compiler.parse.project import project as read_project
from compiler.parse.source_text import SourceText
from compiler.parse.tree import MapNode, Node
from compiler.projects.bounds import bounds_of
from compiler.projects.merge_patch import entries_of
from compiler.projects.profiles import (
    Profile,
    no_such_profile,
    other_profiles,
    profile_of,
    with_its_packs,
)
from compiler.projects.settings import unfixable
from compiler.projects.user_file import user_file
from compiler.projects.written_file import WrittenFile, read_written
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, in_file_order
from workflow_ir.policy import Policy

PROJECT_FILE = "melody.project.yaml"
SHARED = ("models", "players", "task_types", "windows")
"""What the user's file adds to the project's, name by name; the project's own come first."""
DEFAULT_WALL_S = Policy().wall_s


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above a Melody, as one tree; ``project`` reads it."""

    tree: MapNode | None
    """Project, user and profile together; None: there is neither file."""
    source: SourceText | None
    user: WrittenFile | None
    written: WrittenFile | None
    """The project's file."""
    profile: Profile | None
    """The one that was chosen."""
    problems: tuple[Diagnostic, ...]
    """Of each file by itself, and of what was chosen."""

    @property
    def folder(self) -> Path | None:
        """The project's folder; None: there is no project."""
        return None if self.written is None else self.written.path.parent

    @property
    def sources(self) -> dict[str, str]:
        """Text by file name."""
        files = [file for file in (self.user, self.written) if file is not None]
        return {name: text for file in files for name, text in file.sources.items()}

    @property
    def has_project(self) -> bool:
        """A project file is there and could be read."""
        return self.written is not None and self.written.syntax is not None

    def project(self) -> tuple[syntax.Project | None, tuple[Diagnostic, ...]]:
        """What all of it says together, and every problem of it, in file order."""
        if self.tree is None or self.source is None:
            return None, self.problems
        found, more = read_project(self.source, self.tree, self.problems)
        problems = [*self.problems, *more]
        if found is not None:
            found = replace(found, defaults=_policy(self.user))
            if self.profile is not None:
                place = syntax.Spanned(self.profile.name, self.profile.span)
                problems += self.profile.loosened(_policy(self.written), found.policy)
                bounds = bounds_of(_policy(self.written))
                found = replace(found, profile=place, bounds=bounds)
        return found, in_file_order(unfixable(problem) for problem in problems)


def find_project(folder: Path) -> Path | None:
    """The nearest project file in a folder or above it; anything of that name counts."""
    here = Path(os.path.abspath(folder))  # noqa: PTH100 - `..` is no folder to look in, and links stay
    for place in (here, *here.parents):
        candidate = place / PROJECT_FILE
        if os.path.lexists(candidate):
            return candidate
    return None


def above(folder: Path, profile: str | None = None) -> Above:
    """What stands above the Melodies of a folder.

    Args:
        folder: The project is the nearest one in it or above it.
        profile: The profile to apply; it must be in the project or in the user's file (MEL132).
    """
    path = find_project(folder)
    return above_of(None if path is None else read_written(path), profile)


def above_of(written: WrittenFile | None, profile: str | None = None) -> Above:
    """The same for a project that is read already; None: there is none."""
    user = _user()
    files = (user, written)
    problems = [problem for file in files if file is not None for problem in file.problems]
    if user is not None:
        problems += _raised_wall(user)
    if written is not None:
        problems += other_profiles(written, profile, problems)
    tree = _together(user, written)
    chosen = None if profile is None else profile_of(profile, files)
    if chosen is not None:
        problems += chosen.problems
        tree = chosen.applied(tree, written)
    else:
        tree = with_its_packs(tree, written)[0]
        problems += () if profile is None else no_such_profile(profile, files)
    source = next((file.source for file in (written, user) if file and file.source), None)
    return Above(tree, source, user, written, chosen, tuple(problems))


def _user() -> WrittenFile | None:
    path = user_file()
    if path is None or not os.path.lexists(path):
        return None
    return read_written(path, file=str(path), of_user=True)


def _policy(written: WrittenFile | None) -> syntax.Policy | None:
    return None if written is None or written.syntax is None else written.syntax.policy


def _together(user: WrittenFile | None, written: WrittenFile | None) -> MapNode | None:
    """The project's tree with what the user's adds to it."""
    own = None if written is None else written.tree
    others = None if user is None else user.tree
    if not isinstance(own, MapNode):
        own = None
    if not isinstance(others, MapNode):
        return own
    entries = {key.text: (key, value) for key, value in entries_of(own)}
    for name in SHARED:
        key, more = others.key(name), others.get(name)
        if key is not None and isinstance(more, MapNode):
            first = entries.get(name, (key, MapNode((), more.span)))
            entries[name] = (first[0], _overlaid(first[1], more))
    return MapNode(tuple(entries.values()), others.span if own is None else own.span)


def _overlaid(first: Node, more: MapNode) -> Node:
    if not isinstance(first, MapNode):
        return first
    known = set(first.keys)
    added = tuple(entry for entry in more.entries if entry[0].text not in known)
    return MapNode((*first.entries, *added), first.span)


def _raised_wall(user: WrittenFile) -> Iterator[Diagnostic]:
    """Only a project raises the policy wall (spec 8, policy)."""
    policy = _policy(user)
    wish = None if policy is None else policy.wall
    if wish is not None and wish.value > DEFAULT_WALL_S:
        yield diagnose(
            "MEL402",
            "the policy wall is raised by a project alone",
            wish.span,
            help=f"write it in `policy` of {PROJECT_FILE}",
        )
