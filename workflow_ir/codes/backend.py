"""MEL3xx: what a backend lacks."""

from __future__ import annotations

from workflow_ir.codes.info import error, family

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
)
