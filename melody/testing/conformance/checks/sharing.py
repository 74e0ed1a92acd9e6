"""``sharing``: runs of one compiled object know nothing of each other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.run import Start
from melody.comparing import differences
from melody.testing.conformance.case import Case
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.own_loop import in_own_loop
from melody.testing.conformance.performing import Performed, play


def sharing_findings(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    first: Performed,
    *,
    longest_s: float,
) -> Iterator[Finding]:
    """Run it twice more, at the same time; both must be as the first run was.

    Args:
        case: One that comes to the same whenever it is run.
        adapter: The backend.
        compiled: The object of all three runs.
        start: Who starts steps.
        first: The run that has been.
        longest_s: Real seconds for both.
    """

    async def both() -> tuple[Performed | BaseException, ...]:
        runs = (play(case, adapter, compiled, start) for _ in range(2))
        return tuple(await asyncio.gather(*runs, return_exceptions=True))

    try:
        again = in_own_loop(both, longest_s=longest_s)
    except TimeoutError as problem:
        yield Finding(Check.SHARING, f"two runs at the same time: {problem}")
        return
    for one in again:
        if isinstance(one, BaseException):
            text = f"of two runs at the same time one broke down: {type(one).__name__}: {one}"
            yield Finding(Check.SHARING, text)
            continue
        for path, wanted, found in differences(
            first.result.normal_form(), one.result.normal_form()
        ):
            text = f"{path}: {found!r} beside another run, {wanted!r} alone"
            yield Finding(Check.SHARING, text)
            break
