"""Generated flows and crews are CrewAI's own: they are kicked off, drawn and read as any other."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.crewai.emitted.taken import OF_CREWS, OF_FLOWS
from tests.ejected import crewai_stage
from tests.ejected.ejected import environment, in_time, known_as
from tests.ejected.players.stage import Stage

OWN = """
import asyncio

async def hand(n: int = 1):
    await asyncio.sleep(0.002 * n)
    if n == 13:
        raise PermissionError("not thirteen")
    return {"n": n}
"""
HEAD = """
inputs: {n: {type: integer, default: 2}, word: {type: string, default: "so"}}
players: {hand: {python: "own:hand"}}
"""
FLOW = f"""{HEAD}
steps:
  first: {{play: hand, with: {{n: "${{{{ inputs.n }}}}"}}, output: {{n: integer}}}}
  way:
    branch:
      - {{name: small, when: steps.first.output.n < 3, result: {{n: 1}}}}
      - name: large
        else: true
        steps: {{more: {{play: hand, with: {{n: 100}}, output: {{n: integer}}}}}}
        result: {{n: "${{{{ steps.more.output.n }}}}"}}
  long: {{play: hand, with: {{n: "${{{{ 1000 + 0 * steps.first.output.n }}}}"}}}}
outputs: {{n: "${{{{ steps.way.output.n }}}}", word: "${{{{ inputs.word }}}}"}}
"""
CREW = f"""{HEAD}
steps:
  first:
    label: "First of all: {{word}}, {{n}} and {{other}}"
    play: hand
    with: {{n: "${{{{ inputs.n }}}}"}}
    output: {{n: integer}}
  left: {{play: hand, with: {{n: "${{{{ steps.first.output.n }}}}"}}, output: {{n: integer}}}}
  right: {{play: hand, with: {{n: "${{{{ steps.first.output.n }}}}"}}, output: {{n: integer}}}}
  last:
    repeat:
      max: 2
      steps:
        go:
          play: hand
          with: {{n: "${{{{ steps.left.output.n + steps.right.output.n }}}}"}}
          output: {{n: integer}}
      until: steps.go.output.n > 1
      result: {{n: "${{{{ steps.go.output.n }}}}"}}
outputs: {{n: "${{{{ steps.last.output.n }}}}", word: "${{{{ inputs.word }}}}"}}
"""
ASKS = """
steps:
  may: {approval: "May it?"}
"""


@pytest.fixture(autouse=True)
def quiet_crewai() -> Iterator[None]:
    with environment(crewai_stage.variables()):
        from crewai.events import crewai_event_bus
        from crewai.events.utils.console_formatter import (
            set_suppress_console_output,
            should_suppress_console_output,
        )

        before = should_suppress_console_output()
        set_suppress_console_output(True)
        yield
        crewai_event_bus.flush()
        set_suppress_console_output(before)


def staged(folder: Path, text: str) -> Stage:
    return Stage(folder, text, files={"own.py": OWN} if "own:" in text else {}, target="crewai")


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Any]:
    made = staged(tmp_path, FLOW)
    with known_as(made.package, "small"):
        yield made.part("flow").SmallFlow


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Any]:
    made = staged(tmp_path, CREW)
    with known_as(made.package, "small"):
        yield made.part("crew").SmallCrew


def test_a_flow_is_kicked_off_with_inputs_and_gives_outputs(flow: Any) -> None:
    from crewai.flow.flow import Flow

    made = flow()
    assert isinstance(made, Flow)
    assert made.kickoff(inputs={"n": 1}) == {"n": 1, "word": "so"}
    assert made.state["report"]["steps"]["first"]["status"] == "succeeded"
    assert made.kickoff(inputs={"n": 5, "word": "thus"}) == {"n": 100, "word": "thus"}


def test_a_flow_is_kicked_off_on_a_loop(flow: Any) -> None:
    async def both() -> list[Any]:
        flows = (flow().kickoff_async(inputs={"n": n}) for n in (1, 4))
        return await asyncio.gather(*flows)

    assert [one["n"] for one in asyncio.run(both())] == [1, 100]


def test_the_results_of_methods_are_the_outputs_of_their_steps(flow: Any) -> None:
    made = flow()
    made.kickoff(inputs={"n": 5})
    assert {"n": 5} in made.method_outputs
    assert {"n": 100} in made.method_outputs


def test_a_run_that_fails_raises_with_its_report(flow: Any, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"first: .*not thirteen") as raised:
        flow().kickoff(inputs={"n": 13})
    assert type(raised.value).__name__ == "RunFailed"
    report: Any = vars(raised.value)["report"]
    assert (report["status"], report["steps"]["way"]["status"]) == ("failed", "pending")


def test_wrong_inputs_are_refused_before_anything_happens(flow: Any, crew: Any) -> None:
    for made in (flow(), crew().crew()):
        with pytest.raises(ValueError, match="did you mean 'word'"):
            made.kickoff(inputs={"wort": "x"})


def test_a_flow_is_drawn(flow: Any, tmp_path: Path) -> None:
    drawn = Path(flow().plot(str(tmp_path / "flow.html"), show=False))
    assert "way_result" in drawn.read_text("utf-8") or any(
        "way_result" in one.read_text("utf-8") for one in drawn.parent.iterdir()
    )


def test_the_declared_flow_runs_as_the_class_does(flow: Any) -> None:
    from crewai.flow.flow import Flow

    path = Path(inspect.getfile(flow)).with_name("flow.yaml")
    declared = Flow.from_declaration(path=path)
    assert type(declared) is Flow
    told = declared._definition.to_dict()
    named = json.loads(
        json.dumps(flow.flow_definition().to_dict()).replace(f"{flow.__module__}:", "small.flow:")
    )
    assert told["methods"] == named["methods"]
    assert declared.kickoff(inputs={"n": 5}) == {"n": 100, "word": "so"}


def test_a_router_waits_for_nothing_that_starts_beside_it(tmp_path: Path) -> None:
    made = staged(tmp_path, FLOW)

    async def timed() -> float:
        report = await made.run(n=3)
        assert report["status"] == "succeeded"
        return asyncio.get_running_loop().time()

    with crewai_stage.threads_counted():
        wall_s = in_time(timed, virtual=True)
    assert wall_s == pytest.approx(2.006)


def test_a_cancelled_kickoff_leaves_nothing_behind(flow: Any) -> None:
    async def cancelled() -> set[str]:
        going = asyncio.create_task(flow().kickoff_async(inputs={"n": 500}))
        await asyncio.sleep(0.5)
        going.cancel()
        await asyncio.wait({going})
        assert going.cancelled()
        await asyncio.sleep(0.1)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        return {str(one) for one in left}

    assert asyncio.run(cancelled()) == set()


def test_a_crew_is_kicked_off_with_inputs_and_gives_outputs(crew: Any) -> None:
    from crewai import Crew

    made = crew().crew()
    assert isinstance(made, Crew)
    output: Any = made.kickoff(inputs={"n": 3})
    assert output.json_dict == {"n": 6, "word": "so"}
    assert json.loads(output.raw) == output.json_dict
    assert [one.raw for one in output.tasks_output][:3] == ['{"n": 3}'] * 3


def test_a_crew_is_kicked_off_in_every_way(crew: Any) -> None:
    async def on_a_loop() -> list[Any]:
        made = crew().crew()
        found = [await made.akickoff({"n": 1}), await made.kickoff_async({"n": 2})]
        return [one.json_dict["n"] for one in (*found, made.kickoff({"n": 3}))]

    assert asyncio.run(on_a_loop()) == [2, 4, 6]
    each = crew().crew().kickoff_for_each(inputs=[{"n": 1}, {"n": 4}])
    assert [one.json_dict["n"] for one in each] == [2, 8]


def test_the_tasks_of_a_crew_have_what_they_wait_for_as_context(crew: Any) -> None:
    tasks = {one.name: one for one in crew().crew().tasks}
    assert {name: [one.name for one in task.context] for name, task in tasks.items()} == {
        "first": [],
        "left": ["first"],
        "right": ["first"],
        "last": ["left", "right"],
    }
    assert {name for name, task in tasks.items() if task.async_execution} == {"left", "right"}


def test_no_text_of_the_melody_is_a_template_but_its_inputs(crew: Any) -> None:
    made = crew().crew()
    made.kickoff(inputs={"n": 3, "word": "{n}"})
    assert made.tasks[0].description == "First of all: { word }, { n } and { other }"


def test_a_crew_that_fails_raises_with_its_report(crew: Any) -> None:
    with pytest.raises(Exception, match=r"first: .*not thirteen") as raised:
        crew().crew().kickoff(inputs={"n": 13})
    assert type(raised.value).__name__ == "RunFailed"


def test_crews_that_are_made_one_after_the_other_share_no_tasks(crew: Any) -> None:
    seen = [[id(task) for task in crew().crew().tasks] for _ in range(20)]
    assert len({one for each in seen for one in each}) == 80


def test_a_step_is_performed_in_a_run_only(crew: Any) -> None:
    task = crew().crew().tasks[0]
    with pytest.raises(RuntimeError, match="kick off the crew"):
        task.agent.execute_task(task)
    with pytest.raises(RuntimeError, match="kick off the crew"):
        asyncio.run(task.agent.aexecute_task(task))


def test_whoever_sits_at_the_terminal_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = staged(tmp_path, ASKS)
    terminal = made.part("terminal")
    assert terminal.at_terminal() is None
    assert made.whole()["status"] == "paused"
    answers = iter(["perhaps", "approve"])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    report = asyncio.run(made.package.run({}, people=terminal.at_terminal()))
    assert report["steps"]["may"]["output"] == {"choice": "approve"}
    assert "May it?" in capsys.readouterr().err


def test_what_crewai_gives_to_flows_and_crews_is_known() -> None:
    from crewai.flow.flow import Flow
    from crewai.project import CrewBase

    class Empty:
        agents: list[Any]

    made: Any = CrewBase(Empty)
    given = {name for name in dir(made) if not name.startswith("_")}
    assert given <= OF_CREWS
    flows = {name for name in dir(Flow) if not name.startswith("_")} | set(Flow.model_fields)
    assert flows <= OF_FLOWS
