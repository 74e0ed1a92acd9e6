"""``melody define``: step lines to a Melody (spec 8, Command chaining)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.importers.circles import circles
from compiler.importers.conditions import (
    Comparison,
    Outcome,
    atoms_of,
    expression_of,
    order_and_rest,
)  # fmt: skip
from compiler.importers.conversion import Conversion, Converted, shortened
from compiler.importers.document import Data, commands_step, melody, step
from compiler.importers.step_conditions import StepConditions
from compiler.importers.step_id import id_span, split_id
from compiler.importers.step_line import Line, read_line
from compiler.parse.atoms import STEP_ID
from compiler.parse.source_text import SourceText
from workflow_ir.diagnostics import Note
from workflow_ir.span import Span

FORM = "write `ID: command`, for example `build: make all`"


@dataclass(slots=True)
class _Step:
    """One step line in reading."""

    id: str
    source: SourceText
    behind_id: int
    line: Line | None = None
    fields: dict[str, None] = field(default_factory=dict)
    """What others compare, in order."""
    failure_read: bool = False
    """Somebody asks for its failure or completion, so the run goes on without it."""

    @property
    def span(self) -> Span:
        return id_span(self.source)

    def atoms(self) -> Iterable[Outcome | Comparison]:
        return atoms_of(self.line.condition if self.line else None)

    @property
    def commands(self) -> Sequence[Sequence[str]]:
        return self.line.commands if self.line else ()

    @property
    def may_be_absent(self) -> bool:
        """Whether it may have no output: it has a condition, or its failure is skipped."""
        rest = order_and_rest(self.line.condition)[1] if self.line else None
        return rest is not None or (self.failure_read and bool(self.commands))


def define(name: str, lines: Sequence[str]) -> Converted:
    """A Melody of step lines.

    Args:
        name: Of the Melody.
        lines: ``ID: [conditions &&] commands``, in the order in which they were given.

    Returns:
        The Melody, or every mistake: MEL116, MEL140 to MEL144, MEL107, MEL201, MEL207.
    """
    conversion = Conversion()
    conversion.melody_name(name, "NAME")
    steps = _ids(conversion, lines)
    conditions = StepConditions(conversion, steps)
    for one in steps.values():
        one.line = read_line(conversion, one.source, one.behind_id, conditions.read)
    for one in steps.values():
        for atom in one.atoms():
            _read(conversion, steps, one, atom)
    _refuse_circles(conversion, steps)
    if conversion.failed:
        return conversion.converted(None)
    written = {one.id: _written(one, steps) for one in steps.values()}
    for one in steps.values():
        _check_length(conversion, one, written[one.id])
    return conversion.converted(melody(name, written))


def _ids(conversion: Conversion, lines: Sequence[str]) -> dict[str, _Step]:
    """The steps by id; lines without one, and second ones of an id, are reported and left out."""
    steps: dict[str, _Step] = {}
    for number, text in enumerate(lines, 1):
        source = conversion.source(f"--step #{number}", text)
        split = split_id(conversion, source, help=FORM) if source else None
        if source is None or split is None:
            continue
        one = _Step(split[0], source, split[1])
        first = steps.get(one.id)
        if first is not None:
            conversion.report(
                "MEL107", f"two steps are called `{shortened(one.id)}`", one.span,
                notes=(Note("the first stands", first.span),), help="rename one of them",
            )  # fmt: skip
            one.line = read_line(
                conversion, source, one.behind_id, StepConditions(conversion, steps).read
            )
            continue
        conversion.name(one.id, one.span, STEP_ID, "a step")
        steps[one.id] = one
    return steps


def _read(
    conversion: Conversion, steps: Mapping[str, _Step], reader: _Step, atom: Outcome | Comparison
) -> None:
    """Note at the step that is read what is read of it."""
    span = reader.source.span(atom.start, atom.start + len(atom.step))
    target = steps.get(atom.step)
    if target is None:
        conversion.unknown("MEL201", "step", atom.step, steps, span)
    elif isinstance(atom, Outcome):
        target.failure_read = target.failure_read or atom.outcome != "success"
    elif target.line is not None and not target.commands:
        conversion.report(
            "MEL142", f"`{target.id}` runs no command, so it has no field `{atom.field}`",
            reader.source.span(atom.start, atom.end),
            help="compare a field of the step whose command prints it",
        )  # fmt: skip
    else:
        target.fields[atom.field] = None


def _refuse_circles(conversion: Conversion, steps: Mapping[str, _Step]) -> None:
    places: dict[tuple[str, str], Span] = {}
    for one in steps.values():
        for atom in one.atoms():
            span = one.source.span(atom.start, atom.end)
            places.setdefault((one.id, atom.step), span)
    edges = {
        one.id: [atom.step for atom in one.atoms() if atom.step in steps] for one in steps.values()
    }
    for circle in circles(edges):
        pairs = list(zip(circle, (*circle[1:], circle[0]), strict=True))
        path = " → ".join(f"`{shortened(id_)}`" for id_ in (*circle[:8], circle[0]))
        conversion.report(
            "MEL207", f"these steps wait for one another: {path}", places[pairs[0]],
            notes=tuple(Note(f"`{a}` waits for `{b}`", places[a, b]) for a, b in pairs[1:8]),
            help="remove one of the conditions",
        )  # fmt: skip


def _written(one: _Step, steps: Mapping[str, _Step]) -> Data:
    """The step of the Melody."""
    assert one.line is not None
    order, rest = order_and_rest(one.line.condition)
    when = None if rest is None else expression_of(rest, lambda atom: _expression(atom, steps))
    if not one.commands:
        return step(set={}, needs=order, when=when)
    output = dict.fromkeys(one.fields, "number")
    body = commands_step(one.commands, steps, json=bool(output), output=output or None)
    on_failure = ["skip"] if one.failure_read else None
    return step(**body, needs=order, when=when, on_failure=on_failure)


def _expression(atom: Outcome | Comparison, steps: Mapping[str, _Step]) -> str:
    path = f"steps.{atom.step}"
    if isinstance(atom, Comparison):
        compared = f"{path}.output.{atom.field} {atom.operator} {atom.number}"
        absent = steps[atom.step].may_be_absent
        return f"{path}.ok and {compared}" if absent else compared
    match atom.outcome:
        case "success":
            return f"{path}.ok"
        case "failure":
            return f"{path}.error != null"
        case _:
            return f"{path}.status != 'pending'"


def _check_length(conversion: Conversion, one: _Step, written: Data) -> None:
    """An expression has a bound, which a long line can exceed."""
    when = written.get("when")
    if isinstance(when, str):
        conversion.expression(when, one.span)
