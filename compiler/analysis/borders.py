"""The borders inside a Melody where both sides tell their types: what is checked, and converted.

Only here does the compiler place conversions (spec 8, Codes): never on what a player gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from compiler.analysis.called import Called
from compiler.analysis.conversions import Conversion, conversion
from compiler.analysis.doubt import CERTAIN, Doubt
from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from compiler.analysis.typing import Typing
from compiler.analysis.uses import Field as UseField
from compiler.parse import syntax
from workflow_ir.span import Span
from workflow_ir.types import Field, Object, Type
from workflow_ir.types.model import stripped


@dataclass(frozen=True, slots=True)
class Border:
    """One value on its way to where another type may be wanted."""

    value: syntax.Value
    """As written."""
    source: Type
    """Its own type."""
    target: Type
    """The type wanted."""
    kind: Literal["argument", "output"]
    """``argument``: an entry of ``with``; ``output``: a ``set``, or the result of a scope."""
    step: StepSymbol
    """Whose ``with`` or ``output`` it is."""
    name: str = ""
    """Of an argument: its key."""

    @property
    def place(self) -> Span:
        """Where the value stands."""
        return self.value.span

    @property
    def conversion(self) -> Conversion | None:
        """What makes it fit, where that is needed."""
        return conversion(self.source, self.target)


def borders(typing: Typing, doubt: Doubt = CERTAIN) -> Iterator[Border]:
    """Every border of a Melody.

    A value with a mistake of its own, or beside one of reading, has none: it is reported there.
    """
    yield from argument_borders(typing, doubt)
    yield from output_borders(typing, doubt)


def argument_borders(typing: Typing, doubt: Doubt = CERTAIN) -> Iterator[Border]:
    """Between entries of ``with`` and what the other side asks for."""
    for symbol in typing.symbols.performances():
        if symbol.step.with_ is not None and symbol.host not in doubt.steps:
            yield from _arguments(typing, symbol)


def output_borders(typing: Typing, doubt: Doubt = CERTAIN) -> Iterator[Border]:
    """Between what is written and the ``output`` that its step declares."""
    for symbol in typing.symbols.performances():
        if symbol.step.output is not None and symbol.host not in doubt.steps:
            yield from _outputs(typing, symbol, symbol.step.output.type)


def conversions(typing: Typing) -> Mapping[int, Conversion]:
    """By ``id`` of the value as written: how lowering converts it."""
    return {
        id(border.value): found
        for border in borders(typing)
        if (found := border.conversion) is not None
    }


def wanted_by(typing: Typing, symbol: StepSymbol) -> Mapping[str, Field] | None:
    """What ``with`` of a step is asked for; None where nobody tells, or several differ."""
    wanted = [
        fields for fields in accepting(typing, symbol) if fields is not None
    ]  # fmt: skip
    if not wanted or any(fields != wanted[0] for fields in wanted):
        return None
    return wanted[0]


def accepting(typing: Typing, symbol: StepSymbol) -> Iterator[Mapping[str, Field] | None]:
    """What each one who may get the ``with`` of a step asks for."""
    symbols = typing.symbols
    if isinstance(symbol.step.verb, syntax.Call):
        called = symbols.called.get(symbol.address)
        yield None if called is None else called.inputs
        return
    for player in symbols.players_of(symbol.step):
        if isinstance(player.kind, syntax.CallKind):
            found: Called | None = symbols.called.get(f"player:{player.name.value}")
            yield None if found is None else found.inputs
        else:
            known = player.input if typing.is_certain(player) else None
            declared = None if known is None else stripped(known.type)
            yield declared.fields if isinstance(declared, Object) else None


def _arguments(typing: Typing, symbol: StepSymbol) -> Iterator[Border]:
    if symbol.step.with_ is None:
        return
    wanted = wanted_by(typing, symbol)
    for key, value in symbol.step.with_.entries:
        field = None if wanted is None else wanted.get(key.text)
        if field is None:
            continue
        source = typing.sound_value(value, symbol.home, symbol, "with")
        if source is not None:
            yield Border(value, source, field.type, "argument", symbol, key.text)


def _outputs(typing: Typing, symbol: StepSymbol, target: Type) -> Iterator[Border]:
    """A ``set``, and the results of a group, of a loop and of arms."""
    for value, scope, field in _given(symbol):
        source = typing.sound_value(value, scope, symbol, field)
        if source is not None:
            yield Border(value, source, target, "output", symbol)


def _given(symbol: StepSymbol) -> Iterator[tuple[syntax.Value, ScopeSymbol, UseField]]:
    verb = symbol.step.verb
    if isinstance(verb, syntax.Set):
        yield verb.value, symbol.home, "set"
    elif not isinstance(verb, syntax.Parallel):
        for scope in symbol.inner:
            if scope.syntax is not None and scope.syntax.result is not None:
                yield scope.syntax.result, scope, "result"
