"""Compiling a Melody, against a plain load of the same file by PyYAML's C loader."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from bench.stopwatch import medians
from compiler.pipeline import compile_text

SIZES = (100, 1_000, 10_000)
ROUNDS = 3


def checking() -> Iterator[str]:
    """Seconds by number of steps and the ratio to the plain load."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    yield f"parse, check and lower, median of {ROUNDS} interleaved rounds"
    for size in SIZES:
        text = _melody(size)
        taken = medians(
            {
                "load": lambda text=text: yaml.load(text, Loader=loader),  # type: ignore[misc]  # noqa: S506
                "compile": lambda text=text: compile_text(text),  # type: ignore[misc]
            },
            rounds=ROUNDS,
        )
        ratio = taken["compile"] / taken["load"]
        yield f"  {size:>6} steps  {taken['compile']:7.2f} s   {ratio:5.1f} x a plain load"


def _melody(steps: int) -> str:
    lines = ["melody: v1", "name: long", "inputs: {x: integer}", "steps:"]
    for i in range(steps):
        before = f"steps.s{i - 1}.output.n" if i else "inputs.x"
        lines += [
            f"  s{i}:",
            f"    label: number {i}",
            f'    set: {{n: "${{{{ {before} + 1 }}}}", text: "step {i} of ${{{{ inputs.x }}}}"}}',
            "    output: {n: integer, text: string}",
        ]
    return "\n".join(lines)
