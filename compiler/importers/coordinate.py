"""``melody coordinate``: commands side by side, a point where they meet, and what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.importers.conversion import Conversion, Converted, shortened, suggested
from compiler.importers.document import command_line, free_name, melody, step
from compiler.importers.step_conditions import StepConditions
from compiler.importers.step_id import id_span, split_id
from compiler.importers.step_line import Atom, ReadAtom, Segment, read_line
from compiler.parse.atoms import STEP_ID
from compiler.parse.quantities import parse_duration, parse_percent
from compiler.parse.source_text import SourceText
from workflow_ir.diagnostics import Note
from workflow_ir.span import Span

BARRIER_TIMEOUT = "300s"
"""How long the slower commands are waited for, unless it is said (seed 004)."""
FORM = "write `ID: command`, for example `tests: make test`"
_OWN_ID = re.compile(r"\s*([a-z][a-z0-9_]*)\s*:\s")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")

Commands = tuple[tuple[str, ...], ...]


def coordinate(
    parallel: Sequence[str],
    sync_point: str,
    then: Sequence[str],
    *,
    succeed_if: str | None = None,
    barrier_timeout: str | None = None,
    name: str = "coordinate",
) -> Converted:
    """A Melody of commands that run side by side and meet at a sync point.

    Args:
        parallel: ``ID: command`` each; the ids become the branches.
        sync_point: The id of the step that they make together.
        then: Commands that follow one another behind the sync point. The id of each is its first
            word, or what it writes before a colon.
        succeed_if: ``all``, ``any``, ``N`` or ``80%``; all if None.
        barrier_timeout: A duration such as ``300s``.
        name: Of the Melody.

    Returns:
        The Melody, or every mistake: MEL116, MEL118, MEL140 to MEL144, MEL107.
    """
    conversion = Conversion()
    conversion.melody_name(name, "--name")
    known: dict[str, object] = {}
    lines = _branches(conversion, parallel, known)
    point = conversion.source("--sync-point", sync_point)
    if point is not None:
        conversion.name(sync_point, point.span(0, len(point.text)), STEP_ID, "a step")
    known[sync_point] = None
    atom = _no_conditions(conversion, StepConditions(conversion, known))
    branches = {
        id_: _commands(conversion, source, behind, atom) for id_, (source, behind) in lines.items()
    }
    following = _following(conversion, then, {sync_point}, atom)
    threshold = _succeed_if(conversion, succeed_if, len(parallel))
    timeout = _timeout(conversion, barrier_timeout)
    if conversion.failed:
        return conversion.converted(None)
    taken = {sync_point, *following}
    inner = free_name("command", taken)
    steps = {
        sync_point: step(
            parallel={
                id_: {
                    "steps": {inner: step(run=command_line(commands))},
                    "result": f"${{{{ steps.{inner}.output }}}}",
                }
                for id_, commands in branches.items()
            },
            succeed_if=threshold,
            barrier_timeout=timeout,
        )
    }
    before = sync_point
    for id_, commands in following.items():
        steps[id_] = step(run=command_line(commands), needs=[before])
        before = id_
    return conversion.converted(melody(name, steps))


def _branches(
    conversion: Conversion, parallel: Sequence[str], known: dict[str, object]
) -> dict[str, tuple[SourceText, int]]:
    """The lines by id, with the offset behind the colon."""
    found: dict[str, tuple[SourceText, int]] = {}
    for number, text in enumerate(parallel, 1):
        source = conversion.source(f"--parallel #{number}", text)
        split = split_id(conversion, source, help=FORM) if source else None
        if source is None or split is None:
            continue
        id_, behind = split
        if id_ in found:
            conversion.report(
                "MEL107", f"two branches are called `{shortened(id_)}`", id_span(source),
                notes=(Note("the first stands", id_span(found[id_][0])),),
                help="rename one of them",
            )  # fmt: skip
            continue
        conversion.name(id_, id_span(source), STEP_ID, "a branch")
        found[id_] = (source, behind)
        known[id_] = None
    return found


def _no_conditions(conversion: Conversion, conditions: StepConditions) -> ReadAtom:
    """Segments, where a condition is a mistake."""

    def read(segment: Segment) -> Atom:
        found = conditions.read(segment)
        if found in ("command", "wrong"):
            return found
        conversion.report(
            "MEL142", "conditions have no place here", segment.span,
            help="what stands in `--parallel` runs side by side, and each `--then` waits for what "
            "is before it; `melody define` knows conditions",
        )  # fmt: skip
        return "wrong"

    return read


def _commands(conversion: Conversion, source: SourceText, start: int, atom: ReadAtom) -> Commands:
    line = read_line(conversion, source, start, atom)
    return line.commands if line is not None else ()


def _following(
    conversion: Conversion, then: Sequence[str], taken: set[str], atom: ReadAtom
) -> dict[str, Commands]:
    """The steps behind the sync point, by id."""
    found: dict[str, Commands] = {}
    written: dict[str, Span] = {}
    for number, text in enumerate(then, 1):
        source = conversion.source(f"--then #{number}", text)
        if source is None:
            continue
        own = _OWN_ID.match(source.text)
        line = read_line(conversion, source, own.end() if own else 0, atom)
        if line is None or line.first is None:
            continue
        if own is not None:
            id_, span = own[1], source.span(*own.span(1))
            if id_ in taken or id_ in found:
                notes = (Note("the first stands", written[id_]),) if id_ in written else ()
                conversion.report("MEL107", f"two steps are called `{id_}`", span, notes=notes,
                                  help="rename one of them")  # fmt: skip
                continue
            written[id_] = span
        else:
            word = line.commands[0][0]
            first = line.first.tokens[0]
            span = source.span(first.start, first.end)
            if not _is_id(conversion, word, text, span):
                continue
            id_ = free_name(word, {*taken, *found})
        found[id_] = line.commands
    return found


def _is_id(conversion: Conversion, word: str, text: str, span: Span) -> bool:
    """Whether the first word of a command can be the id of its step."""
    if STEP_ID.fullmatch(word):
        return True
    program = word.rsplit("/", 1)[-1].split(".", 1)[0]
    suggestion = suggested(program)
    line = f"{suggestion or 'ID'}: {text.strip()}"
    conversion.report(
        "MEL116",
        f"`{shortened(word)}` is no name of a step",
        span,
        label=f"write `{suggestion}: …`" if suggestion else None,
        help=f'give the step an id of its own: `--then "{shortened(line)}"`',
    )
    return False


def _succeed_if(conversion: Conversion, text: str | None, branches: int) -> str | int | None:
    if text is None or (source := conversion.source("--succeed-if", text)) is None:
        return None
    words = text.strip()
    if words in ("all", "any"):
        return words
    if _COUNT.fullmatch(words):
        if int(words) <= branches:
            return int(words)
        fact = f"{words} cannot succeed where only {branches} run"
    elif parse_percent(words):
        return words
    else:
        fact = f"`{shortened(text)}` is no threshold"
    conversion.report(
        "MEL118", fact, source.span(0, max(1, len(text))),
        help="write `all`, `any`, a number from 1, or a share such as `80%`",
    )  # fmt: skip
    return None


def _timeout(conversion: Conversion, text: str | None) -> str | None:
    if text is None:
        return BARRIER_TIMEOUT
    source = conversion.source("--barrier-timeout", text)
    if source is None or parse_duration(text.strip()):
        return text.strip()
    conversion.report(
        "MEL118", f"`{shortened(text)}` is no duration above zero",
        source.span(0, max(1, len(text))),
        help="write `--barrier-timeout 300s`; units are `ms`, `s`, `m`, `h`, `d`",
    )  # fmt: skip
    return None
