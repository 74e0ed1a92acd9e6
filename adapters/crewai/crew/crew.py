"""The crew class: one region of a Melody as a genuine ``crewai.Crew``."""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from crewai.crew import Crew
from crewai.crews.crew_output import CrewOutput
from crewai.events.event_listener import EventListener
from crewai.process import Process
from crewai.task import Task
from crewai.tasks.output_format import OutputFormat
from crewai.tasks.task_output import TaskOutput
from pydantic import PrivateAttr

from adapters.crewai.crew.agent import StepAgent
from adapters.crewai.crew.compile import AgentSheet, CrewSheet
from adapters.crewai.crew.edges import edges_of
from adapters.crewai.crew.keeps_nothing import KeepsNothing
from adapters.crewai.score import Score
from adapters.crewai.silence import built, quiet, unkept
from adapters.crewai.walk import Walk
from conductor_core.run import Run
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import Edge
from workflow_ir.result import RunResult


class MelodyOutput(CrewOutput):
    """What a kickoff gives: the Melody's outputs as ``raw`` (JSON text) and ``json_dict``."""

    @property
    def json(self) -> str | None:  # type: ignore[override]
        """The outputs as JSON text; CrewAI's own asks what the last task's format is."""
        return json.dumps(self.json_dict, ensure_ascii=False)


class MelodyCrew(Crew):
    """One region of a Melody as a crew.

    Every kind of kickoff runs the Melody in graph mode: CrewAI decides when a task begins, and
    the task performs its step under the Melody's policy. It gives the Melody's outputs.
    """

    # A private name of CrewAI: made anew, its store opens a database in the user's home.
    _task_output_handler: Any = PrivateAttr(default_factory=KeepsNothing)
    # A deprecated field, which CrewAI itself reads at every kickoff, and is warned of.
    function_calling_llm: ClassVar[None] = None  # type: ignore[misc]
    _score: Score | None = PrivateAttr(default=None)
    _walk: Walk | None = PrivateAttr(default=None)
    _given: CrewOutput | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, score: Score) -> MelodyCrew:
        """A fresh crew; a crew hosts one run at a time."""
        assert isinstance(score.definition, CrewSheet)
        crew = built(partial(cls._made, score.definition))
        crew._score = score  # noqa: SLF001 - its own class
        return crew

    @classmethod
    def _made(cls, sheet: CrewSheet) -> MelodyCrew:
        agents = {key: _agent(one) for key, one in sheet.agents.items()}
        tasks: dict[str, Task] = {}
        for one in sheet.tasks:
            tasks[one.address] = Task(
                name=one.address,
                description=one.description,
                expected_output=one.expected_output,
                agent=agents[one.agent],
                context=[tasks[address] for address in one.context],
                async_execution=one.together,
                callback=as_json,
            )
        with _as_talkative_as_before():
            return cls(
                name=sheet.name,
                agents=list(agents.values()),
                tasks=list(tasks.values()),
                process=Process.sequential if sheet.manager is None else Process.hierarchical,
                manager_agent=None if sheet.manager is None else _agent(sheet.manager),
                tracing=False,
            )

    def score(self) -> Score:
        """What this crew was compiled from."""
        if self._score is None:
            raise RuntimeError("this crew was not made by compiling a Melody")
        return self._score

    def edges(self) -> frozenset[Edge]:
        """Its edges, in the names of the plan."""
        return edges_of(self)

    def told(self) -> dict[str, Any]:
        """Its process, agents and tasks, as plain data."""
        people = [*self.agents, *([] if self.manager_agent is None else [self.manager_agent])]
        tree: dict[str, Any] = {"name": self.name, "process": self.process.value}
        if self.manager_agent is not None:
            tree["manager"] = self.manager_agent.role
        tree["agents"] = [
            {"role": one.role, "goal": one.goal, "backstory": one.backstory} for one in people
        ]
        tree["tasks"] = [
            {
                "name": task.name,
                "description": task.description,
                "expected_output": task.expected_output,
                "agent": None if task.agent is None else task.agent.role,
                "context": [one.name for one in task.context]
                if isinstance(task.context, list)
                else None,
                "async_execution": task.async_execution,
            }
            for task in self.tasks
        ]
        return tree

    def copy(self) -> MelodyCrew:  # type: ignore[override]
        """Another crew of the same Melody; ``kickoff_for_each`` takes one for each of its runs."""
        return MelodyCrew.of(self.score())

    async def walk(
        self, run: Run, region: RegionPath = ROOT, context: contextvars.Context | None = None
    ) -> None:
        """Let CrewAI walk this crew as the graph of one region of a run.

        Raises:
            RegionEnded: The region failed.
            HostFault: The crew is not the plan of the run.
        """
        walk = Walk(run, region, context or contextvars.copy_context(), self.score().below)
        self._walk = walk
        quiet()
        unkept()
        sheet = self.score().definition
        assert isinstance(sheet, CrewSheet)
        named = {name: run.inputs[name] for name in sheet.inputs}
        try:
            given = await walk.drive(super().akickoff(inputs=named or None))
        finally:
            self._walk = None
        assert isinstance(given, CrewOutput)
        self._given = given

    async def perform(self, task: Task) -> str:
        """Enter the node that a task stands for.

        Returns:
            The output of its step as JSON text.

        Raises:
            RegionEnded: The run failed; this ends the crew.
            HostFault: MEL951 to MEL953: the crew is not the plan.
        """
        walk = self._walk
        if walk is None:
            raise RuntimeError("a task of a Melody's crew was executed outside of a run")
        with walk.node():
            entered = await walk.enter(task.name or "")
        return json.dumps(entered.record.output, ensure_ascii=False)

    def _prepare_tools(self, agent: Any, task: Any, tools: Any) -> list[Any]:  # noqa: ARG002
        """No tools: players have their own.

        A private name of CrewAI, whose own starts a thread with an event loop for each task, to
        look for files that a Melody's crew never has.
        """
        return []

    def kickoff(
        self,
        inputs: dict[str, Any] | None = None,
        input_files: Any = None,
        from_checkpoint: Any = None,
    ) -> Any:
        """``akickoff``, on an event loop of its own."""
        if self.stream:  # CrewAI turns it off, calls back and streams what comes
            return super().kickoff(inputs=inputs)
        alone = partial(self.akickoff, inputs, input_files, from_checkpoint)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(alone())
        with ThreadPoolExecutor(max_workers=1) as beside:
            run = contextvars.copy_context().run
            return beside.submit(run, lambda: asyncio.run(alone())).result()

    async def kickoff_async(
        self,
        inputs: dict[str, Any] | None = None,
        input_files: Any = None,
        from_checkpoint: Any = None,
    ) -> Any:
        """``akickoff``; CrewAI's own would take a thread."""
        if self.stream:
            return await super().kickoff_async(inputs=inputs)
        return await self.akickoff(inputs, input_files, from_checkpoint)

    async def akickoff(
        self,
        inputs: dict[str, Any] | None = None,
        input_files: Any = None,
        from_checkpoint: Any = None,
    ) -> Any:
        """Run the Melody and return its outputs, with those of the tasks.

        Args:
            inputs: The Melody's inputs; those with a default may be left out.
            input_files: Refused: a Melody takes files by path.
            from_checkpoint: Refused: runs are resumed by Melody, on any backend.

        Raises:
            DiagnosticsError: MEL501 to MEL503: wrong inputs.
            RegionEnded: The run failed.
            NobodyAnswers: It waits for somebody who is not there.
            RuntimeError: The crew is the inside of a step, or at work.
        """
        if self.stream:
            return await super().akickoff(inputs=inputs)
        if input_files or from_checkpoint is not None:
            raise ValueError(
                "a Melody's crew takes `inputs` only: input files and checkpoints of CrewAI know "
                "nothing of its steps"
            )
        if self._walk is not None:
            raise RuntimeError("this crew is at work; kick off a `copy()` of it beside")
        given: Mapping[str, Any] = dict(inputs or {})
        with self._callbacks() as (before, after):
            for call in before:
                given = call(given)
            result = await self.score().alone(given, self)
            output = self._output(result)
            for call in after:
                output = call(output)
        return output

    def _output(self, result: RunResult) -> Any:
        assert self._given is not None
        facts = {name: getattr(self._given, name) for name in type(self._given).model_fields}
        raw = json.dumps(result.outputs, ensure_ascii=False)
        usage = facts["token_usage"].model_copy(update={"total_tokens": result.usage.tokens})
        made = {"raw": raw, "json_dict": result.outputs, "pydantic": None, "token_usage": usage}
        return MelodyOutput(**{**facts, **made})

    @contextmanager
    def _callbacks(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """The user's callbacks round a kickoff, which CrewAI must not call inside of it.

        It would call them when the inputs have been checked already, and before there are outputs.
        """
        before, after = self.before_kickoff_callbacks, self.after_kickoff_callbacks
        self.before_kickoff_callbacks, self.after_kickoff_callbacks = [], []
        try:
            yield before, after
        finally:
            self.before_kickoff_callbacks, self.after_kickoff_callbacks = before, after


def as_json(output: TaskOutput) -> None:
    """Let a task's output be read as JSON where it is an object; CrewAI calls it at its end."""
    value = json.loads(output.raw)
    if isinstance(value, dict):
        output.json_dict = value
        output.output_format = OutputFormat.JSON


def _agent(sheet: AgentSheet) -> StepAgent:
    return StepAgent(role=sheet.role, goal=sheet.goal, backstory=sheet.backstory)


@contextmanager
def _as_talkative_as_before() -> Iterator[None]:
    """Building a crew sets how much the one listener of the process prints; put it back."""
    listener = EventListener()
    before = listener.verbose, listener.formatter.verbose
    try:
        yield
    finally:
        listener.verbose, listener.formatter.verbose = before
