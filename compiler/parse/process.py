"""``process: {manager: NAME}``: who decides who performs."""

from __future__ import annotations

from compiler.parse.atoms import text
from compiler.parse.reading import Reading
from compiler.parse.syntax import Process
from compiler.parse.tree import Node
from workflow_ir.span import Span

KEYS = ("manager",)


def process(reading: Reading, node: Node, at: Span) -> Process | None:
    """The ``process`` of a Melody."""
    fields = reading.fields(node, "process", KEYS, at=at, required=KEYS)
    manager = None if fields is None else fields.read("manager", text)
    return None if manager is None else Process(manager)
