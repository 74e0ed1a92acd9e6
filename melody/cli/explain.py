"""``melody explain``."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from melody.cli.exit_codes import Exit
from melody.cli.options import look_options, option
from melody.cli.terminal import styled
from workflow_ir.codes import CODES, CodeInfo
from workflow_ir.nearest import nearest
from workflow_ir.taxonomy import ALIASES, TAXONOMY, CodeFacts, facts

STAGES = ("melody", "conversions", "ir", "langgraph", "crewai")
"""Names of `melody.stages.STAGES`; to explain a code, no compiler is imported."""


@click.command
@click.argument("what", metavar="CODE|MELODY|run:ID")
@option("--stage", type=click.Choice(STAGES),
        help="Show MELODY, a file, as it is there: melody: its syntax tree with places;"
        " conversions: where the compiler converts values; ir: its IR;"
        " langgraph and crewai: what that engine holds.")  # fmt: skip
@option("--step", metavar="PATH",
        help="Of a run: tell why each decision about this step was taken.")  # fmt: skip
@option("--in", "folder", metavar="FOLDER", default=".",
        help="Of a run: the folder of its Melody; here or above by default.")  # fmt: skip
@option("--json", "as_json", is_flag=True, help="Of a run: print the same as one JSON object.")
@look_options
def command(
    what: str, *, stage: str | None, step: str | None, folder: str, as_json: bool, **look: Any
) -> None:
    """Explain a code: of a diagnostic (MEL204, or 204) or of a failure (timeout.attempt).

    With --stage: show a Melody on its way from text to an engine. Nothing is run.

    run:ID, run:last or the beginning of an ID: tell what happened in a run that was kept, and with
    --step why it went on as it did.
    """
    kind, _, run = what.partition(":")
    if kind == "run" and run:
        if stage is not None:
            raise click.UsageError("--stage shows a Melody, and a run is none.")
        from melody.cli.explaining.show_run import show_run

        show_run(run, step, folder, as_json=as_json)
        return
    if step is not None or as_json:
        raise click.UsageError("--step and --json tell of a run: melody explain run:last --step ID")
    if stage is not None:
        from melody.cli.stage_view import show_stage

        show_stage(what, stage, **look)
        return
    code = what
    lines = _explained(code.strip())
    if lines is None and (".melody." in code or Path(code).is_file()):
        raise click.UsageError(f"a Melody is shown at a stage: --stage {'|'.join(STAGES)}.")
    if lines is None:
        known = (*CODES, *TAXONOMY, *ALIASES)
        meant = nearest(code.strip().upper(), CODES) or nearest(code.strip().lower(), known)
        hint = f"; did you mean {meant}?" if meant else ""
        click.echo(f"there is no code {code!r}{hint}", err=True)
        click.echo(
            "diagnostics print theirs as error[MEL204], failures as timeout.attempt", err=True
        )
        raise click.exceptions.Exit(Exit.USAGE)
    click.echo("\n".join(lines))


def _explained(code: str) -> Iterator[str] | None:
    number = re.fullmatch(r"(?:MEL)?(\d{3})", code, re.IGNORECASE)
    if number is not None:
        info = CODES.get(f"MEL{number[1]}")
        return None if info is None else _diagnostic(info)
    row = facts(code.lower())
    return None if row is None else _failure(row)


def _diagnostic(info: CodeInfo) -> Iterator[str]:
    yield f"{styled(info.severity.value, f'{info.severity.value}[{info.code}]')}: {info.title}"
    yield ""
    yield from _wrapped(info.cause)
    yield ""
    yield "What to do:"
    yield from _wrapped(info.cure, "  ")
    if info.example is not None:
        yield ""
        yield "Instead of:"
        yield textwrap.indent(info.example.bad, "  ")
        yield "write:"
        yield textwrap.indent(info.example.good, "  ")


_RETRYABLE = {
    "yes": "it may help to try again",
    "after": "it may help to try again after the time the provider names",
    "no": "trying again cannot help",
    "unknown": "nobody knows whether trying again helps",
}
_EFFECTS = {
    "none": "the player has not acted",
    "possible": "the player may have acted",
    "certain": "the player has acted",
}


def _failure(row: CodeFacts) -> Iterator[str]:
    yield f"{styled('error', row.code)}: {row.meaning}"
    yield ""
    yield f"  class     {row.error_class.value}"
    yield f"  retry     {_RETRYABLE.get(row.retryable.value, row.retryable.value)}"
    yield f"  effects   {_EFFECTS.get(row.effects.value, row.effects.value)}"
    yield f"  fallback  {'another player may be tried' if row.fallback else 'no other player'}"
    yield f"  fault in  {row.domain.value}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 96, initial_indent=indent, subsequent_indent=indent)
