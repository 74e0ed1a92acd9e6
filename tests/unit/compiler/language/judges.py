"""The two that must agree on what a Melody looks like: the reader and the schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft7Validator

from compiler.language import melody_schema, project_schema, user_schema
from compiler.parse.melody import melody
from compiler.parse.project import project
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, errors_of

VALID = Path(__file__).parent / "valid"
MELODIES = tuple(sorted(VALID.glob("*.melody.yaml")))
PROJECTS = tuple(sorted(VALID.glob("*.project.yaml")))
USERS = tuple(sorted(VALID.glob("*.user.yaml")))

Kind = Literal["melody", "project", "user"]
"""Which of the three files a text is."""

SHAPE = frozenset(f"MEL{number}" for number in (*range(111, 115), *range(116, 120)))
"""Codes of shape; MEL115, a warning, is about the order of keys, which no schema sees."""
OF_EXPRESSIONS = frozenset({"MEL120", "MEL121", "MEL122"})
"""What the schema may see of expressions, and need not."""


@cache
def validator(kind: Kind = "melody") -> Draft7Validator:
    schemas = {"melody": melody_schema, "project": project_schema, "user": user_schema}
    schema = schemas[kind]()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def tree_of(text: str, *, file: str = "t.melody.yaml") -> Any:
    """The data of a text, by the scalar rules of Melody."""
    node, problems = read_tree(SourceText(file, text))
    assert node is not None
    assert problems == ()
    return node.plain()


def kind_of(path: Path) -> Kind:
    """By the name of a valid document."""
    return "project" if path in PROJECTS else "user" if path in USERS else "melody"


def problems_of(text: str, kind: Kind = "melody") -> tuple[Diagnostic, ...]:
    """What the reader says of a text."""
    source = SourceText("t.melody.yaml", text)
    node, found = read_tree(source)
    assert node is not None
    if kind == "melody":
        return (*found, *melody(source, node, found)[1])
    return (*found, *project(source, node, found, of_user=kind == "user")[1])


def errors_in(tree: Any, kind: Kind = "melody") -> tuple[Diagnostic, ...]:
    """What the reader refuses in data."""
    return errors_of(problems_of(json.dumps(tree), kind))


def schema_accepts(tree: Any, kind: Kind = "melody") -> bool:
    accepted: bool = validator(kind).is_valid(tree)
    return accepted
