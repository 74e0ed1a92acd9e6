"""Names of errors in a policy: classes and codes of the taxonomy (spec 8, Codes)."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.parse.atoms import texts
from compiler.parse.reading import Reading
from compiler.parse.syntax import Spanned
from compiler.parse.tree import Node
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.nearest import nearest
from workflow_ir.taxonomy import ALIASES, TAXONOMY, ErrorClass, facts

NEVER_RECOVERED: Mapping[str, str] = {
    ErrorClass.CANCELLED.value: "what was cancelled stays so",
    "policy.not_allowed": "add what is missing to `allow` in the project file",
    "policy.budget": "`on_exceeded` says what a used-up budget does",
    "policy.deadline": "raise `budget: {wall: …}` where it is set",
}
"""No rung hides a refusal or a cancellation; what to do instead."""
CLASSES = tuple(one.value for one in ErrorClass if one.value not in NEVER_RECOVERED)
CODES = tuple(code for code in (*TAXONOMY, *ALIASES) if code not in NEVER_RECOVERED)


def error_name(reading: Reading, name: Spanned[str]) -> Spanned[str] | None:
    """The class, or the code as the taxonomy has it; MEL236 for what is neither."""
    reason = NEVER_RECOVERED.get(name.value)
    if reason is not None:
        reading.report(
            "MEL236", f"`{name.value}` is never recovered", name.span, help=f"remove it: {reason}"
        )
        return None
    if name.value in CLASSES:
        return name
    known = facts(name.value)
    if known is not None:
        return Spanned(known.code, name.span)
    close = nearest(name.value, (*CLASSES, *CODES))
    classes = ", ".join(f"`{one}`" for one in CLASSES)
    reading.report(
        "MEL236",
        f"there is no error class or code `{name.value[:60]}`",
        name.span,
        label=f"did you mean `{close}`?" if close else None,
        help=None if close else f"classes: {classes}; a code is for example `http.429`",
        fix=Fix(f"write `{close}`", (Edit(name.span, close),)) if close else None,
    )
    return None


def error_names(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    """A list of them."""
    found = texts(reading, node, name)
    if found is None:
        return None
    read = (error_name(reading, one) for one in found)
    return tuple(one for one in read if one is not None)
