"""MEL404: all secrets at once, or one whose name is computed."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.uses import TAKES_SECRETS
from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def secret_out_of_place(subject: Subject) -> Iterator[Diagnostic]:
    """``secrets`` without a name; `known_elsewhere` tells of places where none may stand."""
    for use in subject.uses:
        if use.field not in TAKES_SECRETS:
            continue
        for reference in use.expr.expression.references:
            if reference.path == ("secrets",):
                yield diagnose(
                    "MEL404",
                    "a secret must be named here, since each is looked up and masked by its name",
                    use.expr.at(reference.start, reference.end),
                    help="write `secrets.NAME`, with the name of the environment variable",
                )
