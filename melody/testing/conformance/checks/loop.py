"""``loop`` and ``sharing``: runs with inputs of their own that wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from adapters.base import OrchestrationAdapter
from conductor_core.run import Start
from melody.testing.conformance.case import Case, Expected
from melody.testing.conformance.checks.meeting import Meeting, meet
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.own_loop import in_own_loop
from melody.testing.conformance.performing import workflow
from workflow_ir.result import RunResult

RUNS = 3

_MELODY = """\
melody: v1
name: meeting
inputs: {n: integer}
players: {hand: {python: "band:hand"}}
steps:
  first: {play: hand, with: {n: "${{ inputs.n }}"}, output: {n: integer}}
  second: {set: {n: "${{ steps.first.output.n * 10 + inputs.n }}"}}
outputs: {n: "${{ steps.second.output.n }}"}
"""
_CASE = Case("meeting", "Runs that meet.", _MELODY, Expected("succeeded", {}),
             allow={"python": ("band",)})  # fmt: skip


def loop_findings(
    adapter: OrchestrationAdapter, start: Start, *, longest_s: float
) -> Iterator[Finding]:
    """Three runs of one object, whose players wait until all three are asked."""

    async def together() -> list[RunResult | BaseException]:
        players = Meeting(RUNS)
        runs = (meet(adapter, compiled, players, {"n": n}, start) for n in range(RUNS))
        return list(await asyncio.gather(*runs, return_exceptions=True))

    try:
        compiled = adapter.compile(workflow(_CASE))
        results = in_own_loop(together, longest_s=longest_s)
    except TimeoutError:
        yield Finding(Check.LOOP, f"{start}: while one run waits, the others do not go on")
        return
    except Exception as problem:  # noqa: BLE001  whatever a faulty adapter raises
        yield Finding(Check.CRASH, f"{start}: {type(problem).__name__}: {problem}")
        return
    for n, result in enumerate(results):
        if isinstance(result, BaseException):
            text = f"{start}: of {RUNS} runs at the same time one broke down: {result!r}"
            yield Finding(Check.SHARING, text)
        elif result.outputs != {"n": n * 11}:
            text = f"{start}: the run with n={n} gave {result.outputs!r}, not {n * 11}"
            yield Finding(Check.SHARING, text)
