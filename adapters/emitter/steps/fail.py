"""``fail``: the scope round the step ends as failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.site import Site
from workflow_ir.steps import Fail


@dataclass(frozen=True, slots=True)
class FailView:
    """``here.fail(…)``."""

    template: ClassVar[str] = "steps/fail.jinja"
    about: Code
    """For its docstring."""
    code: Code
    message: Code | None


def fail(verb: Fail, at: Site) -> FailView:
    """With the code that the author gave it."""
    message = None if verb.message is None else at.scene.text(verb.message)
    return FailView(Code("fail"), literal(verb.error), message)
