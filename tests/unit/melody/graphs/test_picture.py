from __future__ import annotations

from collections.abc import Callable

import pytest

from melody.graphs.dot import dot
from melody.graphs.mermaid import mermaid
from melody.graphs.picture import picture
from melody.graphs.plain_text import plain_text
from melody.graphs.svg import svg
from melody.graphs.words import LONGEST, words
from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE, compiled
from workflow_ir.workflow import WorkflowIR

Form = Callable[[WorkflowIR], str]


def test_the_way_past_the_arms_is_impossible_where_one_of_them_is_taken_in_any_case() -> None:
    past = [each for each in picture(compiled(ROUTE)).arrows if each.label == "otherwise"]
    assert [each.possible for each in past] == [True]
    closed = ROUTE.replace("when: steps.measure.output.n > 10", "else: true")
    past = [each for each in picture(compiled(closed)).arrows if each.label == "otherwise"]
    assert [each.possible for each in past] == [False]


def test_the_item_of_a_map_does_not_repeat_what_the_map_says() -> None:
    drawn = picture(compiled(HOSTILE))
    ((inner,),) = drawn.inside.values()
    assert inner.title == "each item of each"
    assert next(iter(inner.boxes.values())).lines == ("each",)
    assert all(each.possible is (each.label != "otherwise") for each in inner.arrows)


def test_words_are_one_visible_line_that_is_not_too_long() -> None:
    assert words("a\u202eb\n c\x1b[31m") == "a\\u202eb c\\x1b[31m"
    assert len(words("x" * 200)) == LONGEST


@pytest.mark.parametrize("form", [mermaid, dot, svg, plain_text])
def test_no_format_lets_a_control_or_a_change_of_direction_through(form: Form) -> None:
    text = form(compiled(HOSTILE))
    assert "\u202e" not in text
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("form", [mermaid, dot, svg, plain_text])
def test_the_same_melody_gives_the_same_text_in_every_format(form: Form) -> None:
    assert form(compiled(ROUTE)) == form(compiled(ROUTE))


@pytest.mark.parametrize("form", [mermaid, dot, svg, plain_text])
def test_a_name_that_no_melody_may_have_does_no_harm_in_an_ir(form: Form) -> None:
    ir = compiled(ROUTE)
    renamed = ir.model_copy(update={"name": 'x"\n</svg>\u202e'})
    assert "\u202e" not in form(renamed)
    assert len(form(renamed).splitlines()) == len(form(ir).splitlines())
