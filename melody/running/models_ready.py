"""What a run needs for its models: a key, an address, a package (MEL603); a cassette (MEL604).

The profile ``production`` wants real ones (MEL605).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from compiler.check.wording import as_phrase
from conductor_core.masks import Masks
from conductor_core.models.cassette import Cassette
from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.recorder import Recorder
from conductor_core.models.tape import CassetteError
from melody.running.step_index import StepIndex
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.player_features import OFFLINE
from workflow_ir.players import AgentPlayer, ModelPlayer
from workflow_ir.steps import Play, layers
from workflow_ir.workflow import WorkflowIR

PRODUCTION = "production"
"""The profile in which no answer may be made up (spec 6, The model port)."""


def models_not_ready(ir: WorkflowIR, folder: Path) -> tuple[Diagnostic, ...]:
    """Each model that a run may ask and that cannot be asked from here, once (MEL603).

    Nothing is asked, imported or connected to.

    Args:
        ir: The Melody; of its sub-melodies the models are looked at, too.
        folder: Of the project.
    """
    told: dict[str, Diagnostic] = {}
    steps = StepIndex(ir)
    for module in (ir, *ir.modules.values()):
        catalogue = Catalogue(module.models, Backing(folder=folder))
        for alias, model in module.models.items():
            problem = catalogue.unready(alias)
            if problem is not None and problem.fact not in told:
                address = next(_asking(ir, alias, model.model, steps), None)
                place = None if address is None else steps.span(address)
                found = diagnose(
                    "MEL603", as_phrase(problem.fact), place, help=as_phrase(problem.help)
                )
                told[problem.fact] = found
    return tuple(told.values())


def made_up(ir: WorkflowIR, profile: str | None, *, offline: bool) -> tuple[Diagnostic, ...]:
    """Models whose answers are placeholders, where the profile is ``production`` (MEL605).

    Args:
        ir: The Melody; of its sub-melodies the models are looked at, too.
        profile: Of the run.
        offline: ``--offline`` replaces every model.
    """
    if profile != PRODUCTION:
        return ()
    if offline:
        fact = f"`--offline` makes up every answer, and the profile is `{PRODUCTION}`"
        return (diagnose("MEL605", fact, None, help="leave out `--offline` or the profile"),)
    told: dict[str, Diagnostic] = {}
    steps = StepIndex(ir)
    for module in (ir, *ir.modules.values()):
        for alias, model in module.models.items():
            if model.model.startswith(OFFLINE) and alias not in told:
                address = next(_asking(ir, alias, model.model, steps), None)
                told[alias] = diagnose(
                    "MEL605",
                    f"the model `{alias}` makes up its answers, and the profile is `{PRODUCTION}`",
                    None if address is None else steps.span(address),
                    help=f"name a real one: `models: {{{alias}: openai/gpt-5}}`",
                )
    return tuple(told.values())


def _asking(ir: WorkflowIR, alias: str, model: str, steps: StepIndex) -> Iterator[str]:
    """Addresses of steps whose player may ask a model."""
    for address in steps.addresses:
        step = steps.find(address)
        home = steps.home(address)
        if step is None or home is None or home.models.get(alias) is None:
            continue
        verb = layers(step).verb
        if home.models[alias].model == model and isinstance(verb, Play):
            for name in _reached(home, verb.players()):
                player = home.players.get(name)
                if isinstance(player, ModelPlayer | AgentPlayer) and player.model == alias:
                    yield address


def _reached(home: WorkflowIR, first: tuple[str, ...]) -> Iterator[str]:
    """Players, those that take over from them, and their tools."""
    ahead, seen = list(first), set[str]()
    while ahead:
        name = ahead.pop(0)
        player = home.players.get(name)
        if player is not None and name not in seen:
            seen.add(name)
            yield name
            ahead += [*player.fallback, *(player.tools if isinstance(player, AgentPlayer) else ())]


def read_cassette(path: Path) -> Cassette:
    """The answers of ``--replay``.

    Raises:
        DiagnosticsError: MEL604.
    """
    try:
        return Cassette.of_file(path)
    except CassetteError as error:
        cure = "record one by `--record FILE`"
        raise DiagnosticsError([diagnose("MEL604", str(error), None, help=cure)]) from error


def new_cassette(path: Path, masks: Masks) -> Recorder:
    """The file of ``--record``; whoever asked for it closes it.

    Raises:
        DiagnosticsError: MEL604.
    """
    try:
        return Recorder(path, masks)
    except CassetteError as error:
        cure = "name another file, in a folder that can be written"
        raise DiagnosticsError([diagnose("MEL604", str(error), None, help=cure)]) from error
