"""``approval``: a person is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.site import Site
from workflow_ir.players import Schema
from workflow_ir.steps import Approval


@dataclass(frozen=True, slots=True)
class AskView:
    """``return await here.ask(…)``."""

    template: ClassVar[str] = "steps/ask.jinja"
    about: Code
    """For its docstring."""
    text: Code
    show: Code | None
    form: Code | None
    """As JSON Schema, for whoever fills it in."""
    check: Code | None
    """What checks it."""
    in_part: Code | None
    """What checks it where it may be filled in in part."""
    assignees: Code | None
    expires_s: Code | None
    on_timeout: Code | None
    on_reject: Code | None


def approval(verb: Approval, at: Site) -> AskView:
    """What is not said is as usual, and left out."""
    hint = f"{at.step.id}_form"
    return AskView(
        about=Code("ask a person"),
        text=at.scene.text(verb.text),
        show=None if verb.show is None else at.scene.value(verb.show),
        form=None if verb.form is None else at.writing.json_schema(verb.form, hint),
        check=None if verb.form is None else at.writing.form(verb.form, hint),
        in_part=None
        if verb.form is None
        else at.writing.form(_in_part(verb.form), f"{hint}_in_part"),
        assignees=literal(verb.assignees) if verb.assignees else None,
        expires_s=None if verb.expires_s is None else literal(verb.expires_s),
        on_timeout=None if verb.on_timeout == "fail" else literal(verb.on_timeout),
        on_reject=None if verb.on_reject == "fail" else literal(verb.on_reject),
    )


def _in_part(form: Schema) -> Schema:
    """The form of somebody who rejects: what is there has to fit, and nothing has to be there."""
    return {name: rule for name, rule in form.items() if name != "required"}
