from __future__ import annotations

from melody.graphs.plain_text import plain_text
from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE, compiled
from workflow_ir.visible import width


def test_a_chain_is_drawn_from_top_to_bottom() -> None:
    text = """\
melody: v1
name: chain
steps:
  a: {set: {n: 1}}
  b: {set: {n: "${{ steps.a.output.n }}"}}
"""
    assert plain_text(compiled(text)) == ("+---+\n| a |\n+---+\n  |\n  v\n+---+\n| b |\n+---+\n")


def test_each_kind_of_node_has_a_form_of_its_own() -> None:
    text = plain_text(compiled(ROUTE))
    assert "| measure |" in text
    assert "/-----\\" in text
    assert "(------" in text
    assert "=====" in text


def test_the_frame_round_wide_characters_is_straight() -> None:
    text = """\
melody: v1
name: wide
inputs: {s: string}
steps:
  a: {when: "inputs.s != '漢字e\u0301'", set: {n: 1}}
"""
    lines = plain_text(compiled(text)).splitlines()
    assert any("漢字e\u0301" in line for line in lines)
    assert len({width(line) for line in lines}) == 1


def test_only_what_a_user_wrote_is_not_ascii() -> None:
    assert plain_text(compiled(ROUTE)).isascii()


def test_the_inside_of_a_map_stands_inside_its_frame() -> None:
    lines = plain_text(compiled(HOSTILE)).splitlines()
    (inner,) = (line for line in lines if "| one |" in line)
    assert inner.startswith("|")
    assert inner.endswith("|")
