"""An IR file from its text to a WorkflowIR that no run can stumble over."""

from __future__ import annotations

from compiler.ir_file.finding import Finding
from compiler.ir_file.json_text import data_of, places
from compiler.ir_file.rules import RULES
from compiler.ir_file.shape import shape
from compiler.ir_file.whole import Whole
from compiler.parse.source_text import SourceText
from compiler.parse.text import MAX_BYTES as MAX_MELODY_BYTES
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.workflow import WorkflowIR

MAX_BYTES = 64 * 1024 * 1024
"""A larger IR file is refused; a Melody of 8 MiB makes less."""
MAX_PROBLEMS = 50
"""Further problems of one file are not listed."""
SUFFIX = ".ir.json"
KIND = '"melody.ir/'
"""What the text of every IR holds."""


def most_bytes(file: str) -> int:
    """How large a file may be that has a name."""
    return MAX_BYTES if file.endswith(SUFFIX) else MAX_MELODY_BYTES


def is_ir(source: SourceText) -> bool:
    """Whether a file is meant as an IR: by its name, or because it says so at its top level.

    A Melody may be JSON too, and may hold the words of an IR somewhere inside.
    """
    if source.file.endswith(SUFFIX):
        return True
    if not source.text.lstrip().startswith("{") or KIND not in source.text:
        return False
    data = data_of(source)
    kind = data.get("kind") if isinstance(data, dict) else None
    return isinstance(kind, str) and kind.startswith("melody.ir/")


def read_ir(source: SourceText) -> tuple[WorkflowIR | None, tuple[Diagnostic, ...]]:
    """The IR, or everything that is wrong with it, each fault once at its place (MEL124)."""
    data = data_of(source)
    if isinstance(data, Diagnostic):
        return None, (data,)
    ir, findings = shape(data)
    if ir is not None:
        whole = Whole.of(ir)
        findings = tuple(found for rule in RULES for found in rule(whole))
    if not findings:
        return ir, ()
    return None, _told(source, findings[:MAX_PROBLEMS])


def _told(source: SourceText, findings: tuple[Finding, ...]) -> tuple[Diagnostic, ...]:
    found = places(source, {one.path for one in findings})
    problems = (
        diagnose("MEL124", one.fact, found[one.path], help=one.help or "compile the Melody anew")
        for one in findings
    )
    return tuple(dict.fromkeys(sorted(problems, key=lambda one: (one.span is not None, one.span))))
