"""Templates put nothing into strings, docstrings and comments but our words and plain names."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from adapters.emitter.code import Code
from adapters.emitter.environment import environment_of, render
from tests.ejected.hostile.templates import enclosed, templates

NAME = "made by `Names` or `package_name`: letters, digits and `_`"
WORDS = "made by `words`: letters, digits, `-` and `_`"
OURS = "words of our own tables"
ALLOWED = {
    "melody": WORDS,
    "called": WORDS,
    "melody.called": WORDS,
    "flow.called": WORDS,
    "view.doc": "words of ours with ids in them, each made by `words`",
    "package": NAME,
    "distribution": NAME,
    "agent.name": NAME,
    "task.name": NAME,
    "crew.manager.name": NAME,
    "flow.name": NAME,
    "method.name": NAME,
    "method.follows": NAME,
    "about": OURS,
    "kind": OURS,
    "kind.words": OURS,
    "enum.about": OURS,
    "of.class": OURS,
    "row": OURS,
    "noqa": OURS,
    "nowhere": OURS,
    "no_arm": OURS,
    "one": "a distribution with its versions, out of our tables",
    "one.about": OURS,
    "python": OURS,
    "told_by": OURS,
    "version": "digits and dots",
    "example": "JSON in ASCII on one line, whose quotes are written for a shell",
    "until: …": "no hole: an f-string that speaks of braces",
}
"""The holes that stand in strings, docstrings or comments, and what cannot go wrong there."""


def test_what_stands_in_a_string_or_comment_is_known_to_be_harmless() -> None:
    found = {hole for _, text in templates() for hole in enclosed(text)}
    assert sorted(found - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - found) == []


def test_there_are_templates() -> None:
    paths = [path for path, _ in templates()]
    assert len(paths) > 90
    assert {path.partition("/")[0] for path in paths} == {
        "crewai", "emitter", "langgraph", "native",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "x = '{{ a }}'", 'x = "{{ a }}"', 'x = """\n{{ a }}\n"""', "x = 1  # {{ a }}", "# {{ a }}",
        "'{% if b %}{{ a }}{% endif %}'", 'f"{x} {{- a -}}"', "'''{{ a }}'''", "# it's\n'{{ a }}'",
    ],
)  # fmt: skip
def test_a_hole_in_a_string_or_comment_is_found(text: str) -> None:
    assert list(enclosed(text)) == ["a"]


@pytest.mark.parametrize(
    "text", ["x = {{ a }}", "f({{ a }}, 'b')", "# c\n{{ a }}", "'b' + {{ a }}"]
)
def test_a_hole_beside_them_is_none(text: str) -> None:
    assert list(enclosed(text)) == []


@pytest.mark.parametrize("value", ["x", "1", "", 1.5, None, ["x"], {"x": 1}, b"x", True])
@pytest.mark.parametrize("template", ["{{ a }}", "{% set b = a %}{{ b }}", "{{ [a][0] }}"])
def test_a_hole_takes_nothing_but_source(value: object, template: str) -> None:
    made = environment_of(DictLoader({"t": template}))
    with pytest.raises(TypeError, match="takes source only"):
        render(made, "t", a=value)
    assert render(made, "t", a=Code("x")) == "x\n"
