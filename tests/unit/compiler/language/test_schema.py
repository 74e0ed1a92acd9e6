from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from compiler.language import melody_schema, project_schema, user_schema
from compiler.language.schema import NOUNS, SHAPES, definitions
from tests.architecture.repository import ROOT, fresh_interpreter
from tests.unit.compiler.language.judges import schema_accepts, tree_of

SCHEMAS = {"melody": melody_schema(), "project": project_schema(), "user": user_schema()}
SAMPLES = sorted((ROOT / "samples").rglob("*.melody.yaml"))
SAMPLE_PROJECTS = sorted((ROOT / "samples").rglob("melody.project.yaml"))
CASES = sorted((ROOT / "melody" / "testing" / "conformance" / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_fits(path: Path) -> None:
    assert schema_accepts(tree_of(path.read_text("utf-8")))


@pytest.mark.parametrize("path", SAMPLE_PROJECTS, ids=lambda path: path.parent.name)
def test_the_project_of_every_sample_fits(path: Path) -> None:
    assert schema_accepts(tree_of(path.read_text("utf-8")), "project")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_melody_of_the_conformance_suite_fits(path: Path) -> None:
    assert schema_accepts(tree_of(yaml.safe_load(path.read_text("utf-8"))["melody"]))


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema_of_draft_7(name: str) -> None:
    schema = SCHEMAS[name]
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_in_it_refers_to_the_network(name: str) -> None:
    schema = SCHEMAS[name]
    targets = {tree["$ref"] for tree in _trees(schema) if isinstance(tree.get("$ref"), str)}
    assert targets == {f"#/definitions/{target}" for target in schema["definitions"]}
    assert "/" not in schema["$id"]


def test_the_ids_are_file_names() -> None:
    assert SCHEMAS["melody"]["$id"] == "melody.v1.schema.json"
    assert SCHEMAS["project"]["$id"] == "melody.project.v1.schema.json"
    assert SCHEMAS["user"]["$id"] == "melody.user.v1.schema.json"


def test_every_process_gives_the_same_text() -> None:
    program = "import json; from compiler.language import *; print(json.dumps(melody_schema()))"
    texts = {fresh_interpreter("-c", program).stdout for _ in range(2)}
    assert texts == {json.dumps(SCHEMAS["melody"]) + "\n"}


KEYS = [
    (name, key)
    for name, noun in {**SCHEMAS, **{noun.name: noun.schema() for noun in NOUNS}}.items()
    for key in noun["properties"]
]


def _property(name: str, key: str) -> dict[str, Any]:
    noun = SCHEMAS.get(name) or definitions()[name]
    found: dict[str, Any] = noun["properties"][key]
    return found


@pytest.mark.parametrize(("name", "key"), KEYS, ids=".".join)
def test_every_key_says_what_it_means_and_shows_what_may_stand_there(name: str, key: str) -> None:
    found = _property(name, key)
    assert found["description"].endswith((".", "`."))
    assert found["description"].count("`") % 2 == 0
    assert found.get("examples") or found.get("enum")


@pytest.mark.parametrize(("name", "key"), KEYS, ids=".".join)
def test_every_example_and_default_fits_its_key(name: str, key: str) -> None:
    found = _property(name, key)
    check = Draft7Validator({"definitions": definitions(), **_wrapped(found)})
    for value in (*found.get("examples", ()), *([found["default"]] if "default" in found else ())):
        assert list(check.iter_errors(value)) == []


@pytest.mark.parametrize("name", definitions())
def test_every_example_of_a_definition_fits_it(name: str) -> None:
    everything = definitions()
    check = Draft7Validator({"definitions": everything, "$ref": f"#/definitions/{name}"})
    assert everything[name].get("description") or everything[name]["$comment"]
    for value in everything[name].get("examples", ()):
        assert list(check.iter_errors(value)) == []


def test_every_definition_is_used() -> None:
    used = {name for schema in SCHEMAS.values() for name in schema["definitions"]}
    assert used == {noun.name for noun in NOUNS} | set(SHAPES)


@pytest.mark.parametrize(("noun", "label"), [
    (noun, str(snippet["label"])) for noun in NOUNS for snippet in noun.snippets
])  # fmt: skip
def test_every_snippet_has_the_keys_of_its_noun(noun: Any, label: str) -> None:
    (body,) = (each["body"] for each in noun.snippets if each["label"] == label)
    assert set(body) <= set(noun.order)


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    # Beside a `$ref` nothing counts, and so neither would the definitions.
    return {"allOf": [schema]}


def _trees(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from _trees(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _trees(part)
