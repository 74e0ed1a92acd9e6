"""Short ways to look at what a conversion gives."""

from __future__ import annotations

from typing import Any

from compiler.importers.conversion import Converted
from compiler.importers.writing import to_yaml
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import compile_text
from workflow_ir.render import render_text

NOWHERE = "/no/such/folder"
"""No project file is above it."""
YET_TO_COME = {"MEL123", "MEL401"}
"""What a good Melody may be told: that its windows have no times yet, and that nobody has allowed
its commands."""


def data_of(text: str) -> Any:
    """YAML as data, by the reader of Melodies."""
    tree, problems = read_tree(SourceText("t.melody.yaml", text))
    assert tree is not None
    assert problems == ()
    return tree.plain()


def melody_of(converted: Converted) -> Any:
    """The Melody as data. It reads without a problem, and is written again as it stands."""
    text = converted.text
    assert text is not None, shown(converted)
    compiled = compile_text(text, file="t.melody.yaml", folder=NOWHERE)
    problems = [one for one in compiled.diagnostics if one.code not in YET_TO_COME]
    assert problems == [], render_text(problems, compiled.sources)
    data = data_of(text)
    assert to_yaml(data) == text
    return data


def steps_of(converted: Converted) -> Any:
    return melody_of(converted)["steps"]


def codes(converted: Converted) -> list[str]:
    return [one.code for one in converted.diagnostics]


def places(converted: Converted) -> list[tuple[str, str, str]]:
    """Each problem: its code, the text it is in, and what stands over the carets."""
    found = []
    for one in converted.diagnostics:
        assert one.span is not None
        line = converted.sources[one.span.file].split("\n")[one.span.line - 1]
        end = one.span.end_column if one.span.end_line == one.span.line else len(line) + 1
        found.append((one.code, one.span.file, line[one.span.column - 1 : end - 1]))
    return found


def shown(converted: Converted) -> str:
    """Everything that is said, as a person reads it."""
    return render_text(converted.diagnostics, converted.sources, commands=False)
