from __future__ import annotations

import re

from compiler.pipeline import compile_text
from melody.graphs.mermaid import mermaid

TEXT = """\
melody: v1
name: drawn
players:
  end: {command: [never-started], parse: json}
steps:
  end: {play: end, output: {n: integer}}
  route:
    branch:
      - name: few
        when: steps.end.output.n < 3 or contains('"|]', '<')
      - name: many
        else: true
        steps:
          each: {for_each: "${{ range(steps.end.output.n) }}", set: {n: "${{ item }}"}}
  command: {run: git status, needs: [route]}
"""


def _drawn() -> str:
    compilation = compile_text(TEXT)
    assert compilation.ir is not None, compilation.diagnostics
    return mermaid(compilation.ir)


def test_steps_are_boxes_decisions_diamonds_and_maps_have_double_sides() -> None:
    lines = [line.strip() for line in _drawn().splitlines()]
    assert 's_end["end<br/>end"]' in lines
    assert 's_route{"route"}' in lines
    assert 's_route__many__each[["each<br/>for each item"]]' in lines
    assert 's_command["command<br/>git"]' in lines


def test_the_ways_out_of_a_decision_are_labelled() -> None:
    text = _drawn()
    assert 's_route -->|"else"| s_route__many' in text
    assert "s_route -->|otherwise| s_route__join" in text


def test_what_a_user_writes_is_no_markup() -> None:
    (condition,) = re.findall(r'-->\|"([^"]*)"\| s_route__few', _drawn())
    assert "steps.end.output.n #60; 3" in condition
    assert set('"|]<') & set(condition) == set()


def test_no_identifier_is_a_word_of_mermaid() -> None:
    nodes = re.findall(r"^\s+(\w+)[\[{(]", _drawn(), flags=re.MULTILINE)
    assert nodes
    assert all(node.startswith("s_") for node in nodes)


def test_the_same_melody_gives_the_same_text() -> None:
    assert _drawn() == _drawn()


def test_the_inside_of_a_map_of_scopes_is_drawn_as_a_subgraph() -> None:
    text = TEXT.replace(
        'set: {n: "${{ item }}"}', "branch: [{name: only, else: true, steps: {in: {set: {}}}}]"
    )
    compilation = compile_text(text)
    assert compilation.ir is not None, compilation.diagnostics
    drawn = mermaid(compilation.ir)
    assert 'subgraph s_frame__route__many__each["each item of route.many.each"]' in drawn
    assert drawn.count("subgraph") == len(re.findall(r"^\s*end$", drawn, flags=re.MULTILINE)) == 1
