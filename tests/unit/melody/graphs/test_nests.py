"""Pictures of Melodies whose steps hold steps; ``make snapshots`` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pytest_snapshot.plugin import Snapshot  # type: ignore[import-untyped]

from melody.graphs.dot import dot
from melody.graphs.look import Look
from melody.graphs.mermaid import mermaid
from melody.graphs.picture import Picture, picture
from melody.graphs.plain_text import plain_text
from melody.graphs.svg import svg
from tests.unit.melody.graphs.melodies import NESTS, compiled

FORMS = {"txt": plain_text, "mermaid": mermaid, "dot": dot, "svg": svg}


@pytest.mark.parametrize("ending", FORMS)
def test_every_format_draws_what_stands_inside(ending: str, snapshot: Snapshot) -> None:
    snapshot.snapshot_dir = Path(__file__).parent / "expected"
    snapshot.assert_match(FORMS[ending](compiled(NESTS)), f"nests.{ending}")


def _everything(drawn: Picture) -> list[Picture]:
    inner = [each for pictures in drawn.inside.values() for each in pictures]
    return [drawn, *(below for each in inner for below in _everything(each))]


def test_what_stands_inside_is_titled_by_its_step_and_what_becomes_of_it() -> None:
    titles = [each.title for each in _everything(picture(compiled(NESTS)))]
    assert titles == [
        "nests",
        "left",
        "right",
        "refine: each iteration",
        "docs: part.melody.yaml",
        "keep",
        "each item of more: part.melody.yaml",
        "keep",
        "each item of tidy",
        "guarded",
    ]


def test_a_sub_melody_drawn_twice_shares_no_name() -> None:
    drawn = _everything(picture(compiled(NESTS)))
    names = [name for each in drawn for name in (each.name, *each.boxes)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"s_\w+", name) for name in names)


def test_steps_that_are_no_work_have_looks_and_words_of_their_own() -> None:
    told = {
        box.lines[0]: (box.look, *box.lines[1:])
        for each in _everything(picture(compiled(NESTS)))
        for box in each.boxes.values()
        if box.lines
    }
    assert told["both"] == (Look.NEST, "side by side, any of them")
    assert told["refine"] == (Look.NEST, "repeat up to 3", "until steps.x.output.n == 3")
    assert told["docs"] == (Look.NEST, "call part.melody.yaml")
    assert told["more"] == (Look.MAP, "call part.melody.yaml", "for each item")
    assert told["tidy"] == (Look.MAP, "for each item, 50 % of them")
    assert told["ask"] == (Look.ASK, "asks: Is ${{ steps.draft.output.n }} enough?")
    assert told["nap"] == (Look.WAIT, "wait 30 s")
    assert told["paid"] == (Look.WAIT, "wait for payment")
    assert told["stop"] == (Look.FAIL, "fail with too.many", "when item > steps.a.output.n")
    assert told["a"] == (Look.STEP, "requires host.disk_free > 0")


@pytest.mark.parametrize("form", [mermaid, dot])
def test_each_look_has_a_form_of_its_own(form: object) -> None:
    lines = form(compiled(NESTS)).splitlines()  # type: ignore[operator]
    forms = set()
    for name in ("draft", "both", "more", "ask", "nap", "stop", "guarded"):
        line = next(each.strip() for each in lines if re.match(rf"\s+s_\w*{name}\W", each))
        forms.add(re.sub(r"s_\w+|\"[^\"]*\"", "", line))
    assert len(forms) == 6  # `both` and `guarded` alike


def test_the_drawn_inside_lies_within_its_box() -> None:
    tree = ET.fromstring(svg(compiled(NESTS)))
    texts = [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("add") == 2
    assert {"left", "right", "side by side, any of them"} <= set(texts)


def test_a_side_without_steps_is_drawn_too() -> None:
    steps = "{p: {parallel: {l: {steps: {}}, r: {steps: {a: {set: {}}}}}}}"
    ir = compiled(f"melody: v1\nname: x\nsteps: {steps}\n")
    assert ": l :" in plain_text(ir).replace("  ", " ")
    assert "cluster_s_frame__p__l" in dot(ir)
    assert 'subgraph s_frame__p__l["l"]' in mermaid(ir)
