"""MEL3xx: what a backend lacks."""

from __future__ import annotations

from workflow_ir.codes.info import error, family, warning

BACKEND = family(
    error(
        301,
        "unknown backend",
        cause="No installed adapter has this name.",
        cure="Use one of the backends that are listed, or install the extra that brings it.",
    ),
    error(
        302,
        "backend lacks a feature",
        cause="The Melody uses something that the chosen backend cannot express. It is refused "
        "and never dropped in silence.",
        cure="Choose another backend with `--on`, or write it another way.",
    ),
    warning(
        303,
        "outcome depends on the schedule",
        cause="With `--start graph` the framework starts the steps, some of them later or in "
        "another order than the conductor would. Here that may change the outcome. With `--start "
        "eager`, the default, every backend gives the same.",
        cure="Keep `--start eager`, or order the steps with `needs`; docs/equivalence.md tells of "
        "each reason.",
    ),
    error(
        304,
        "backend generates no code",
        cause="This backend runs Melodies; it cannot write one as a project of its own.",
        cure="Compile to `native`, `langgraph` or `crewai`.",
    ),
)
