"""MEL224: a modifier beside a verb for which it means nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

FAILS = "a `fail` gives nothing and always fails; the step round it can recover"
NO_PLAYER = "only `play` and `run` call somebody who must know one call from another"
PLAIN_WAIT = "time gives `{}`; only `wait: {event: …}` gives something"
UNDO = "write a `play`, `run`, `set` or `call`; a sub-melody takes several steps"

MEANINGLESS: Mapping[type, Mapping[str, str]] = {
    syntax.Fail: dict.fromkeys(
        (
            "for_each", "output", "gate", "policy", "on_failure", "reconstruct", "compensate",
            "idempotency_key",
        ),
        FAILS,
    ),
    syntax.Wait: {"idempotency_key": NO_PLAYER},
    syntax.Approval: {
        "output": "the `form` says what a person gives",
        "idempotency_key": NO_PLAYER,
    },
    syntax.Set: {"idempotency_key": NO_PLAYER},
    syntax.Group: {"idempotency_key": NO_PLAYER},
    syntax.Branch: {"idempotency_key": NO_PLAYER},
    syntax.Parallel: {"idempotency_key": NO_PLAYER},
    syntax.Repeat: {"idempotency_key": NO_PLAYER},
    syntax.Call: {"idempotency_key": NO_PLAYER},
}  # fmt: skip
"""By verb: modifiers that say nothing there, and why. All others are carried out."""
UNDOES = (
    syntax.Play, syntax.PlayCapability, syntax.Run, syntax.Set, syntax.Call, syntax.Unreadable,
)  # fmt: skip
"""What a ``compensate`` may do."""
VERBS: Mapping[type, str] = {
    syntax.Play: "play", syntax.PlayCapability: "play", syntax.Run: "run", syntax.Set: "set",
    syntax.Group: "steps", syntax.Branch: "branch", syntax.Parallel: "parallel",
    syntax.Repeat: "repeat", syntax.Call: "call", syntax.Approval: "approval",
    syntax.Wait: "wait", syntax.Fail: "fail",
}  # fmt: skip
"""The key of each verb."""


def modifier_out_of_place(subject: Subject) -> Iterator[Diagnostic]:
    """Nothing that is written is dropped in silence."""
    for symbol in subject.symbols.steps:
        refused = _refused(symbol.step)
        for name, span in _written(symbol.step):
            if name in refused:
                verb = VERBS[type(symbol.step.verb)]
                yield diagnose(
                    "MEL224",
                    f"`{name}` means nothing beside `{verb}`",
                    span,
                    help=f"remove it: {refused[name]}",
                )
        if symbol.compensation is not None:
            yield from _undo(symbol.compensation)


def _undo(symbol: StepSymbol) -> Iterator[Diagnostic]:
    step = symbol.step
    if not isinstance(step.verb, UNDOES):
        verb = VERBS[type(step.verb)]
        yield diagnose("MEL224", f"`compensate` cannot be a `{verb}`", step.verb_span, help=UNDO)


def _refused(step: syntax.Step) -> Mapping[str, str]:
    if isinstance(step.verb, syntax.Wait) and step.verb.event is None:
        more = dict.fromkeys(("output", "gate", "reconstruct"), PLAIN_WAIT)
        return {**MEANINGLESS[syntax.Wait], **more}
    return MEANINGLESS.get(type(step.verb), {})


def _written(step: syntax.Step) -> Iterator[tuple[str, Span]]:
    """The modifiers that could be refused, each with its place."""
    if step.for_each is not None:
        yield "for_each", step.for_each.span
    if step.output is not None:
        yield "output", step.output.span
    if step.gate is not None:
        yield "gate", step.gate.span
    if step.policy is not None:
        yield "policy", step.policy.span
    if step.on_failure:
        yield "on_failure", step.on_failure[0].span
    if step.reconstruct is not None:
        yield "reconstruct", step.reconstruct.span
    if step.compensate is not None:
        yield "compensate", step.compensate.id.span
    if step.idempotency_key is not None:
        yield "idempotency_key", step.idempotency_key.span
