"""A CrewAI flow as its documentation writes one: a method for each step, and one state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def _flow(methods: dict[str, Any]) -> Callable[[], object]:
    from crewai.flow.flow import Flow

    base: Any = Flow
    made = type("ByHand", (base,), {"__module__": __name__, **methods})

    async def main() -> object:
        return await made(suppress_flow_events=True).kickoff_async()

    return lambda: asyncio.run(main())


def _method(name: str, key: str, before: str | None) -> Any:
    """A step; no parameter but ``self``, for CrewAI would fill in what the last method gave."""

    async def method(self: Any) -> None:
        self.state[key] = {"n": self.state[before]["n"] + 1 if before else 1}

    method.__name__ = name
    return method


def chain(steps: int) -> Callable[[], object]:
    """Each method listens to the one before."""
    from crewai.flow.flow import listen, start

    methods: dict[str, Any] = {}
    for i in range(steps):
        before: Any = listen(f"m{i - 1}")
        method = _method(f"m{i}", f"s{i}", f"s{i - 1}" if i else None)
        methods[f"m{i}"] = start()(method) if i == 0 else before(method)
    return _flow(methods)


def fan_out(steps: int) -> Callable[[], object]:
    """One method, so many that listen to it, and one that listens to all of them."""
    from crewai.flow.flow import and_, listen, start

    async def first(self: Any) -> None:
        self.state["first"] = {"n": 1}

    async def last(self: Any) -> None:
        self.state["last"] = {"n": sum(self.state[f"s{i}"]["n"] for i in range(steps))}

    methods: dict[str, Any] = {"first": start()(first)}
    for i in range(steps):
        methods[f"m{i}"] = listen("first")(_method(f"m{i}", f"s{i}", "first"))
    together: Any = listen(and_(*(f"m{i}" for i in range(steps))))
    methods["last"] = together(last)
    return _flow(methods)
