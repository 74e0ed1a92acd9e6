"""The whole language as JSON Schema of draft 7, for editors.

The YAML language server supports draft 7 and no later one. Nothing refers to the network, so that
a copy beside the Melodies is enough::

    # yaml-language-server: $schema=.melody/melody.v1.schema.json
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.language import melody, model, player, policy, project, step, value, verb
from compiler.language import type as type_
from compiler.language.noun import Noun, Schema
from compiler.parse.melody import LANGUAGE

DRAFT = "http://json-schema.org/draft-07/schema#"
MELODY_ID = f"melody.{LANGUAGE}.schema.json"
PROJECT_ID = f"melody.project.{LANGUAGE}.schema.json"
USER_ID = f"melody.user.{LANGUAGE}.schema.json"

NOUNS: tuple[Noun, ...] = (
    model.MODEL_NOUN,
    melody.PROCESS,
    *player.NOUNS,
    *policy.NOUNS,
    *step.NOUNS,
    *verb.NOUNS,
    project.ALLOW_NOUN,
    project.PROFILE,
)
"""Every noun but the two files."""
SHAPES: dict[str, Schema] = {
    **melody.DEFINITIONS,
    **model.DEFINITIONS,
    **step.DEFINITIONS,
    **type_.DEFINITIONS,
    **value.DEFINITIONS,
    **verb.DEFINITIONS,
}
"""What is no map with known keys."""


def melody_schema() -> Schema:
    """The schema of ``*.melody.yaml`` and ``*.melody.json``."""
    return _schema_of(melody.MELODY, MELODY_ID)


def project_schema() -> Schema:
    """The schema of ``melody.project.yaml``."""
    return _schema_of(project.PROJECT, PROJECT_ID)


def user_schema() -> Schema:
    """The schema of ``melody.user.yaml``."""
    return _schema_of(project.USER, USER_ID)


def definitions() -> dict[str, Schema]:
    """Every definition by name, sorted."""
    nouns = {noun.name: noun.schema() for noun in NOUNS}
    return dict(sorted((nouns | SHAPES).items()))


def _schema_of(noun: Noun, id_: str) -> Schema:
    top = noun.schema()
    everything = definitions()
    used = _reached(top, everything)
    return {
        "$schema": DRAFT,
        "$id": id_,
        **top,
        "definitions": {name: everything[name] for name in everything if name in used},
    }


def _reached(top: Schema, everything: dict[str, Schema]) -> set[str]:
    """The definitions that a schema needs."""
    found: set[str] = set()
    waiting = [top]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(everything[name])
    return found


def _references(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        target = tree.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix("#/definitions/")
        for part in tree.values():
            yield from _references(part)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from _references(part)
