"""MEL6xx: what players and models need from this machine."""

from __future__ import annotations

from workflow_ir.codes.info import error, family

PLAYERS = family(
    error(
        601,
        "python player cannot be imported",
        cause="The module of a `python:` player does not exist, fails while it is imported, or "
        "has no such callable.",
        cure="Correct `module:callable`; the module is looked for in the project folder first.",
    ),
    error(
        602,
        "model cannot be used",
        cause="The provider is unknown, or its key is not set. Nothing falls back to synthetic "
        "answers in silence.",
        cure="Set the variable that is named, or run with `--offline`.",
    ),
)
