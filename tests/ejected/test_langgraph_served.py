"""`langgraph dev` serves a generated project: shown, run, streamed, paused, resumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import melody
from adapters.langgraph import ADAPTER
from compiler.pipeline import compile_file
from melody.ejecting.laid_out import lay_out
from tests.ejected.ejected import COMPARED, compared
from tests.servers.langgraph_dev import Server, served

MELODY = """
melody: v1
name: letters
inputs: {who: {type: string, default: ann}}
players: {say: {python: "own:say"}}
steps:
  draft: {play: say, with: {text: "Dear ${{ inputs.who }}"}}
  beside: {play: say, with: {text: aside}}
  way:
    branch:
      - when: inputs.who == 'ann'
        name: friend
        steps:
          sign:
            approval: "Shall it go?"
            show: {text: "${{ steps.draft.output.text }}"}
            form: {note: string}
        result: ${{ steps.sign.output.note }}
      - name: others
        else: true
        result: none
  checked:
    needs: [way, beside]
    steps:
      read: {play: say, with: {text: "${{ steps.way.output }}"}}
      agree: {approval: "Agreed?", needs: [read]}
      told: {play: say, with: {text: "${{ steps.agree.output.choice }}"}}
    result: ${{ steps.told.output.text }}
  rounds:
    for_each: ${{ [1, 2] }}
    needs: [checked]
    play: say
    with: {text: "${{ item }}"}
outputs: {note: "${{ steps.way.output }}", checked: "${{ steps.checked.output }}"}
"""

SCRIPT = """
players: {say: {echo: true}}
steps:
  way.friend.sign: {answer: {note: fine}}
  checked.agree: {answer: {choice: approve}}
"""

PLAYER = """
from __future__ import annotations

from typing import Any

from ..policy import Call


async def say(call: Call) -> Any:
    return dict(call.with_)
"""
NOTE = {"choice": "approve", "fields": {"note": "fine"}}
YES = {"choice": "approve"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("melody")
    (folder / "letters.melody.yaml").write_text(MELODY)
    (folder / "melody.project.yaml").write_text("allow: {python: [own]}\n")
    (folder / "script.yaml").write_text(SCRIPT)
    return folder


@pytest.fixture(scope="module")
def server(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = compile_file(written / "letters.melody.yaml")
    assert made.ir is not None
    folder = tmp_path_factory.mktemp("project")
    lay_out(ADAPTER.emit(made.ir), folder)
    (folder / "src/letters/players/say.py").write_text(PLAYER)
    (folder / ".env").write_text("")
    home = tmp_path_factory.mktemp("home")
    with served(folder, home, installed=folder / "src") as running:
        yield running


def assistant(server: Server) -> str:
    (found,) = server.post("/assistants/search", graph_id="letters")
    return str(found["assistant_id"])


def thread(server: Server) -> str:
    return str(server.post("/threads")["thread_id"])


def run(server: Server, thread: str, **given: Any) -> Any:
    return server.post(f"/threads/{thread}/runs/wait", assistant_id=assistant(server), **given)


def asked(state: Any) -> list[str]:
    return [one["value"]["path"] for one in state.get("__interrupt__", ())]


def test_the_graph_is_shown_with_the_steps_and_with_what_is_inside(server: Server) -> None:
    shown = server.get(f"/assistants/{assistant(server)}/graph?xray=true")
    names = {node["id"] for node in shown["nodes"]}
    assert {"begin", "draft", "beside", "way", "sign", "rounds", "finish"} <= names
    assert {"checked:read", "checked:agree", "checked:told"} <= names
    labels = {edge.get("data") for edge in shown["edges"] if edge["source"] == "way"}
    assert "friend" in labels


def test_inputs_and_outputs_are_described_for_a_form(server: Server) -> None:
    schemas = server.get(f"/assistants/{assistant(server)}/schemas")
    inputs = schemas["input_schema"]["$defs"]["Inputs"]
    assert inputs["properties"]["who"]["type"] == "string"
    assert set(schemas["output_schema"]["properties"]) == set(COMPARED)


def test_a_thread_pauses_for_each_question_and_ends_as_melody_run_does(
    server: Server, written: Path
) -> None:
    here = thread(server)
    paused = run(server, here, input={"inputs": {}})
    assert asked(paused) == ["way.friend.sign"]
    question = paused["__interrupt__"][0]["value"]
    assert question["show"] == {"text": "Dear ann"}
    assert question["form"]["required"] == ["note"]
    assert server.get(f"/threads/{here}")["status"] == "interrupted"
    again = run(server, here, command={"resume": {"choice": "perhaps"}})
    assert again["__interrupt__"][0]["value"]["problems"] == ["`choice` is one of approve, reject"]
    assert asked(run(server, here, command={"resume": NOTE})) == ["checked.agree"]
    ended = run(server, here, command={"resume": YES})
    wanted = melody.run(
        written / "letters.melody.yaml", script=written / "script.yaml", journal=False
    ).normal_form()
    assert compared(ended) == compared(wanted)
    assert server.get(f"/threads/{here}")["status"] == "idle"


def test_each_node_streams_what_has_become_of_its_steps(server: Server) -> None:
    parts = server.stream(
        "/runs/stream",
        assistant_id=assistant(server),
        input={"inputs": {"who": "bob"}},
        stream_mode=["updates"],
    )
    assert [data for kind, data in parts if kind == "error"] == []
    updates: dict[str, Any] = {}
    for kind, data in parts:
        if kind == "updates":
            updates.update(data)
    assert updates["way"]["steps"]["way"]["branch"] == "others"
    assert updates["draft"]["steps"]["draft"]["output"] == {"text": "Dear bob"}
    assert updates["__interrupt__"][0]["value"]["path"] == "checked.agree"


def test_a_run_that_fails_is_an_error_of_its_thread(server: Server) -> None:
    here = thread(server)
    assert asked(run(server, here, input={"inputs": {"who": "bob"}})) == ["checked.agree"]
    failed = run(server, here, command={"resume": {"choice": "reject"}})
    assert failed["__error__"]["error"] == "RunFailed"
    assert failed["__error__"]["message"] == "checked.agree: approval.rejected: it was rejected"
    told = server.get(f"/threads/{here}")
    assert told["status"] == "error"
    assert told["values"]["steps"]["checked"]["error"]["code"] == "approval.rejected"
    assert "rounds" not in told["values"]["steps"]


def test_wrong_inputs_are_an_error_before_any_step(server: Server) -> None:
    here = thread(server)
    failed = run(server, here, input={"inputs": {"who": 7}})
    assert failed["__error__"]["error"] == "InputsError"
    assert "who" in failed["__error__"]["message"]


def test_nothing_in_a_node_blocks_the_servers_event_loop(server: Server) -> None:
    run(server, thread(server), input={"inputs": {"who": "bob"}})
    assert "Blocking" not in server.said()
