from __future__ import annotations

import doctest

import pytest

from tests.unit.samples.loaded_players import release_notes

module = release_notes("escape_markdown")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("keep <b> bold", r"keep \<b> bold"),
        ("`a < b` and *args", r"`a < b` and \*args"),
        ("snake_case and __init__", r"snake_case and \_\_init\_\_"),
        ("[link](http://example.org)", r"\[link\](http://example.org)"),
        ("# no heading", r"\# no heading"),
        ("- no item", r"\- no item"),
        ("12) no item", r"12\) no item"),
        ("#12 and @ada stay", "#12 and @ada stay"),
        ("an open ` stays", "an open ` stays"),
        (r"C:\new", r"C:\\new"),
        ("", ""),
    ],
)
def test_text_is_shown_as_it_is_written(text: str, escaped: str) -> None:
    assert module.escape_markdown(text) == escaped


def test_its_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0
