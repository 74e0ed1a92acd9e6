"""``melody pipeline``: a Melody that grows by one stage a command, tied by state keys.

The outputs of the document are its state: ``outputs: {KEY: ${{ steps.STAGE.output }}}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiler.importers.conditions import expression_of
from compiler.importers.conversion import Conversion, Converted, shortened
from compiler.importers.document import Data, commands_step, free_name, may_be_absent, melody, step
from compiler.importers.state_conditions import StateConditions
from compiler.importers.step_conditions import StepConditions
from compiler.importers.step_line import read_line
from compiler.parse.atoms import INPUT_NAME, STEP_ID
from compiler.parse.melody import melody as read_melody
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_bytes
from compiler.parse.tree import MapNode
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, errors_of
from workflow_ir.span import Span

STDIN = "<stdin>"
_WRITER = re.compile(
    r"\$\{\{ (?:steps\.([a-z0-9_]+)\.output|default\(steps\.([a-z0-9_]+)\.output, null\)) \}\}"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as given on the command line."""

    id: str
    run: str | None = None
    """Its command; None: a program of its own name."""
    state_key: str | None = None
    """The state that its output becomes."""
    depends: tuple[str, ...] = ()
    """The states that it reads."""
    condition: str | None = None
    """On fields of those states."""


def create(name: str) -> Converted:
    """A pipeline without any stage yet."""
    conversion = Conversion()
    conversion.melody_name(name, "NAME")
    return conversion.converted(melody(name, {}))


def add_stage(document: bytes, stage: Stage) -> Converted:
    """The pipeline with one stage more.

    Args:
        document: What the command before has written.
        stage: The stage.

    Returns:
        The Melody, or every mistake: of the document, MEL116, MEL107, MEL140 to MEL146.
    """
    conversion = Conversion()
    before = _read(conversion, document)
    steps: dict[str, Data] = dict(before["steps"]) if before else {}  # type: ignore[arg-type]
    outputs: Data = dict(before.get("outputs") or {}) if before else {}  # type: ignore[arg-type]
    _check_id(conversion, stage.id, steps)
    states = _States(conversion, steps, outputs, known=before is not None)
    depends = states.depends(stage.depends)
    states.claim(stage.state_key)
    commands = _commands(conversion, stage, steps)
    when = _when(conversion, stage, depends, steps)
    stdin = _stdin(conversion, depends)
    if conversion.failed or before is None:
        return conversion.converted(None)
    body = commands_step(commands, {**steps, stage.id: {}}, stdin=stdin, json=True)
    steps[stage.id] = step(**body, when=when)
    if stage.state_key is not None:
        path = f"steps.{stage.id}.output"
        outputs[stage.state_key] = (
            f"${{{{ default({path}, null) }}}}" if when is not None else f"${{{{ {path} }}}}"
        )
    return conversion.converted({**before, "steps": dict(steps), "outputs": outputs} if outputs
                                else {**before, "steps": dict(steps)})  # fmt: skip


def _read(conversion: Conversion, document: bytes) -> Data | None:
    """The document that came in, if it is a Melody without mistakes."""
    if not document.strip():
        span = Span(STDIN, 1, 1, 1, 1)
        conversion.report(
            "MEL146", "no pipeline came in", span,
            help="begin with `melody pipeline create NAME |`; if the command before failed, "
            "correct that one first",
        )  # fmt: skip
        return None
    source, problems = text_of_bytes(document, STDIN)
    if source is None:
        conversion.add(problems)
        return None
    conversion.source(STDIN, source.text)
    tree, found = read_tree(source)
    conversion.add(found)
    if not isinstance(tree, MapNode) or errors_of(found):
        if tree is not None and not errors_of(found):
            conversion.report("MEL146", "what came in is no Melody", tree.span,
                              help="begin with `melody pipeline create NAME |`")  # fmt: skip
        return None
    wrong = _mistakes(source, tree, found)
    conversion.add(wrong)
    plain = tree.plain()
    assert isinstance(plain, dict)
    return None if wrong else plain


def _mistakes(
    source: SourceText, tree: MapNode, found: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Errors of reading, except that a pipeline begins without stages."""
    _, more = read_melody(source, tree, found)
    steps, key = tree.get("steps"), tree.key("steps")
    empty = key.span if key is not None and isinstance(steps, MapNode) and not steps.keys else None
    return tuple(
        problem for problem in errors_of(more) if not (empty is not None and problem.span == empty)
    )


def _check_id(conversion: Conversion, id_: str, steps: Mapping[str, Data]) -> None:
    source = conversion.source("ID", id_)
    if source is None:
        return
    span = source.span(0, len(id_))
    if conversion.name(id_, span, STEP_ID, "a stage") and id_ in steps:
        conversion.report(
            "MEL107", f"two stages are called `{id_}`", span,
            help=f"rename one of them, for example to `{free_name(id_, steps)}`",
        )  # fmt: skip


class _States:
    """The state keys of a pipeline and who writes them."""

    def __init__(
        self, conversion: Conversion, steps: Mapping[str, Data], outputs: Data, *, known: bool
    ) -> None:
        self.conversion = conversion
        self.outputs = outputs
        self.known = known
        """The document could be read; else nothing is said about unknown keys."""
        self.writers: dict[str, str] = {}
        for key, value in outputs.items():
            found = _WRITER.fullmatch(value) if isinstance(value, str) else None
            writer: str = (found[1] or found[2]) if found else ""
            if writer in steps:
                self.writers[key] = writer

    def depends(self, keys: Sequence[str]) -> dict[str, str]:
        """The stage that writes each key; unknown keys are reported."""
        found: dict[str, str] = {}
        for number, key in enumerate(keys, 1):
            name = "--depends" if len(keys) == 1 else f"--depends #{number}"
            source = self.conversion.source(name, key)
            if source is None:
                continue
            span = source.span(0, max(1, len(key)))
            if key in found:
                self.conversion.report("MEL107", f"`{shortened(key)}` is named twice", span,
                                       help="delete one of them")  # fmt: skip
            elif key in self.writers:
                found[key] = self.writers[key]
            elif self.known:
                self.conversion.unknown("MEL145", "state", key, self.writers, span)
        return found

    def claim(self, key: str | None) -> None:
        """A key for a new writer; one that is taken is reported."""
        source = None if key is None else self.conversion.source("--state-key", key)
        if source is None or key is None:
            return
        span = source.span(0, len(key))
        if self.conversion.name(key, span, INPUT_NAME, "a state") and key in self.outputs:
            writer = self.writers.get(key)
            by = f"stage `{writer}` writes" if writer else "there is"
            self.conversion.report(
                "MEL145", f"{by} the state `{key}` already", span,
                help=f"a state has one writer; choose another key, for example "
                f"`{free_name(key, self.outputs)}`",
            )  # fmt: skip


def _commands(
    conversion: Conversion, stage: Stage, steps: Mapping[str, Data]
) -> tuple[tuple[str, ...], ...]:
    if stage.run is None:
        return ((stage.id,),)
    source = conversion.source("--run", stage.run)
    if source is None:
        return ()
    line = read_line(conversion, source, 0, StepConditions(conversion, steps).read)
    if line is not None and line.condition is not None:
        conversion.report(
            "MEL142", "conditions have no place in `--run`", source.span(0, len(source.text)),
            help="a stage runs when the stages it depends on did; `--condition` reads their state",
        )  # fmt: skip
    return line.commands if line is not None else ()


def _when(
    conversion: Conversion, stage: Stage, depends: Mapping[str, str], steps: Mapping[str, Data]
) -> str | None:
    """What must hold: the stages depended on did run, and the condition."""
    absent = [id_ for id_ in dict.fromkeys(depends.values()) if may_be_absent(steps[id_])]
    guards = [f"steps.{id_}.ok" for id_ in absent]
    if stage.condition is not None:
        source = conversion.source("--condition", stage.condition)
        reader = StateConditions(conversion, depends, whole=len(depends) == len(stage.depends))
        line = read_line(conversion, source, 0, reader.read) if source else None
        if line is not None and line.commands:
            conversion.report(
                "MEL142", "this is no condition", source.span(0, len(stage.condition))
                if source else Span("--condition", 1, 1, 1, 1),
                help="write `FIELD > NUMBER`, or `KEY.FIELD > NUMBER`",
            )  # fmt: skip
        elif line is not None and line.condition is not None and source is not None:
            text = expression_of(line.condition, reader.expression)
            guards.append(f"({text})" if guards and " or " in text else text)
    if guards:
        conversion.expression(" and ".join(guards), Span("ID", 1, 1, 1, 2))
    return " and ".join(guards) or None


def _stdin(conversion: Conversion, depends: Mapping[str, str]) -> str | None:
    """The state that is depended on, as JSON; several by their keys."""
    if not depends:
        return None
    if len(depends) == 1:
        (writer,) = depends.values()
        state = f"steps.{writer}.output"
    else:
        pairs = (f'"{key}": steps.{id_}.output' for key, id_ in depends.items())
        state = f"{{{', '.join(pairs)}}}"
    conversion.expression(f"json({state})", Span("ID", 1, 1, 1, 2))
    return f"${{{{ json({state}) }}}}"
