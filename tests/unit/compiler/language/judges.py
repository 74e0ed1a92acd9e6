"""The two that must agree on what a Melody looks like: the reader and the schema.

The reader is asked as if everything that the language knows could run already (no MEL130): the
schema is of the language.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jsonschema import Draft7Validator

from compiler.language import melody_schema, project_schema
from compiler.parse import reading
from compiler.parse.melody import melody
from compiler.parse.project import project
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, errors_of

VALID = Path(__file__).parent / "valid"
MELODIES = tuple(sorted(VALID.glob("*.melody.yaml")))
PROJECTS = tuple(sorted(VALID.glob("*.project.yaml")))

SHAPE = frozenset(f"MEL{number}" for number in (*range(111, 115), *range(116, 120)))
"""Codes of shape; MEL115, a warning, is about the order of keys, which no schema sees."""
OF_EXPRESSIONS = frozenset({"MEL120", "MEL121", "MEL122"})
"""What the schema may see of expressions, and need not."""


@cache
def validator(*, of_project: bool = False) -> Draft7Validator:
    schema = project_schema() if of_project else melody_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def tree_of(text: str, *, file: str = "t.melody.yaml") -> Any:
    """The data of a text, by the scalar rules of Melody."""
    node, problems = read_tree(SourceText(file, text))
    assert node is not None
    assert problems == ()
    return node.plain()


def problems_of(text: str, *, of_project: bool = False) -> tuple[Diagnostic, ...]:
    """What the reader says of a text."""
    source = SourceText("t.melody.yaml", text)
    node, found = read_tree(source)
    assert node is not None
    with patch.object(reading, "NOT_YET", {}):
        _, more = (project if of_project else melody)(source, node, found)
    return (*found, *more)


def errors_in(tree: Any, *, of_project: bool = False) -> tuple[Diagnostic, ...]:
    """What the reader refuses in data."""
    return errors_of(problems_of(json.dumps(tree), of_project=of_project))


def schema_accepts(tree: Any, *, of_project: bool = False) -> bool:
    accepted: bool = validator(of_project=of_project).is_valid(tree)
    return accepted
