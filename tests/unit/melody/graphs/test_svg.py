from __future__ import annotations

from xml.etree import ElementTree as ET

from melody.graphs.svg import svg
from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE, compiled

NAMES = "{http://www.w3.org/2000/svg}"


def _texts(text: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(text).iter(f"{NAMES}text")]


def test_every_step_and_arm_is_named() -> None:
    shown = _texts(svg(compiled(ROUTE)))
    for name in ("measure", "aside", "way", "low", "high", "otherwise", "lift", "report"):
        assert name in shown
    assert "when steps.measure.output.n < 3" in shown


def test_text_is_no_markup_and_comes_back_as_it_was() -> None:
    text = svg(compiled(HOSTILE))
    tree = ET.fromstring(text)
    known = {"svg", "title", "style", "defs", "marker", "path", "rect", "text"}
    assert {each.tag.removeprefix(NAMES) for each in tree.iter()} <= known
    assert any('</svg>"\\N&amp;|]' in shown for shown in _texts(text))


def test_a_hostile_name_stays_inside_its_attribute() -> None:
    ir = compiled(ROUTE).model_copy(update={"name": '"><script>\u202e</svg>\n'})
    tree = ET.fromstring(svg(ir))
    assert tree.get("aria-label") == '"><script>\\u202e</svg>'
    assert not list(tree.iter(f"{NAMES}script"))


def test_every_arrow_but_those_into_a_join_has_a_head() -> None:
    tree = ET.fromstring(svg(compiled(ROUTE)))
    lines = [each for each in tree.iter(f"{NAMES}path") if each.get("class") == "line"]
    headed = [each for each in lines if each.get("marker-end")]
    # Into the join: the arms low (and what its result reads), high, and the way past them.
    assert len(lines) - len(headed) == 4


def test_nothing_outside_of_the_picture_is_needed() -> None:
    text = svg(compiled(HOSTILE))
    assert "href" not in text
    assert "url(http" not in text
    assert "<script" not in text
