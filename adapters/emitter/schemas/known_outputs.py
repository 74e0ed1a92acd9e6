"""What a Melody gives, as far as its IR tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_ir.expressions import check, parse, step_type
from workflow_ir.expressions.step_view import StepKind
from workflow_ir.policy import Rung
from workflow_ir.steps import Branch, Call, Guard, Layers, Parallel, Repeat, Set, layers
from workflow_ir.types import (
    Enum,
    Field,
    Integer,
    Json,
    ListOf,
    Null,
    Number,
    Object,
    String,
    Type,
    from_json_schema,
    join,
)
from workflow_ir.types.model import stripped
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)
from workflow_ir.workflow import Input, WorkflowIR

Modules = Mapping[str, WorkflowIR]
_UNKNOWN: Final = Json()


def known_outputs(ir: WorkflowIR) -> dict[str, Type]:
    """The types of the outputs of a Melody by name; `Json` where the IR does not tell.

    It tells what inputs are and what the schemas of steps say; the rest is computed from these, at
    the top level and in the order of the file.
    """
    return _outputs(ir, ir.modules, {})


def _outputs(ir: WorkflowIR, modules: Modules, found: dict[str, Object]) -> dict[str, Type]:
    """The outputs of a Melody of the tree.

    Args:
        ir: The Melody.
        modules: Those of the whole tree.
        found: What is known of them; more is added.
    """
    if not isinstance(ir.root.result, MapValue):
        return {}
    known = _Known(ir, modules, found)
    return {name: known.value(entry) for name, entry in ir.root.result.entries.items()}


class _Known:
    def __init__(self, ir: WorkflowIR, modules: Modules, found: dict[str, Object]) -> None:
        self._modules = modules
        self._found = found
        self._inputs = Object({name: Field(_of_input(one)) for name, one in ir.inputs.items()})
        self._layers: dict[str, Layers] = {}
        self._outputs: dict[str, Type] = {}
        for step in ir.root.steps:
            self._layers[step.id] = layers(step)
            self._outputs[step.id] = self._output(self._layers[step.id])

    def _output(self, step: Layers) -> Type:
        if step.each is None:
            return self._performed(step)
        one = self._performed(step)
        whole = step.each.succeed_if.kind == "all" and not _may_leave_gap(step)
        return ListOf(one if whole or one == _UNKNOWN else join([one, Null()]))

    def _performed(self, step: Layers) -> Type:
        if step.guard is not None and step.guard.output is not None:
            return _of_schema(step.guard.output)
        match step.verb:
            case Set(value=value) if step.each is None:
                return self.value(value)
            case Call(module=module):
                if module not in self._found:
                    outputs = _outputs(self._modules[module], self._modules, self._found)
                    fields = {name: Field(type_) for name, type_ in outputs.items()}
                    self._found[module] = Object(fields)
                return self._found[module]
            case _:
                return _UNKNOWN

    def value(self, value: Value) -> Type:
        """The type of a value at the top level."""
        match value:
            case LiteralValue(value=data):
                return Enum((data,))
            case TextValue():
                return String()
            case ExprValue(source=source):
                return self._expression(source)
            case MapValue(entries=entries):
                return Object({name: Field(self.value(one)) for name, one in entries.items()})
            case ListValue(items=items):
                return ListOf(join([self.value(item) for item in items]))
            case ConvertValue(to="number", value=inner):
                number = isinstance(stripped(self.value(inner)), Integer | Number)
                return Number() if number else _UNKNOWN
            case ConvertValue():
                return _UNKNOWN

    def _expression(self, source: str) -> Type:
        expression = parse(source)
        reads = [one for one in expression.references if one.path[0] == "steps" and one.path[1:]]
        # The compiler has seen to it that a bare read finds something.
        bare = {one.path[1] for one in reads if not one.guarded}
        guarded = {one.path[1] for one in reads if one.guarded}
        if bare & guarded or not bare | guarded <= self._outputs.keys():
            return _UNKNOWN
        steps = {
            name: Field(
                step_type(
                    self._outputs[name],
                    step=name,
                    may_be_absent=name in guarded,
                    kind=_kind(self._layers[name]),
                    arms=_arms(self._layers[name]),
                )
            )
            for name in sorted(bare | guarded)
        }
        names: Mapping[str, Type] = {"inputs": self._inputs, "steps": Object(steps)}
        checked = check(expression, names)
        return _UNKNOWN if checked.problems else checked.type


def _of_schema(schema: Any) -> Type:
    return stripped(from_json_schema(schema))


def _of_input(spec: Input) -> Type:
    type_ = _of_schema(spec.schema_)
    return type_ if spec.required or spec.default is not None else join([type_, Null()])


def _may_leave_gap(step: Layers) -> bool:
    """An item may end without output."""
    if isinstance(step.verb, Branch | Repeat):
        return True
    return step.guard is not None and (step.guard.gap_accepted or _skips(step.guard))


def _skips(guard: Guard) -> bool:
    policy, gate = guard.policy, guard.gate
    ladders = [guard.on_failure or (), *policy.recovery.values()]
    if gate is not None:
        ladders.append(gate.on_fail or ())
    written = any(Rung.SKIP in ladder for ladder in ladders)
    return written or "skip" in {policy.on_exceeded, policy.escalation.on_timeout}


def _kind(step: Layers) -> StepKind:
    if step.each is not None:
        return "for_each"
    match step.verb:
        case Branch():
            return "branch"
        case Parallel():
            return "parallel"
        case Repeat():
            return "repeat"
        case _:
            return "plain"


def _arms(step: Layers) -> tuple[str, ...]:
    return tuple(arm.name for arm in step.verb.arms) if isinstance(step.verb, Branch) else ()
