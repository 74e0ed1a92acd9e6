"""``melody.project.yaml``: what a project allows, and what its Melodies share."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.parse.atoms import text, texts
from compiler.parse.melody import KEYS as OF_A_MELODY
from compiler.parse.models import models
from compiler.parse.players import players
from compiler.parse.policy import run_policy
from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Allow, Project, Spanned
from compiler.parse.tree import ListNode, MapNode, Node
from workflow_ir.diagnostics import Diagnostic, in_file_order
from workflow_ir.span import Span

KEYS = (
    "melody", "name", "description", "allow", "models", "players", "policy", "profiles", "stores",
    "task_types", "teams",
)  # fmt: skip
ALLOW = ("python", "command", "http", "mcp", "plugin", "private_addresses")


def project(
    source: SourceText, tree: Node, known: Iterable[Diagnostic] = ()
) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """Read the tree of a project file; arguments and result as of ``melody``."""
    reading = Reading(source, known)
    if not isinstance(tree, MapNode):
        reading.report(
            "MEL111",
            "a project file is a map of `key: value` lines",
            tree.span,
            help="write for example `allow: {command: [git]}`",
        )
        return None, tuple(reading.problems)
    fields = reading.fields(
        tree,
        "project",
        KEYS,
        at=tree.span,
        name="the project",
        elsewhere=lambda key: f"`{key}` stands in a Melody" if key in OF_A_MELODY else None,
    )
    assert fields is not None  # it is a map
    for label in ("name", "description"):
        fields.read(label, text)
    found = Project(
        source,
        tree.span,
        allow=fields.read_at("allow", _allow),
        models=fields.read_all("models", models),
        players=fields.read_all("players", players),
        policy=fields.read_at("policy", run_policy),
    )
    return found, in_file_order(reading.problems)


def _allow(reading: Reading, node: Node, at: Span) -> Allow | None:
    fields = reading.fields(node, "allow", ALLOW, at=at)
    if fields is None:
        return None
    return Allow(
        at.to(node.span),
        python=fields.read_all("python", texts),
        plugin=fields.read_all("plugin", texts),
        command=fields.read_all("command", texts),
        http=fields.read_all("http", texts),
        private_addresses=fields.read_all("private_addresses", texts),
        mcp=fields.read_all("mcp", _mcp),
    )


def _mcp(
    reading: Reading, node: Node, name: str
) -> tuple[Spanned[str | tuple[str, ...]], ...] | None:
    """Exact argvs, each a list, or URLs."""
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of argvs or URLs")
        return None
    found: list[Spanned[str | tuple[str, ...]]] = []
    for index, item in enumerate(node.items):
        if isinstance(item, ListNode):
            words = texts(reading, item, f"{name}[{index}]") or ()
            found.append(Spanned(tuple(word.value for word in words), item.span))
        elif (url := text(reading, item, f"{name}[{index}]")) is not None:
            found.append(Spanned(url.value, url.span))
    return tuple(found)
