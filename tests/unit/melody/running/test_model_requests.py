"""Model players on every backend, by the requests that reach a real server."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

import melody
from conductor_core.limits import guards
from tests.servers.openai_wire import Hang, OpenAIWire, Text, status
from tests.unit.conductor_core.models.asking import KEY
from workflow_ir.diagnostics import DiagnosticsError

BACKENDS = ("native", "langgraph", "crewai")
MELODY = """melody: v1
name: notes
models: {smart: {model: openai/gpt, temperature: 0.5}}
players:
  writer: {model: smart, system: Be brief.}
policy: {retry: {max_attempts: 3, backoff: [10ms], jitter: none}}
steps:
  draft: {play: writer, prompt: "Topic?", output: {topic: string}, MORE}
outputs: {topic: "${{ default(steps.draft.output.topic, 'none') }}"}
"""


class Ran:
    """A run, and what its server saw."""

    def __init__(self, result: Any, server: OpenAIWire) -> None:
        self.count = server.count
        self.bodies = server.bodies
        self.result = result
        self.draft = result.steps["draft"]
        self.tokens = result.usage.tokens
        self.attempts = [
            (one.player, one.outcome, None if one.error is None else one.error.code)
            for one in self.draft.attempts
        ]


@pytest.fixture(autouse=True)
def _guards_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failures of one test are not held against the provider in the next one."""
    monkeypatch.setattr(guards, "_OF_PROCESS", guards.Guards(time.monotonic, alone=False))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the Melody at a server with these answers."""

    def ran(backend: str, *answers: Any, more: str = "", **conditions: Any) -> Ran:
        path = tmp_path / "notes.melody.yaml"
        path.write_text(MELODY.replace(", MORE", more))
        with OpenAIWire(*answers) as server:
            monkeypatch.setenv("OPENAI_API_KEY", KEY)
            monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
            return Ran(melody.run(path, on=backend, journal=False, **conditions), server)

    return ran


GOOD = Text('{"topic": "rain"}')


@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_one_request_makes_one_attempt(backend: str, start: str, run: Any) -> None:
    ran = run(backend, GOOD, start=start)
    assert ran.result.outputs == {"topic": "rain"}
    assert ran.attempts == [("writer", "success", None)]
    assert (ran.count, ran.tokens) == (1, 10)
    assert ran.bodies[0]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Topic?"},
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_429_and_then_an_answer_are_two_requests_and_two_attempts(backend: str, run: Any) -> None:
    ran = run(backend, status(429, headers={"Retry-After": "0.02"}), GOOD)
    assert ran.attempts == [("writer", "error", "http.429"), ("writer", "success", None)]
    assert ran.draft.attempts[0].delay_s == 0.02
    assert ran.count == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_refused_key_is_asked_with_once(backend: str, run: Any) -> None:
    ran = run(backend, status(401, f"Incorrect API key provided: {KEY}"))
    assert ran.attempts == [("writer", "error", "auth.denied")]
    assert ran.count == 1
    assert KEY not in json.dumps(ran.result.to_json())


@pytest.mark.parametrize("backend", BACKENDS)
def test_text_that_is_no_json_is_asked_for_again_within_its_attempt(backend: str, run: Any) -> None:
    ran = run(backend, Text("rain"), GOOD)
    assert ran.attempts == [("writer", "success", None)]
    assert (ran.count, ran.tokens, ran.draft.status.value) == (2, 20, "succeeded")


@pytest.mark.parametrize("backend", BACKENDS)
def test_after_two_texts_that_are_no_json_the_ladder_goes_on(backend: str, run: Any) -> None:
    more = ", on_failure: [fallback, fail]"
    ran = run(backend, Text("rain"), Text("rain"), GOOD, more=more)
    assert ran.attempts == [("writer", "error", "output.format")]
    assert ran.count == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_wrong_schema_is_not_asked_for_again_and_goes_to_the_ladder(
    backend: str, run: Any
) -> None:
    ran = run(backend, Text('{"topic": 1}'), GOOD, more=", on_failure: retry")
    assert ran.attempts == [("writer", "error", "output.schema"), ("writer", "success", None)]
    assert ran.count == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_model_that_hangs_is_left_at_the_time_limit(backend: str, run: Any) -> None:
    ran = run(backend, Hang(), GOOD, more=", policy: {timeout: 300ms}")
    assert ran.attempts == [("writer", "error", "timeout.attempt"), ("writer", "success", None)]
    assert ran.count == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_recorded_on_one_backend_is_replayed_on_every_other(
    backend: str, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tmp_path / "calls.jsonl"
    limited = status(429, headers={"Retry-After": "0.01"})
    recorded = run(backend, limited, Text(f"{KEY}"), GOOD, record=tape)
    assert recorded.count == 3
    assert KEY not in tape.read_text()
    for other in BACKENDS:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        replayed = run(other, replay=tape)
        assert replayed.count == 0
        assert replayed.attempts == recorded.attempts
        assert replayed.result.outputs == recorded.result.outputs


@pytest.mark.parametrize("backend", BACKENDS)
def test_offline_asks_nobody(backend: str, run: Any) -> None:
    ran = run(backend, offline=True)
    assert (ran.count, ran.attempts) == (0, [("writer", "success", None)])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_scripted_model_is_asked_as_a_real_one_and_by_the_clock_of_the_run(
    backend: str, run: Any
) -> None:
    entry = [{"hang": "10m"}, {"return_text": "rain"}, {"return": {"topic": "rain"}}]
    script = {"models": {"smart": entry}, "default": {"error": "player.bug"}}
    more = ", policy: {timeout: 2s}, on_failure: retry"
    ran = run(backend, script=script, more=more)
    assert ran.attempts == [
        ("writer", "error", "timeout.attempt"),
        ("writer", "error", "output.format"),
        ("writer", "success", None),
    ]
    assert ran.count == 0


def test_a_players_own_entry_goes_before_its_models(run: Any) -> None:
    script = {
        "models": {"smart": {"return": {"topic": "model"}}},
        "players": {"writer": {"return": {"topic": "player"}}},
    }
    assert run("native", script=script).result.outputs == {"topic": "player"}


def test_a_script_that_names_no_model_of_the_melody_is_told(run: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("models: {smrt: {return: 1}}")
    with pytest.raises(DiagnosticsError) as raised:
        run("native", script=script)
    assert [one.code for one in raised.value.diagnostics] == ["MEL504"]


def test_a_cassette_that_is_missing_is_told_before_the_run(run: Any, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as raised:
        run("native", replay=tmp_path / "no.jsonl")
    assert [one.code for one in raised.value.diagnostics] == ["MEL604"]


def test_a_recording_never_replaces_another_file(run: Any, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as raised:
        run("native", GOOD, record=tmp_path / "notes.melody.yaml")
    assert [one.code for one in raised.value.diagnostics] == ["MEL604"]
    assert (tmp_path / "notes.melody.yaml").read_text().startswith("melody: v1")


def test_a_missing_key_is_told_before_the_run(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.melody.running.test_model_requests.KEY", "")
    with pytest.raises(DiagnosticsError) as raised:
        run("native", GOOD)
    assert [one.code for one in raised.value.diagnostics] == ["MEL603"]


def test_an_address_of_the_project_is_trusted_and_one_of_the_melody_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = MELODY.replace(", MORE", "").replace("models: {smart: {model: openai/gpt,", "#")
    path, project = tmp_path / "notes.melody.yaml", tmp_path / "melody.project.yaml"
    path.write_text(text)
    with OpenAIWire(GOOD, GOOD) as server:
        models = f'models: {{smart: {{model: local/tiny, base_url: "{server.base_url}"}}}}\n'
        project.write_text(models)
        assert melody.run(path, journal=False).outputs == {"topic": "rain"}
        path.write_text(text + models)
        project.write_text("{}\n")
        with pytest.raises(DiagnosticsError) as raised:
            melody.run(path, journal=False)
        assert [one.code for one in raised.value.diagnostics] == ["MEL401"]
        assert server.count == 1
        allow = ["http:127.0.0.1", "private_addresses:127.0.0.1"]
        assert melody.run(path, journal=False, allow=allow).outputs == {"topic": "rain"}
