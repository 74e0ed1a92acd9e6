"""MEL217: a player, model or input that nothing uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from compiler.analysis.symbols import BUILT_IN_MODELS
from compiler.check.subject import Subject
from compiler.check.unknown_model import varied_models
from compiler.check.unwrapped_reference import unwrapped
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest

MOST_GUESSED = 50
"""Unknown names for which the nearest is looked for."""
CURES = {
    "player": "let a step `play: {name}`",
    "model": "let a player use `model: {name}`",
    "input": "read it as `inputs.{name}`",
}


def unused_name(subject: Subject) -> Iterator[Diagnostic]:
    """Warnings only; what the project defines is for other Melodies too.

    A name that is probably misspelt elsewhere counts as used, since that is reported there.
    """
    if subject.doubt.anything:
        return
    symbols, melody = subject.symbols, subject.symbols.melody
    players = _meant((*symbols.reached_players(), *_providers_meant(subject)), symbols.players)
    for player in melody.players:
        if player.name.value not in players:
            yield _unused("player", player.name)
    aliases = [alias.value for alias in varied_models(subject)]
    aliases += [
        player.kind.model.value
        for player in symbols.players.values()
        if isinstance(player.kind, syntax.ModelKind | syntax.AgentKind)
    ]
    models = _meant(aliases, symbols.models, built_in=BUILT_IN_MODELS)
    for model in melody.models:
        if model.name.value not in models:
            yield _unused("model", model.name)
    inputs = _meant(_inputs_read(subject), symbols.inputs)
    for one in melody.inputs:
        if one.name.value not in inputs:
            yield _unused("input", one.name)


def _providers_meant(subject: Subject) -> Iterator[str]:
    """Whoever provides something, where a step asks for what nobody provides (MEL219)."""
    symbols = subject.symbols
    if any(
        isinstance(symbol.step.verb, syntax.PlayCapability) and not symbols.players_of(symbol.step)
        for symbol in symbols.performances()
    ):
        yield from (player.name.value for player in symbols.own_players() if player.provides)


def _inputs_read(subject: Subject) -> Iterator[str]:
    for use in subject.uses:
        for reference in use.expr.expression.references:
            if reference.path == ("inputs",):
                yield from subject.symbols.inputs
            elif reference.path[0] == "inputs":
                yield reference.path[1]
    for one in unwrapped(subject.symbols):
        if one.input is not None:  # meant to be read, which MEL234 tells
            yield one.input


def _meant(
    names: Iterable[str], known: Collection[str], built_in: Collection[str] = ()
) -> set[str]:
    """The names, each unknown one read as the nearest; as any at all if there is no such."""
    used = set(names)
    unknown = sorted(used.difference(known, built_in))
    if len(unknown) > MOST_GUESSED:
        return used.union(known)
    for name in unknown:
        guess = nearest(name, (*known, *built_in))
        used.update(known if guess is None else [guess])
    return used


def _unused(kind: str, name: syntax.Spanned[str]) -> Diagnostic:
    return diagnose(
        "MEL217",
        f"{kind} `{name.value}` is never used",
        name.span,
        help=f"remove it, or {CURES[kind]}".format(name=name.value),
    )
