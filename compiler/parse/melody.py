"""The tree of a file to a Melody as written, with every problem of shape."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.parse.atoms import MELODY_NAME, named, text, text_or_number
from compiler.parse.inputs import inputs
from compiler.parse.models import models
from compiler.parse.packs import Packs
from compiler.parse.players import players
from compiler.parse.policy import run_policy
from compiler.parse.process import process
from compiler.parse.reading import Fields, Reading
from compiler.parse.scopes import steps
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Melody, Spanned
from compiler.parse.tree import MapNode, Node, ScalarNode
from compiler.parse.values import map_value
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, in_file_order

LANGUAGE = "v1"
KEYS = (
    "melody",
    "name",
    "version",
    "description",
    "inputs",
    "models",
    "players",
    "policy",
    "process",
    "steps",
    "outputs",
)
OF_A_PROJECT = ("allow", "profiles", "stores", "task_types", "teams")


def melody(
    source: SourceText,
    tree: Node,
    known: Iterable[Diagnostic] = (),
    packs: Packs | None = None,
) -> tuple[Melody | None, tuple[Diagnostic, ...]]:
    """Read a tree into syntax.

    Args:
        source: The file the tree was read from.
        tree: Its root.
        known: What the YAML reader reported; those places are not reported twice.
        packs: Where its policies find their packs; None: the shipped ones alone.

    Returns:
        The Melody, as far as it could be read (None only if it is no map), and the new problems.
    """
    reading = Reading(source, known, packs)
    if not isinstance(tree, MapNode):
        reading.report(
            "MEL111",
            "a Melody is a map of `key: value` lines",
            tree.span,
            help="begin with `melody: v1`, a `name` and `steps`",
        )
        return None, tuple(reading.problems)
    first = tree.entries[0][0].span if tree.entries else tree.span
    fields = reading.fields(
        tree,
        "melody",
        KEYS,
        at=first,
        name="the Melody",
        required=("melody", "name", "steps"),
        elsewhere=lambda key: (
            f"`{key}` stands in `melody.project.yaml`" if key in OF_A_PROJECT else None
        ),
    )
    assert fields is not None  # it is a map
    _language(fields)
    name = fields.read("name", text)
    found = Melody(
        source,
        tree.span,
        named(reading, name, MELODY_NAME, "a Melody") if name else Spanned("", first),
        fields.read_all("steps", steps),
        version=fields.read("version", text_or_number),
        description=fields.read("description", text),
        inputs=fields.read_all("inputs", inputs),
        models=fields.read_all("models", models),
        players=fields.read_all("players", players),
        policy=fields.read_at("policy", run_policy),
        process=fields.read_at("process", process),
        outputs=fields.read("outputs", map_value),
    )
    written = tree.get("steps")
    if isinstance(written, MapNode) and not written.entries:
        reading.report(
            "MEL111", "`steps` is empty", fields.span("steps"), help="a Melody has one step or more"
        )
    return found, in_file_order(reading.problems)


def _language(fields: Fields) -> None:
    """``melody: v1``, which comes first."""
    node, tree = fields.node.get("melody"), fields.node
    if node is None:
        return
    known = isinstance(node, ScalarNode) and node.text == LANGUAGE
    if not known:
        shown = f"`{node.text[:20]}`" if isinstance(node, ScalarNode) else "this"
        fields.reading.report(
            "MEL114",
            f"{shown} is no version of the language that is known here",
            node.span,
            help=f"write `melody: {LANGUAGE}`",
            fix=Fix(f"write `{LANGUAGE}`", (Edit(node.span, LANGUAGE),))
            if isinstance(node, ScalarNode) and node.text in ("1", "1.0", "V1", "v1.0", "")
            else None,
        )
    first_key = next((key for key, _ in tree.entries if not key.text.startswith("x-")), None)
    if first_key is not None and first_key.text != "melody":
        fields.reading.report(
            "MEL115",
            "`melody` must be the first key",
            fields.span("melody"),
            help="move this line to the top",
            fix=_to_the_top(fields, node) if known else None,
        )


def _to_the_top(fields: Fields, node: Node) -> Fix | None:
    """Move the line, if it holds nothing else and the map is written with indentation."""
    source, key = fields.reading.source, fields.span("melody")
    starts = source.starts
    line = source.text[starts[key.line - 1] :].split("\n", 1)[0].rstrip("\r")
    if key.column != 1 or line.strip() != f"melody: {LANGUAGE}" or node.span.line != key.line:
        return None
    start = starts[key.line - 1]
    end = starts[key.line] if key.line < len(starts) else len(source.text)
    top = source.span(*[source.offset(fields.node.span.line, fields.node.span.column)] * 2)
    return Fix(
        "move it to the top",
        (Edit(top, f"melody: {LANGUAGE}\n"), Edit(source.span(start, end), "")),
    )
