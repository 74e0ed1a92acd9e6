"""``melody.project.yaml``: what a project allows, and what its Melodies share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from compiler.parse.allow import allow
from compiler.parse.atoms import PLAYER_NAME, named, text, text_or_number
from compiler.parse.melody import KEYS as OF_A_MELODY
from compiler.parse.models import models
from compiler.parse.packs import Packs
from compiler.parse.players import players
from compiler.parse.policy import run_policy
from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Project, Spanned
from compiler.parse.tree import MapNode, Node, ScalarNode
from compiler.parse.windows import windows
from workflow_ir.diagnostics import Diagnostic, in_file_order

KEYS = (
    "melody", "name", "description", "allow", "models", "players", "policy", "profiles", "stores",
    "task_types", "teams", "windows",
)  # fmt: skip
OF_A_USER = tuple(key for key in KEYS if key not in ("name", "allow"))
"""Keys of the user's own file: what is allowed, a project says for its own folder."""
OF_A_PROFILE = tuple(key for key in KEYS if key not in ("melody", "name", "profiles"))
"""What a profile changes; one in the user's file does not change ``allow``."""
WITHOUT_EFFECT = ("stores", "teams")
"""Read as maps; nothing acts by them yet, which is told."""


def project(
    source: SourceText,
    tree: Node,
    known: Iterable[Diagnostic] = (),
    packs: Packs | None = None,
    *,
    of_user: bool = False,
) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the tree of a project file.

    Args:
        source: The file the tree was read from; parts of the tree may come from others.
        tree: Its root.
        known: Problems that are told already: those places are not reported twice.
        packs: Where its policies find their packs; None: the shipped ones alone.
        of_user: It is the user's own file.

    Returns:
        The project, as far as it could be read (None only if it is no map), and the new problems.
        What stands in its profiles is read by ``compiler.projects``, which applies them.
    """
    reading = Reading(source, known, packs)
    what = "the user's file" if of_user else "the project"
    if not isinstance(tree, MapNode):
        example = "policy: {timeout: 5m}" if of_user else "allow: {command: [git]}"
        reading.report(
            "MEL111",
            f"{what if of_user else 'a project file'} is a map of `key: value` lines",
            tree.span,
            help=f"write for example `{example}`",
        )
        return None, tuple(reading.problems)
    fields = reading.fields(
        tree,
        "user" if of_user else "project",
        OF_A_USER if of_user else KEYS,
        at=tree.span,
        name=what,
        elsewhere=lambda key: _elsewhere(key, of_user=of_user),
    )
    assert fields is not None  # it is a map
    fields.read("melody", text_or_number)
    for label in ("name", "description"):
        fields.read(label, text)
    fields.read("profiles", partial(_profiles, keys=keys_of_profile(of_user=of_user)))
    for key in WITHOUT_EFFECT:
        fields.read(key, _without_effect)
    found = Project(
        source,
        tree.span,
        allow=None if of_user else fields.read_at("allow", allow),
        models=fields.read_all("models", models),
        players=fields.read_all("players", players),
        policy=fields.read_at("policy", run_policy),
        task_types=fields.read_all("task_types", _task_types),
        windows=fields.read_all("windows", windows),
    )
    return found, in_file_order(reading.problems)


def _elsewhere(key: str, *, of_user: bool) -> str | None:
    if of_user and key in KEYS:
        return f"`{key}` stands in `melody.project.yaml`"
    if key in OF_A_MELODY and key not in KEYS:
        return f"`{key}` stands in a Melody"
    return None


def keys_of_profile(*, of_user: bool) -> tuple[str, ...]:
    """What the changes of a profile may be about."""
    return tuple(key for key in OF_A_PROFILE if not (of_user and key == "allow"))


def _profiles(reading: Reading, node: Node, name: str, *, keys: tuple[str, ...]) -> None:
    """``profiles: {production: {…}}``: names and keys; a patch may hold null everywhere."""
    entries = reading.map_of(node, name, help="write `profiles: {production: {policy: {…}}}`")
    for key, patch in () if entries is None else entries.entries:
        named(reading, Spanned(key.text, key.span), PLAYER_NAME, "a profile")
        fields = reading.fields(
            patch, "profile", keys, at=key.span, name=f"profile `{key.text}`",
            elsewhere=lambda key: f"`{key}` is no part of a profile" if key in KEYS else None,
        )  # fmt: skip
        if fields is not None:
            for part in keys:
                fields.read(part, _text_or_null if part == "description" else _map_or_null)


def _map_or_null(reading: Reading, node: Node, name: str) -> None:
    if not isinstance(node, MapNode) and not _is_null(node):
        reading.wrong_shape(node, name, "a map of changes, or null")


def _text_or_null(reading: Reading, node: Node, name: str) -> None:
    if not _is_null(node):
        text(reading, node, name)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def _task_types(
    reading: Reading, node: Node, name: str
) -> tuple[tuple[Spanned[str], Spanned[float]], ...] | None:
    """``task_types: {finance: 1.5}``: what the score of a step's priority is multiplied by."""
    entries = reading.map_of(node, name, help="write `task_types: {finance: 1.5}`")
    if entries is None:
        return None
    found: list[tuple[Spanned[str], Spanned[float]]] = []
    for key, item in entries.entries:
        number = item.value if isinstance(item, ScalarNode) else None
        if isinstance(number, int | float) and not isinstance(number, bool) and number > 0:
            found.append((Spanned(key.text, key.span), Spanned(float(number), item.span)))
        else:
            reading.wrong_shape(item, key.text, "a number above 0", help="1 changes nothing")
    return tuple(found)


def _without_effect(reading: Reading, node: Node, name: str) -> None:
    entries = reading.map_of(node, name, help=f"write `{name}: {{name: {{…}}}}`")
    if entries is not None:
        reading.report(
            "MEL133",
            f"`{name}` has no effect in this version",
            node.span.start,
            help="runs behave as if it were not there",
        )
