"""`langgraph dev` serves compiled Melodies: the sample's, and one of whatever might block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.langgraph_dev import Server, served
from tests.unit.samples.all_samples import copied

ANGRY = "My kettle is broken! When do I get my money back?"

BUSY = """
melody: v1
name: busy
players:
  own: {python: "office.desk:write"}
  apart: {python: "office.desk:first_sentence", isolation: worker}
  program: {command: [echo, hello], effects: none}
  brought: {framework: "existing.summary_graph:graph"}
  inner: {call: part.melody.yaml}
steps:
  waits: {wait: 0.01s}
  free: {require: host.disk_free > 1, set: 1}
  letters:
    for_each: "${{ ['a?', 'b?'] }}"
    steps:
      one: {play: own, with: {question: "${{ item }}"}}
      two: {play: apart, with: {text: "${{ steps.one.output }}"}}
    result: ${{ steps.two.output.summary }}
  said: {play: program}
  graph: {play: brought, with: {text: "Short. The longest of all."}, output: {summary: string}}
  called: {call: part.melody.yaml}
  loops: {repeat: {max: 2, until: "true", steps: {x: {set: "1"}}, result: 1}}
outputs:
  all: ${{ [steps.letters.output, steps.said.output.stdout, steps.graph.output.summary] }}
"""
PART = 'melody: v1\nname: part\nsteps: {x: {set: 2}}\noutputs: {x: "${{ steps.x.output }}"}\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = copied(tmp_path_factory.mktemp("served")) / "08_for_framework_users"
    (folder / "busy.melody.yaml").write_text(BUSY)
    (folder / "part.melody.yaml").write_text(PART)
    project = folder / "melody.project.yaml"
    project.write_text(project.read_text() + "  command: [echo]\n")
    (folder / "busy.py").write_text(
        (folder / "graph.py").read_text().replace("answer_letter", "busy")
    )
    config = json.loads((folder / "langgraph.json").read_text())
    config["graphs"]["busy"] = "./busy.py:graph"
    (folder / "langgraph.json").write_text(json.dumps(config))
    with served(folder, tmp_path_factory.mktemp("home")) as running:
        yield running


def assistant(server: Server, graph: str = "answer_letter") -> str:
    found = server.post("/assistants/search", graph_id=graph)
    assert [one["graph_id"] for one in found] == [graph]
    return str(found[0]["assistant_id"])


def test_the_graph_is_shown_with_a_node_for_each_step_and_its_kind(server: Server) -> None:
    shown = server.get(f"/assistants/{assistant(server)}/graph")
    nodes = {node["id"]: node.get("metadata", {}).get("kind") for node in shown["nodes"]}
    assert nodes["read"] is None
    assert nodes["drafts"] == "map"
    assert nodes["signed.complaint.sign"] is None
    labels = {edge.get("data") for edge in shown["edges"] if edge["source"] == "signed"}
    assert {"complaint", "usual"} <= labels


def test_the_input_is_described_for_a_form(server: Server) -> None:
    schemas = server.get(f"/assistants/{assistant(server)}/schemas")
    assert "inputs" in schemas["input_schema"]["properties"]


def test_a_run_streams_updates_and_the_conductors_events(server: Server) -> None:
    parts = server.stream(
        "/runs/stream",
        assistant_id=assistant(server),
        input={"inputs": {}},
        stream_mode=["updates", "custom", "values"],
    )
    assert [data for kind, data in parts if kind == "error"] == []
    updated = {name for kind, data in parts if kind == "updates" for name in data}
    assert {"read", "drafts", "signed", "__outputs__"} <= updated
    events = {(d["event"], d["path"]) for kind, d in parts if kind == "custom"}
    assert ("attempt_started", "drafts[0]") in events
    last = [data for kind, data in parts if kind == "values"][-1]
    assert last["outputs"]["answer"].startswith("You ask: Is there a smaller one?")


def test_an_approval_pauses_the_thread_and_is_answered_over_the_api(server: Server) -> None:
    thread = server.post("/threads")["thread_id"]
    run = f"/threads/{thread}/runs/wait"
    who = {"assistant_id": assistant(server)}
    paused = server.post(run, input={"inputs": {"letter": ANGRY}}, **who)
    assert paused["__interrupt__"][0]["value"]["text"] == "An angry letter. Shall this go out?"
    # Not `/state`: after a barrier langgraph-api 0.16.7 shows no task there, of any graph.
    shown = server.get(f"/threads/{thread}")
    assert shown["status"] == "interrupted"
    ((asked,),) = shown["interrupts"].values()
    assert asked["value"]["path"] == "signed.complaint.sign"
    wrong = server.post(run, command={"resume": {"choice": "perhaps"}}, **who)
    assert wrong["__interrupt__"][0]["value"]["problems"]
    answer = {"choice": "approve", "apology": "We are sorry."}
    ended = server.post(run, command={"resume": answer}, **who)
    assert ended["outputs"]["answer"].startswith("We are sorry. You ask: When do I get")


def test_wrong_inputs_are_told_in_the_servers_log_with_their_codes(server: Server) -> None:
    parts = server.stream(
        "/runs/stream", assistant_id=assistant(server), input={"inputs": {"lettre": "x"}}
    )
    (problem,) = (data for kind, data in parts if kind == "error")
    assert problem["error"] == "DiagnosticsError"  # the server tells no more of any exception
    assert "MEL502" in server.said()


def test_nothing_in_a_node_blocks_the_servers_event_loop(server: Server) -> None:
    ended: Any = server.post(
        "/runs/wait", assistant_id=assistant(server, "busy"), input={"inputs": {}}
    )
    assert "__error__" not in ended, ended
    assert ended["outputs"]["all"][1:] == ["hello\n", "The longest of all."]
    assert "BlockingError" not in server.said()
    assert "Blocking call" not in server.said()
