"""The one function that writes literals: whatever a text is, Python reads the same out of it."""

from __future__ import annotations

import ast
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.schemas import Schemas
from tests.ejected.hostile.corpus import SURROGATES

SETTINGS = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@SETTINGS
@given(st.lists(st.text(), min_size=1, max_size=12))
def test_any_texts_are_literals_of_themselves(texts: list[str]) -> None:
    data = {"a": texts, **{text: {text: 1} for text in texts}}
    source = text_literal(data)
    assert re.fullmatch(r"[\x20-\x7e]*", source)
    assert ast.literal_eval(source) == data


def test_halves_of_characters_are_literals_of_themselves() -> None:
    for text in SURROGATES:
        assert ast.literal_eval(text_literal([text, text * 80])) == [text, text * 80]
        made = Schemas("x")
        made.json({"type": "string", "enum": [text]}, "hint")
        (module,) = (module for module in [made.module()] if module is not None)
        assert any(
            isinstance(node, ast.Constant) and node.value == text
            for node in ast.walk(ast.parse(module))
        )
