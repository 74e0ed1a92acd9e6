"""``melody graph``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

import click

from compiler.ir_file import is_ir, most_bytes
from compiler.parse.text import text_of_file
from compiler.pipeline import compile_file, parse
from melody.cli.exit_codes import Exit
from melody.cli.options import look_options, option
from melody.cli.output import print_text
from melody.cli.problems import show_problems, stop
from melody.graphs.dot import dot
from melody.graphs.layout import MOST_PLACES, TooLargeError
from melody.graphs.mermaid import mermaid
from melody.graphs.plain_text import plain_text
from melody.graphs.svg import svg
from melody.graphs.why import Waits, Why
from melody.projects import read_allow
from melody.running.step_index import StepIndex
from workflow_ir.diagnose import diagnose
from workflow_ir.span import Span
from workflow_ir.splice import LINE_BREAK
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

FORMATS: dict[str, Callable[[WorkflowIR], str]] = {
    "ascii": plain_text,
    "mermaid": mermaid,
    "dot": dot,
    "svg": svg,
}


@click.command
@click.argument("melody")
@option("--format", "format_", type=click.Choice(list(FORMATS)), default="ascii",
        show_default=True, help="ascii: drawn with characters; svg: a picture of its own; mermaid"
        " and dot: for those tools.")  # fmt: skip
@option("--why", nargs=2, metavar="A B", help="Draw nothing; say why step B waits for step A.")
@look_options
def command(
    melody: str,
    *,
    format_: str,
    why: tuple[str, str] | None,
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
) -> None:
    """Draw MELODY, a file: its steps and what waits for what. Nothing is run.

    The order of steps is nowhere written; it follows from what each step reads. --why shows the
    places that an order comes from.
    """
    allowed, problems = read_allow(allow)
    compilation = compile_file(melody, allow=allowed, profile=profile, settings=settings)
    problems += compilation.diagnostics
    if compilation.ir is None or compilation.errors or len(problems) > len(compilation.diagnostics):
        stop(problems, compilation.sources)
    show_problems(problems, compilation.sources)
    if why is not None:
        _explain(melody, compilation.ir, *why)
        return
    try:
        text = FORMATS[format_](compilation.ir)
    except TooLargeError:
        _refuse(
            f"a picture of `{compilation.ir.name}` would have more than {MOST_PLACES} places",
            "draw it with `--format mermaid` or `--format dot`, which leave the layout to others",
        )
    print_text(text.removesuffix("\n"), sys.stdout)


def _explain(melody: str, ir: WorkflowIR, awaited: str, waiting: str) -> None:
    index = StepIndex(ir)
    first, second = _address(index, awaited), _address(index, waiting)
    if first == second:
        _refuse(f"`{first}` is one step", "name two steps: `--why A B`")
    source, _ = text_of_file(melody, most=most_bytes(melody))
    assert source is not None, "it was compiled a moment ago"
    if is_ir(source):
        _refuse(
            f"`{melody}` is compiled already: the references that make an order are not in it",
            "ask about the Melody that it was made of",
        )
    written = parse(source).melody
    assert written is not None, "it was compiled a moment ago"
    waits = Waits(written)
    lines = LINE_BREAK.split(source.text)
    found = waits.why(first, second)
    for line in _told(found, lines):
        print_text(line, sys.stdout)
    if not found.reasons and waits.why(second, first).reasons:
        print_text(f"it is the other way round: {first} waits for {second}", sys.stdout)


def _address(index: StepIndex, name: str) -> str:
    """An address; the id alone will do where only one step has it."""
    here = [each for each in index.addresses if "/" not in each]
    if name in here:
        return name
    if name in index.addresses:
        _refuse(
            f"`{name}` is a step of a sub-melody, which another file tells",
            f"name the step that calls it, `{name.partition('/')[0]}`, or ask about that file",
        )
    of_that_id = [each for each in here if each.rpartition(".")[2] == name]
    if len(of_that_id) == 1:
        return of_that_id[0]
    if of_that_id:
        _refuse(f"several steps are called `{name}`", f"name one of {', '.join(of_that_id)}")
    meant = index.nearest(name)
    hint = f"did you mean `{meant}`? " if meant else ""
    help_ = f"{hint}its steps are {', '.join(here)}"
    return _refuse(f"there is no step `{name}`", help_)


def _told(why: Why, lines: list[str]) -> Iterator[str]:
    if not why.reasons:
        yield f"nothing makes {why.waiting} wait for {why.awaited}"
        return
    number = len(why.reasons)
    through = "" if number == 1 else f", through {number} links"
    if why.only_to_end:
        yield f"{why.waiting} starts without waiting for {why.awaited}; its end waits{through}"
    else:
        yield f"{why.waiting} waits for {why.awaited}{through}"
    for reason in why.reasons:
        yield ""
        yield f"{reason.fact}"
        for place in reason.places:
            yield f"  {visible(str(place))}: {_source_line(place, lines)}"


def _source_line(place: Span, lines: list[str]) -> str:
    return visible(lines[place.line - 1].strip().expandtabs(4))


def _refuse(message: str, help_: str) -> NoReturn:
    stop([diagnose("MEL506", message, None, help=help_)], {}, exit_code=Exit.USAGE)
