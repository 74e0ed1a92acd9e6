"""MEL210: an input whose default does not have the input's own type."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.types import compile_schema, to_json_schema


def input_default(subject: Subject) -> Iterator[Diagnostic]:
    """Validate each default against the schema it will meet at run time."""
    for one in subject.symbols.melody.inputs:
        if one.default is None:
            continue
        violations = compile_schema(to_json_schema(one.type.type))(one.default.value)
        if violations:
            yield diagnose(
                "MEL210",
                f"the default of input `{one.name.value}` does not fit its type: "
                f"{violations[0].message}",
                one.default.span,
            )
