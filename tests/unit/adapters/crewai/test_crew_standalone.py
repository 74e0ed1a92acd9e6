"""What a user of CrewAI can do with a Melody that is a crew."""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
from typing import Any

import pytest

from adapters.crewai import ADAPTER
from adapters.standalone import NobodyAnswers
from conductor_core.failed import RegionEnded
from conductor_core.stage import RunContext
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.melodies import for_each, leaf, melody, play, set_, step
from tests.unit.adapters.crewai.stage import Stage, stage
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR

INPUTS: dict[str, Any] = {
    "id": {"schema": {"type": "string"}},
    "count": {"schema": {"type": "integer"}, "required": False, "default": 2},
}
_PROMPT = {"kind": "text", "parts": ["Tell ", melodies.expr("inputs.id"), " {twice}."]}
_BODY = {"kind": "play", "player": "anyone", "prompt": _PROMPT}
ECHO = melody(
    [
        set_("pair", "{'id': inputs.id, 'count': inputs.count}"),
        step("a", {"kind": "guard", "body": _BODY}, needs=["pair"]),
    ],
    {"pair": "steps.pair.output", "a": "steps.a.output"},
    inputs=INPUTS,
)


def _native(ir: WorkflowIR, on: Stage | None = None) -> Any:
    return ADAPTER.compile(ir, context=lambda: (on or stage()).context).native


def _expected(id_: str, count: int = 2) -> dict[str, Any]:
    return {"pair": {"id": id_, "count": count}, "a": "a"}


def test_kickoff_gives_the_outputs_of_the_melody_as_text_and_as_data() -> None:
    output = _native(ECHO).kickoff(inputs={"id": "x"})
    assert output.json_dict == output.to_dict() == _expected("x")
    assert json.loads(output.raw) == json.loads(output.json) == _expected("x")
    assert output["a"] == "a"


def test_every_task_keeps_the_output_of_its_step() -> None:
    crew = _native(ECHO)
    output = crew.kickoff(inputs={"id": "x"})
    pair, told = crew.tasks
    assert [task.name for task in output.tasks_output] == ["pair", "a"]
    assert json.loads(pair.output.raw) == pair.output.json_dict == {"id": "x", "count": 2}
    assert json.loads(pair.output.json) == {"id": "x", "count": 2}
    assert (told.output.raw, told.output.json_dict) == ('"a"', None)
    assert told.output.agent == "anyone"
    assert told.prompt_context == pair.output.raw


def test_inputs_fill_the_descriptions_and_nothing_else_in_braces_is_asked_for() -> None:
    crew = _native(ECHO)
    assert crew.fetch_inputs() >= {"id"}
    crew.kickoff(inputs={"id": "x"})
    assert crew.tasks[1].description == "Tell x { twice }."
    crew.kickoff(inputs={"id": "y"})
    assert crew.tasks[1].description == "Tell y { twice }."


def test_all_kinds_of_kickoff_work_inside_a_running_loop_and_again_on_the_same_crew() -> None:
    async def all_of_them() -> list[Any]:
        crew = _native(ECHO)
        return [
            await crew.akickoff(inputs={"id": "u"}),
            await crew.kickoff_async(inputs={"id": "v"}),
            crew.kickoff(inputs={"id": "w", "count": 3}),
            *await crew.akickoff_for_each(inputs=[{"id": "x"}, {"id": "y"}]),
            *await crew.kickoff_for_each_async(inputs=[{"id": "z"}]),
        ]

    outputs = [output.json_dict for output in asyncio.run(all_of_them())]
    assert outputs == [
        _expected("u"), _expected("v"), _expected("w", 3), _expected("x"), _expected("y"),
        _expected("z"),
    ]  # fmt: skip


def test_kickoff_for_each_gives_one_output_for_each_of_its_inputs() -> None:
    outputs = _native(ECHO).kickoff_for_each(inputs=[{"id": "x"}, {"id": "y"}])
    assert [output.json_dict for output in outputs] == [_expected("x"), _expected("y")]


def test_tasks_alike_in_all_but_name_keep_their_own_contexts_in_a_copy() -> None:
    # CrewAI's own copy tells tasks by their texts and agents by their roles.
    alike = melody([set_("a", "1"), set_("b", "1", "a"), set_("c", "1", "b")])
    copied = _native(alike).copy()
    assert len({task.key for task in copied.tasks}) == 1
    assert [[one.name for one in task.context] for task in copied.tasks] == [[], ["a"], ["b"]]


def test_kickoff_async_takes_no_thread() -> None:
    seen: list[threading.Thread] = []

    def watched() -> RunContext:
        on = stage()
        usual = on.cast.play

        async def look(request: Any, grant: Any) -> Any:
            seen.append(threading.current_thread())
            return await usual(request, grant)

        on.cast.play = look  # type: ignore[method-assign]
        return on.context

    crew = ADAPTER.compile(melodies.DIAMOND, context=watched).native
    asyncio.run(crew.kickoff_async())
    asyncio.run(crew.akickoff())
    assert set(seen) == {threading.current_thread()}


def test_wrong_inputs_are_told_together_with_their_codes() -> None:
    with pytest.raises(DiagnosticsError) as wrong:
        _native(ECHO).kickoff(inputs={"cout": 1, "count": "many"})
    assert [problem.code for problem in wrong.value.diagnostics] == ["MEL502", "MEL501", "MEL503"]


def test_a_failed_run_raises_with_the_step_and_the_code_and_the_crew_works_again() -> None:
    stages = iter([stage(("b",)), stage()])
    crew = ADAPTER.compile(melodies.CHAIN, context=lambda: next(stages).context).native
    with pytest.raises(RegionEnded, match=r"b: input\.invalid"):
        crew.kickoff()
    assert crew.kickoff().json_dict == {"last": "c"}


def test_without_a_context_nothing_is_allowed() -> None:
    players = {"anyone": {"kind": "python", "target": "os:getcwd"}}
    with pytest.raises(RegionEnded, match=r"a: policy\.not_allowed"):
        ADAPTER.compile(melody([play("a")], players=players)).native.kickoff()


def test_where_nobody_answers_the_kickoff_says_so_and_gives_no_outputs() -> None:
    ask = step("ask", {"kind": "approval", "text": {"kind": "literal", "value": "Good?"}})
    with pytest.raises(NobodyAnswers, match="'ask'"):
        _native(melody([ask, play("after", "ask")])).kickoff()


def test_the_inside_of_a_step_cannot_be_kicked_off() -> None:
    part = melody([play("x")])
    call = step("part", {"kind": "call", "module": "m"})
    child = ADAPTER.compile(melody([call], modules={"m": part})).children["part~inside"]
    with pytest.raises(RuntimeError, match="'part~inside', the inside of a step"):
        child.kickoff()


def test_a_crew_that_is_at_work_is_not_kicked_off_again() -> None:
    async def twice() -> None:
        on = stage()
        on.cast.hangs = frozenset({"a"})
        crew = _native(melodies.CHAIN, on)
        first = asyncio.ensure_future(crew.akickoff())
        await on.cast.hung.wait()
        with pytest.raises(RuntimeError, match="at work"):
            await crew.akickoff()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(twice())


def test_checkpoints_and_files_of_crewai_are_refused() -> None:
    from crewai.state.checkpoint_config import CheckpointConfig

    crew = _native(melodies.CHAIN)
    with pytest.raises(ValueError, match="`inputs` only"):
        crew.kickoff(from_checkpoint=CheckpointConfig())
    with pytest.raises(ValueError, match="`inputs` only"):
        asyncio.run(crew.akickoff(input_files={"x": "y"}))


def test_callbacks_before_and_after_see_the_melodys_own_inputs_and_outputs() -> None:
    crew = _native(ECHO)
    seen: list[Any] = []

    def after(output: Any) -> Any:
        seen.append(output.json_dict)
        return output

    crew.before_kickoff_callbacks = [lambda inputs: {**inputs, "count": 7}]
    crew.after_kickoff_callbacks = [after]
    assert crew.kickoff(inputs={"id": "x"}).json_dict == _expected("x", 7)
    assert seen == [_expected("x", 7)]
    assert len(crew.before_kickoff_callbacks) == len(crew.after_kickoff_callbacks) == 1


def test_a_callback_for_tasks_hears_of_every_task() -> None:
    crew = _native(melodies.DIAMOND)
    seen: list[str] = []
    crew.task_callback = lambda output: seen.append(output.name)
    crew.kickoff()
    assert sorted(seen) == ["a", "b", "c", "d"]


def test_streaming_ends_with_the_outputs() -> None:
    crew = _native(ECHO)
    crew.stream = True
    streaming = crew.kickoff(inputs={"id": "x"})
    list(streaming)
    assert streaming.result.json_dict == _expected("x")

    async def streamed() -> list[Any]:
        results = []
        for kickoff in (crew.akickoff, crew.kickoff_async):
            streaming = await kickoff(inputs={"id": "y"})
            async for _ in streaming:
                pass
            results.append(streaming.result.json_dict)
        return results

    assert asyncio.run(streamed()) == [_expected("y"), _expected("y")]


def test_the_tokens_of_the_run_are_those_of_the_output() -> None:
    players = {"anyone": {"kind": "python", "target": "no:where", "cost": {"tokens": 10}}}
    on = stage()
    on.cast.tokens = 10  # type: ignore[attr-defined]
    output = _native(melody([play("a"), play("b", "a")], players=players), on).kickoff()
    assert output.token_usage.total_tokens == 20


def test_events_of_the_crew_are_sent_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    from crewai.events import crewai_event_bus
    from crewai.events.types.task_events import TaskCompletedEvent

    seen: list[Any] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(TaskCompletedEvent)
        def note(source: Any, event: TaskCompletedEvent) -> None:
            seen.append((source.name, event.output.raw))

        _native(melodies.DIAMOND).kickoff()
    assert sorted(seen) == [(name, f'"{name}"') for name in "abcd"]
    assert capfd.readouterr() == ("", "")


def test_the_usual_handlers_print_no_panel(capfd: pytest.CaptureFixture[str]) -> None:
    from crewai.events import crewai_event_bus

    _native(melodies.DIAMOND).kickoff()
    with pytest.raises(RegionEnded):
        _native(melodies.DIAMOND, stage(("b",))).kickoff()
    crewai_event_bus.flush()
    assert capfd.readouterr() == ("", "")


def test_a_task_cannot_be_executed_outside_of_a_run() -> None:
    crew = _native(melodies.CHAIN)
    # What CrewAI tells of it stays in the context: one of its own, or other tests would see it.
    with pytest.raises(RuntimeError, match="outside of a run"):
        contextvars.copy_context().run(crew.tasks[0].execute_sync)
    with pytest.raises(RuntimeError, match="outside of a run"):
        asyncio.run(crew.tasks[0].aexecute_sync())


def test_a_replay_finds_nothing_that_was_kept() -> None:
    crew = _native(melodies.CHAIN)
    crew.kickoff()
    with pytest.raises(ValueError, match="not found"):
        crew.replay(str(crew.tasks[1].id))


def test_items_of_a_map_come_as_one_output() -> None:
    crew = _native(melody([for_each("m", "[1, 2]", leaf())]))
    crew.kickoff()
    assert json.loads(crew.tasks[0].output.raw) == ["m[0]", "m[1]"]
