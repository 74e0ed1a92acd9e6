"""One run to be made: what, with which inputs, on which backend, under whose script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from adapters import registry
from adapters.base import Compiled, ContextFactory, OrchestrationAdapter
from conductor_core.agents.port import Agents
from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.journal.fanout import FanOut
from conductor_core.journal.jsonl import JournalError, JsonlJournal, journal_path
from conductor_core.limits.guards import Guards
from conductor_core.masks import Masks
from conductor_core.models.providers import keys_in_use
from conductor_core.people.nobody import Nobody
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.faults import Fault, Faults
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Clock, Journal, People, Readings
from conductor_core.readings.machine import Machine
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Start
from conductor_core.stage import RunContext
from melody.running.models_ready import new_cassette, read_cassette
from melody.running.refusals import refusals
from melody.running.remembering import remembering
from melody.running.run_id import new_run_id
from workflow_ir.allow import Allow
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything about a run but the backend's own object."""

    ir: WorkflowIR
    inputs: Mapping[str, JsonValue]
    """Checked, defaults filled in."""
    folder: Path = Path()
    """The project's folder, else the Melody's: modules are found and commands run there."""
    allow: Allow = field(default_factory=Allow)
    on: str = "native"
    """Name of the backend."""
    start: Start = "eager"
    script: Script | None = None
    faults: tuple[Fault, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name; masked wherever the run is told."""
    offline: bool = False
    """Every model is replaced by the offline one."""
    replay: Path | None = None
    """A cassette that answers every model call."""
    record: Path | None = None
    """The cassette that gets every model call."""
    trusted: frozenset[str] = frozenset()
    """Addresses of models that need not be allowed (``Compilation.trusted``)."""
    journal: bool = True
    """Keep the events under ``.melody/runs`` in ``folder``."""
    have: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    """Outputs of steps that were handed in, checked; these steps are not performed."""
    people: People = field(default_factory=Nobody)
    """Who answers approvals where no script does."""
    seed: str | None = None
    """Of jitter, where the script names none. None: every run draws its own."""
    new_run: Callable[[], str] = new_run_id

    @property
    def virtual(self) -> bool:
        """Time is virtual: waiting costs nothing."""
        return self.script is not None and self.script.clock == "virtual"


@dataclass(frozen=True, slots=True)
class Built:
    """A job whose graph stands."""

    job: Job
    adapter: OrchestrationAdapter
    compiled: Compiled


def build(job: Job, context: ContextFactory | None = None) -> Built:
    """Build the framework's object. The framework is imported here and not before.

    Args:
        job: What is to be run.
        context: The ports of uses of the object that nobody hosts.

    Raises:
        DiagnosticsError: MEL301 no such backend; MEL302 it cannot express the Melody; MEL903 its
            packages are not installed.
    """
    adapter = registry.load(job.on)
    refused = tuple(
        refusals(job.ir, adapter, job.start, scripted=job.script is not None, offline=job.offline)
    )
    if refused:
        raise DiagnosticsError(refused)
    return Built(job, adapter, adapter.compile(job.ir, context=context))


async def perform(built: Built, listeners: Sequence[Journal] = ()) -> RunResult:
    """Make the run; each listener gets every event when it happens, after the journal.

    Raises:
        DiagnosticsError: MEL507: the journal cannot be written; MEL604: a cassette cannot be used.
        HostFault: MEL951 to MEL953.
        asyncio.CancelledError: Everything was cancelled and awaited first.
    """
    job, run = built.job, built.job.new_run()
    keys = keys_of(job)
    clock: Clock = VirtualClock() if job.virtual else RealClock()
    try:
        with ExitStack() as opened:
            replay = None if job.replay is None else read_cassette(job.replay)
            record = None
            if job.record is not None:
                masks = Masks({**job.secrets, **keys})
                record = opened.enter_context(new_cassette(job.record, masks))
            journals = list(listeners)
            if job.journal:
                file = JsonlJournal(journal_path(job.folder.resolve(), run))
                journals.insert(0, opened.enter_context(file))
            known, learning = opened.enter_context(remembering(job))
            troupe = players_of(job, built.adapter.agents())
            troupe.replay, troupe.record = replay, record
            context = RunContext(
                run=run,
                clock=clock,
                players=troupe,
                journal=FanOut((*journals, *learning)),
                seed=_seed(job),
                scripted=job.script is not None,
                people=people_of(job),
                readings=readings_of(job),
                secrets=job.secrets,
                keys=keys,
                have=job.have,
                history=known,
                project=str(job.folder.resolve()),
                guards=_guards(job),
            )
            troupe.preload()
            try:
                return await built.adapter.execute(
                    built.compiled, job.inputs, context, start=job.start
                )
            finally:
                await troupe.aclose()
    except JournalError as error:
        raise DiagnosticsError(
            [
                diagnose(
                    "MEL507",
                    str(error),
                    None,
                    help="make the folder writable, or run with `--no-journal`",
                )
            ]
        ) from error


def players_of(job: Job, agents: Agents) -> Troupe:
    """The players of one run, or of one node of an object that is used on its own."""
    return Troupe(
        players=job.ir.players,
        folder=job.folder,
        models=job.ir.models,
        modules=job.ir.modules,
        secrets=job.secrets,
        allow=job.allow,
        script=job.script,
        faults=Faults(job.faults),
        offline=job.offline,
        trusted=job.trusted,
        agents=agents,
    )


def keys_of(job: Job) -> Mapping[str, str]:
    """The keys of model providers, which no text of the run may show."""
    modules = (job.ir, *job.ir.modules.values())
    return keys_in_use([model.model for each in modules for model in each.models.values()])


def people_of(job: Job) -> People:
    """A script answers alone: where it has no entry, nobody is there (spec 8, Scripts)."""
    return job.people if job.script is None else ScriptedPeople(job.script)


def readings_of(job: Job) -> Readings:
    """What ``require`` reads: of this machine, or as the script tells."""
    if job.script is not None:
        return ScriptedReadings(job.script)
    modules = (*job.ir.modules.values(), job.ir)
    return Machine(
        job.folder, {name: one for each in modules for name, one in each.players.items()}
    )


def _guards(job: Job) -> Guards | None:
    """Those of the process; runs that are to decide the same again have their own (spec 8)."""
    repeatable = any(given is not None for given in (job.script, job.seed, job.replay))
    return None if repeatable else Guards.of_process()


def _seed(job: Job) -> str | None:
    if job.script is not None and job.script.seed is not None:
        return str(job.script.seed)
    return job.seed
