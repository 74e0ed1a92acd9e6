"""Our engines against the frameworks used by hand, on steps that do next to nothing.

What is measured is the engines' own cost a step. The contestants of one benchmark run in turns in
one process; the ratio to LangGraph by hand is what can be compared between machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import ours
from bench.by_hand import asyncio_, crewai_, langgraph_
from bench.results import save
from bench.stopwatch import medians_of, rounds_of

BASE = "LangGraph by hand"


def chain() -> Iterator[str]:
    """A chain of 100 steps."""
    steps = 100
    ir = ours.chain(steps)
    contestants = {
        "asyncio by hand": asyncio_.chain(steps),
        BASE: langgraph_.chain(steps),
        "melody native": ours.on("native", ir),
        "melody langgraph": ours.on("langgraph", ir),
        "melody crewai": ours.on("crewai", ir),  # before CrewAI by hand: it is imported in silence
        "CrewAI by hand": crewai_.chain(steps),
    }
    yield from _told("chain", f"chain of {steps} trivial steps", steps, contestants, rounds=9)


def fan_out() -> Iterator[str]:
    """1 000 steps beside one another, between one before and one after them."""
    steps = 1_000
    ir = ours.fan_out(steps)
    contestants = {
        "asyncio by hand": asyncio_.fan_out(steps),
        BASE: langgraph_.fan_out(steps),
        "melody native": ours.on("native", ir),
        "melody langgraph": ours.on("langgraph", ir),
        "melody crewai": ours.on("crewai", ir),
        "CrewAI by hand": crewai_.fan_out(steps),
    }
    yield from _told("fan_out", f"fan-out of {steps} trivial steps", steps, contestants, rounds=5)


def _told(
    name: str, title: str, steps: int, contestants: dict[str, Callable[[], object]], *, rounds: int
) -> Iterator[str]:
    raw = rounds_of(contestants, rounds=rounds)
    taken = medians_of(raw)
    ratios = {one: seconds / taken[BASE] for one, seconds in taken.items()}
    save(name, title=title, steps=steps, raw=raw, ratios=ratios, base=BASE)
    yield f"{title}, median of {rounds} rounds in turns"
    for one, seconds in taken.items():
        each = seconds / steps * 1e6
        yield f"  {one:<18} {each:9.1f} us a step  {ratios[one]:7.2f} x {BASE}"
