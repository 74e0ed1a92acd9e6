from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.parse.source_text import SourceText
from compiler.parse.tree import MapNode, Node
from compiler.parse.yaml_reader import read_tree
from compiler.projects.merge_patch import merge_patch

# RFC 7386, appendix A: original, patch, result.
RFC = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


def tree(data: Any, file: str) -> Node:
    node, problems = read_tree(SourceText(file, json.dumps(data)))
    assert problems == ()
    assert node is not None
    return node


@pytest.mark.parametrize(("original", "patch", "result"), RFC)
def test_the_vectors_of_the_rfc_hold(original: Any, patch: Any, result: Any) -> None:
    merged = merge_patch(tree(original, "a"), tree(patch, "b"))
    assert merged.plain() == result


def test_every_value_keeps_the_file_that_it_comes_from() -> None:
    merged = merge_patch(tree({"a": {"x": 1, "y": 2}}, "a"), tree({"a": {"y": 3}, "b": 4}, "b"))
    assert isinstance(merged, MapNode)
    inner = merged.get("a")
    assert isinstance(inner, MapNode)
    places = {key.text: (key.span.file, value.span.file) for key, value in inner.entries}
    assert places == {"x": ("a", "a"), "y": ("b", "b")}
    assert [key.span.file for key, _ in merged.entries] == ["a", "b"]


def test_what_is_patched_stays_as_it_is() -> None:
    original = tree({"a": {"x": 1}}, "a")
    merge_patch(original, tree({"a": {"x": None}}, "b"))
    assert original.plain() == {"a": {"x": 1}}
