from __future__ import annotations

import re

from melody.graphs.dot import dot
from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE, compiled

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def test_every_box_and_every_possible_arrow_is_a_statement() -> None:
    lines = dot(compiled(ROUTE)).splitlines()
    assert lines[0] == 'digraph "route" {'
    assert '  s_measure [label="measure", shape=box, style=rounded];' in lines
    assert "  s_measure -> s_way;" in lines
    assert '  s_way -> s_way__low [label="steps.measure.output.n < 3"];' in lines
    assert '  s_way -> s_way__join [label="otherwise"];' in lines
    assert lines[-1] == "}"


def test_the_inside_of_a_map_is_a_cluster() -> None:
    text = dot(compiled(HOSTILE))
    assert "subgraph cluster_s_frame__each {" in text
    assert 'label="each item of each"; style=dashed;' in text


def test_what_a_user_writes_stays_inside_its_quotes() -> None:
    text = QUOTED.sub("", dot(compiled(HOSTILE)))
    assert '"' not in text
    assert not set("\\&<漢") & set(text.replace("->", ""))


def test_backslashes_and_signs_of_graphviz_are_escaped() -> None:
    # `\N` would be the node's name, `&amp;` the sign itself.
    assert r"\"\\N&amp;amp;|]" in dot(compiled(HOSTILE))
