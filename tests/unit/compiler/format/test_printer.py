from __future__ import annotations

import pytest

from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from tests.unit.compiler.format.canonical import canonical, formatted


def test_keys_of_the_language_are_ordered_and_names_are_not() -> None:
    assert formatted(
        "name: n",
        "steps:",
        "  b: {output: string, play: p, with: {z: 1, a: 2}}",
        "  a: {set: 1}",
        "melody: v1",
    ) == [
        "melody: v1",
        "name: n",
        "steps:",
        "  b: {play: p, with: {z: 1, a: 2}, output: string}",
        "  a: {set: 1}",
    ]


def test_two_columns_a_level_and_items_below_their_key() -> None:
    assert formatted(
        "melody: v1",
        "steps:",
        "      a:",
        "         branch:",
        "         -   when: x",
        "             name: n",
        "         -",
        "           name: m",
    ) == [
        "melody: v1",
        "steps:",
        "  a:",
        "    branch:",
        "      - name: n",
        "        when: x",
        "      - name: m",
    ]


def test_a_comment_goes_with_what_it_is_about() -> None:
    assert formatted(
        "# of the file",
        "",
        "steps: # all of them",
        "    # about a",
        "    a:",
        "        output: string # what comes out",
        "        # who",
        "        play: p",
        "        # the end of a",
        "",
        "",
        "    # about b",
        "    b: {play: p}",
        "# about the language",
        "melody: v1",
        "# the end",
    ) == [
        "# of the file",
        "",
        "# about the language",
        "melody: v1",
        "steps:  # all of them",
        "  # about a",
        "  a:",
        "    # who",
        "    play: p",
        "    output: string  # what comes out",
        "    # the end of a",
        "",
        "  # about b",
        "  b: {play: p}",
        "# the end",
    ]


def test_values_in_one_column_stay_there_and_others_move_close() -> None:
    assert formatted(
        "melody: v1",
        "players:",
        "  long_name:  {model: a}",
        "  x:          {model: b}",
        "  y:   {model: c}",
    )[2:] == ["  long_name:  {model: a}", "  x:          {model: b}", "  y: {model: c}"]


def test_texts_of_several_lines_move_with_their_key() -> None:
    assert formatted(
        "melody: v1",
        "steps:",
        "     a:",
        "          prompt: |  # as it is",
        "               one",
        "                 two",
        "",
        "               three",
        "          play: >-",
        "              p",
        "              q",
        "          with: {a: 1,",
        "                 b: 2}   # both",
    )[3:] == [
        "    play: >-",
        "        p",
        "        q",
        "    with: {a: 1,",
        "           b: 2}   # both",
        "    prompt: |  # as it is",
        "         one",
        "           two",
        "",
        "         three",
    ]


def test_a_text_that_keeps_its_empty_lines_keeps_them() -> None:
    text = "melody: v1\nsteps:\n  a:\n    set: |+\n      one\n\n\n    when: x\n"
    assert canonical(text) == text


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_the_end_of_the_file_is_one_line_break_unless_it_would_belong_to_a_text(end: str) -> None:
    assert canonical(f"melody: v1\nname: n{end}") == "melody: v1\nname: n\n"
    before, after = (
        read_tree(SourceText("m.yaml", text))[0]
        for text in (f"name: |\n  n{end}", canonical(f"name: |\n  n{end}"))
    )
    assert before is not None
    assert after is not None
    assert before.plain() == after.plain()


def test_what_is_named_stays_before_what_uses_it() -> None:
    text = "melody: v1\nsteps:\n  a:\n    output: &o {b: string}\n    play: p\n    policy: *o\n"
    assert canonical(text) == text.replace(
        "    output: &o {b: string}\n    play: p\n", "    play: p\n    output: &o {b: string}\n"
    )
    text = "melody: v1\nsteps:\n  a:\n    policy: &o {b: string}\n    play: p\n    output: *o\n"
    assert canonical(text) == text


def test_merge_keys_and_own_keys_stay_above_what_uses_them() -> None:
    assert formatted(
        "steps: {}",
        "x-base: &base",
        "    timeout: 1s",
        "policy:",
        "    wall: 1s",
        "    <<: *base",
        "melody: v1",
    ) == [
        "melody: v1",
        "x-base: &base",
        "  timeout: 1s",
        "policy:",
        "  wall: 1s",
        "  <<: *base",
        "steps: {}",
    ]


def test_a_comment_below_an_indented_file_is_kept() -> None:
    assert canonical(" name: n\n# the end\n") == "name: n\n# the end\n"
