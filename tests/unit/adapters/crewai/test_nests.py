"""Steps that hold steps as flows of their own, by CrewAI's own ``kickoff``."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.crewai import ADAPTER
from adapters.standalone import NobodyAnswers
from conductor_core.failed import RegionEnded
from tests.unit.adapters.crewai.stage import Stage, stage
from tests.unit.adapters.nests import ALL, ASKS_INSIDE, nest


def flow(steps: str, on: Stage) -> Any:
    return ADAPTER.compile(nest(steps), context=lambda: on.context).native


def test_a_kickoff_performs_everything_inside_the_methods() -> None:
    on = stage()
    native = flow(ALL, on)
    assert asyncio.run(native.kickoff_async()) == {"n": 3, "text": "part/intro"}
    assert len(on.cast.began) == len(set(on.cast.began)) == 15
    assert set(native.state["steps"]) == {"first", "group", "sides", "loop", "part", "each"}


def test_one_method_stands_for_each_step_with_its_inside() -> None:
    compiled = ADAPTER.compile(nest(ALL))
    methods = compiled.native._definition.to_dict()["methods"]
    assert set(methods) == {"first", "group", "sides", "loop", "part", "each"}
    inside = compiled.children["sides.right"]._definition.to_dict()["methods"]
    assert set(inside) == {"sides__right__x", "sides__right__y"}


def test_a_failure_inside_fails_the_kickoff() -> None:
    with pytest.raises(RegionEnded, match=r"loop#2\.x: input\.invalid"):
        asyncio.run(flow(ALL, stage(fails=("loop#2.x",))).kickoff_async())


def test_where_nobody_answers_the_kickoff_says_so_and_gives_no_outputs() -> None:
    with pytest.raises(NobodyAnswers, match=r"'group.ask'"):
        asyncio.run(flow(ASKS_INSIDE, stage()).kickoff_async())
