from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melody.graphs.layout import Layout, TooLargeError, arrange
from melody.graphs.layout import arrange as package_arrange
from melody.graphs.layout.order import crossings
from melody.graphs.layout.ranks import ranks
from melody.graphs.layout.sizes import WIDEST_WORDS, wrap
from melody.graphs.look import Look
from melody.graphs.picture import Arrow, Box, Picture
from workflow_ir.visible import width


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    number = draw(st.integers(1, 12))
    kinds = draw(st.lists(st.sampled_from(list(Look)), min_size=number, max_size=number))
    words = draw(
        st.lists(st.text("ab 漢", min_size=1, max_size=40), min_size=number, max_size=number)
    )
    boxes = {f"b{n}": Box(f"b{n}", kinds[n], (words[n],)) for n in range(number)}
    pairs = [(a, b) for a in range(number) for b in range(a + 1, number)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    arrows = tuple(Arrow(f"b{a}", f"b{b}") for a, b in chosen)
    return Picture("any", "any", boxes, arrows)


def _cells(layout: Layout) -> dict[tuple[int, int], str]:
    return {
        (x, y): each.box.name
        for each in layout.boxes
        for x in range(each.column, each.column + each.width)
        for y in range(each.row, each.row + each.height)
    }


@given(pictures())
def test_boxes_stand_apart_inside_the_picture(picture: Picture) -> None:
    layout = arrange(picture)
    cells = _cells(layout)
    assert len(cells) == sum(each.width * each.height for each in layout.boxes)
    assert all(0 <= x < layout.width and 0 <= y < layout.height for x, y in cells)


@given(pictures())
def test_every_arrow_goes_down_from_its_source_to_its_target_and_through_no_box(
    picture: Picture,
) -> None:
    layout = arrange(picture)
    cells = _cells(layout)
    assert len(layout.routes) == len(picture.arrows)
    for arrow, route in zip(picture.arrows, layout.routes, strict=True):
        (first_x, first_y), (last_x, last_y) = route.points[0], route.points[-1]
        assert cells[first_x, first_y - 1] == arrow.source
        assert cells[last_x, last_y + 1] == arrow.target
        for (x, y), (to_x, to_y) in pairwise(route.points):
            assert (x == to_x) != (y == to_y) or (x, y) == (to_x, to_y)
            assert y <= to_y
            between = {
                (column, row)
                for column in range(min(x, to_x), max(x, to_x) + 1)
                for row in range(y, to_y + 1)
            }
            assert not between & cells.keys()


@given(pictures())
def test_lines_of_different_boxes_only_cross(picture: Picture) -> None:
    passed: dict[tuple[int, int, bool], set[int]] = {}
    for route in arrange(picture).routes:
        for (x, y), (to_x, to_y) in pairwise(route.points):
            for column in range(min(x, to_x), max(x, to_x) + 1):
                for row in range(y, to_y + 1):
                    if (x, y) != (to_x, to_y):
                        passed.setdefault((column, row, x == to_x), set()).add(route.owner)
    assert all(len(owners) == 1 for owners in passed.values())


@given(pictures())
def test_the_same_picture_stands_the_same(picture: Picture) -> None:
    assert arrange(picture) == package_arrange(picture)


def test_a_box_without_a_way_in_stands_just_above_its_first_reader() -> None:
    assert ranks(4, [(0, 1), (1, 2), (3, 2)]) == [0, 1, 2, 1]


def test_crossing_lines_are_counted() -> None:
    below = [[3], [2], [], []]
    assert crossings([[0, 1], [2, 3]], below) == 1
    assert crossings([[1, 0], [2, 3]], below) == 0


def test_long_words_are_broken_and_nothing_is_lost() -> None:
    text = f"{'x' * 80} and {'漢' * 30} end"
    pieces = list(wrap(text))
    assert all(width(piece) <= WIDEST_WORDS for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_picture_that_nobody_could_read_is_refused() -> None:
    # Each step is read by the last one: the lines alone would have millions of bends.
    number = 1000
    boxes = {f"b{n}": Box(f"b{n}", Look.STEP, ("x",)) for n in range(number)}
    arrows = [Arrow(f"b{n}", f"b{n + 1}") for n in range(number - 1)]
    arrows += [Arrow(f"b{n}", f"b{number - 1}") for n in range(number - 2)]
    with pytest.raises(TooLargeError):
        arrange(Picture("large", "large", boxes, tuple(arrows)))
