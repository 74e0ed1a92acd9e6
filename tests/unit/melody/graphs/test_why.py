from __future__ import annotations

from compiler.parse.text import text_of_str
from compiler.pipeline import parse
from melody.graphs.why import Waits, Why
from tests.unit.melody.graphs.melodies import NESTS, ROUTE


def _why(awaited: str, waiting: str, text: str = ROUTE) -> Why:
    source, _ = text_of_str(text, "route.melody.yaml")
    assert source is not None
    written = parse(source).melody
    assert written is not None
    return Waits(written).why(awaited, waiting)


def _facts(why: Why) -> list[str]:
    return [each.fact for each in why.reasons]


def test_a_reference_is_shown_at_its_place() -> None:
    why = _why("measure", "way")
    assert _facts(why) == ["way reads measure"]
    assert [str(place) for place in why.reasons[0].places] == [
        "route.melody.yaml:10:15",
        "route.melody.yaml:15:15",
    ]


def test_order_without_data_is_told_apart() -> None:
    assert _facts(_why("aside", "report")) == ["report needs aside"]


def test_the_shortest_chain_is_told_from_the_waiting_step_on() -> None:
    assert _facts(_why("measure", "report")) == ["report reads way", "way reads measure"]


def test_an_inner_step_waits_for_the_decision_and_not_for_the_end_of_its_branch() -> None:
    assert _facts(_why("way", "way.low.lift")) == ["way.low.lift stands in arm low of way"]


def test_who_reads_a_branch_waits_for_its_inner_steps() -> None:
    assert _facts(_why("way.low.lift", "report")) == [
        "report reads way",
        "way ends when the arm taken has ended, so after way.low.lift",
    ]


def test_what_only_a_result_reads_holds_up_the_end_and_not_the_start() -> None:
    why = _why("aside", "way")
    assert _facts(why) == ["the result of way reads aside"]
    assert why.only_to_end


def test_nothing_is_said_where_nothing_makes_it_wait() -> None:
    assert _why("report", "measure").reasons == ()
    assert _why("aside", "measure").reasons == ()


def test_what_stands_inside_is_told_by_its_place() -> None:
    assert _facts(_why("both", "both.right.ask", NESTS)) == [
        "both.right.ask stands in branch right of both"
    ]
    assert _facts(_why("refine", "refine.paid", NESTS)) == ["refine.paid stands in refine"]


def test_who_reads_a_loop_waits_for_what_stands_in_it() -> None:
    assert _facts(_why("refine.paid", "docs", NESTS)) == [
        "docs reads refine",
        "refine ends when what stands in it has ended, so after refine.paid",
    ]


def test_a_step_with_steps_inside_waits_as_a_whole_for_what_they_read() -> None:
    why = _why("draft", "both", NESTS)
    assert _facts(why) == ["both reads draft"]
    assert len(why.reasons[0].places) == 2
