"""Put the safe conversions where a value meets another type (spec 3, Isolation of data; spec 8).

Only at borders whose both sides tell their types: entries of ``with`` against the inputs of a
sub-melody or the ``input`` of a player, values against the ``output`` that their step declares.
Never on what a player gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.analysis.borders import conversions
from compiler.analysis.conversions import Conversion
from compiler.analysis.symbols import StepSymbol
from compiler.lower.context import Context
from compiler.lower.rewrite import map_verbs
from compiler.parse import syntax
from workflow_ir.steps import Branch, Call, Group, Play, Repeat, Set, Verb
from workflow_ir.values import ConvertValue, MapValue, Value
from workflow_ir.workflow import WorkflowIR


def safe_conversions(ir: WorkflowIR, context: Context) -> WorkflowIR:
    """Every conversion as a value of its own, which ``melody explain`` lists."""
    found = conversions(context.typing)
    if not found:
        return ir
    symbols = {symbol.address: symbol for symbol in context.symbols.performances()}

    def convert(verb: Verb, address: str) -> Verb:
        return _converted(verb, symbols[address], found)

    return map_verbs(ir, convert)


def _converted(verb: Verb, symbol: StepSymbol, found: Mapping[int, Conversion]) -> Verb:
    match verb:
        case Play() | Call():
            return _arguments(verb, symbol.step.with_, found)
        case Set():
            assert isinstance(symbol.step.verb, syntax.Set)
            return verb.model_copy(
                update={"value": _one(verb.value, symbol.step.verb.value, found)}
            )
        case Group() | Repeat():
            changed_verb: Verb = _result(verb, symbol.inner[0].syntax, found)
            return changed_verb
        case Branch(arms=arms):
            inner = zip(arms, symbol.inner, strict=True)
            changed = tuple(_result(arm, scope.syntax, found) for arm, scope in inner)
            return verb.model_copy(update={"arms": changed})
        case _:
            return verb


def _arguments(
    verb: Play | Call, written: syntax.Map | None, found: Mapping[int, Conversion]
) -> Verb:
    if written is None or verb.with_ is None:
        return verb
    entries: dict[str, Value] = {
        key.text: _one(verb.with_.entries[key.text], value, found) for key, value in written.entries
    }
    return verb.model_copy(update={"with_": MapValue(kind="map", entries=entries)})


def _result(place: Any, written: syntax.Scope | None, found: Mapping[int, Conversion]) -> Any:
    """Whatever has a scope, with the result of that scope converted."""
    if written is None or written.result is None:
        return place
    scope = place.scope
    result = _one(scope.result, written.result, found)
    return place.model_copy(update={"scope": scope.model_copy(update={"result": result})})


def _one(value: Value, written: syntax.Value, found: Mapping[int, Conversion]) -> Value:
    conversion = found.get(id(written))
    if conversion is None:
        return value
    return ConvertValue(kind="convert", to=conversion.to, field=conversion.field, value=value)
