"""Models as players of a generated project, at servers on loopback that speak their language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage
from tests.servers.anthropic_wire import AnthropicWire, Says, Uses
from tests.servers.openai_wire import Asks, Dropped, OpenAIWire, Raw, Text, status
from tests.servers.wire import WireServer

TARGETS = ("native", "langgraph")

both = pytest.mark.parametrize("target", TARGETS)


def text_of(output: str = "", more: str = "", models: str = "smart: openai/house") -> str:
    return f"""
models: {{{models}}}
players: {{one: {{model: smart, system: "Be brief."}}}}
steps:
  it:
    play: one
    prompt: Go.
    ONCE
{output}{more}
outputs: {{}}
"""


OBJECT = "    output: {n: integer, why: string}\n"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai-1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-anthropic-1")
    monkeypatch.delenv("HOUSE_API_KEY", raising=False)


def at(server: WireServer[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment say where the providers answer."""
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)


@both
def test_without_a_schema_the_text_is_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(Text("Done."), Text("Done.")) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of(), target=target).output() == "Done."
        theirs, ours = server.bodies
        assert [m["content"] for m in ours["messages"]] == ["Be brief.", "Go."]
        assert ours["messages"] == theirs["messages"]
        assert ours["model"] == theirs["model"] == "house"
        assert server.requests[1].headers["authorization"] == "Bearer sk-of-openai-1"


@both
def test_with_a_schema_the_answer_is_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    said = Text('{"n": 3, "why": "so"}')
    with OpenAIWire(said, said) as server:
        at(server, monkeypatch)
        made = Stage(tmp_path, text_of(OBJECT), target=target)
        assert made.output() == {"n": 3, "why": "so"}
        theirs, ours = (body["response_format"]["json_schema"] for body in server.bodies)
        assert ours["schema"]["properties"] == theirs["schema"]["properties"]
        assert server.count == 2


@both
@pytest.mark.parametrize(
    ("output", "said", "value"),
    [
        ('"list[string]"', '{"value": ["a"]}', ["a"]),
        ("number", '{"value": 2.5}', 2.5),
        ("number", "2.5", 2.5),
    ],
)
def test_what_is_no_object_comes_inside_of_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    output: str,
    said: str,
    value: Any,
) -> None:
    with OpenAIWire(Text(said), Text(said)) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of(f"    output: {output}\n"), target=target).output() == value
        for body in server.bodies:
            assert body["response_format"]["json_schema"]["schema"]["type"] == "object"


@both
def test_an_answer_that_cannot_be_read_is_asked_for_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    answers = (Text("sure: {"), Text('{"n": 3, "why": "so"}'))
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        made = Stage(tmp_path, text_of(OBJECT), target=target)
        assert made.output() == {"n": 3, "why": "so"}
        assert server.bodies[3]["messages"][-2]["content"] == "sure: {"


@both
def test_answers_that_cannot_be_read_twice_are_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(*(Text("sure: {"),) * 4) as server:
        at(server, monkeypatch)
        made = Stage(tmp_path, text_of(OBJECT), target=target)
        assert made.code() == "output.format"
        assert server.count == 4


@both
def test_an_answer_of_another_form_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(*(Text('{"n": "three", "why": "so"}'),) * 2) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of(OBJECT), target=target).code() == "output.schema"
        assert server.count == 2


@both
@pytest.mark.parametrize("output", ["", OBJECT])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(429, headers={"Retry-After": "1"}), "http.429"),
        (status(429), "http.429"),
        (status(429, "You exceeded your current quota", error_code="insufficient_quota"),
         "resource.quota"),
        (status(500), "http.500"),
        (status(401), "auth.denied"),
        (status(400, error_code="context_length_exceeded"), "output.context"),
        (Text("Well", finish="length"), "output.truncated"),
        (Text(None, finish="content_filter"), "output.refused"),
        (Text(None, refusal="I will not."), "output.refused"),
        (Dropped(), "transport.read"),
    ],
)  # fmt: skip
def test_what_goes_wrong_has_the_code_of_melody_run_after_one_request(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    output: str,
    answer: Any,
    code: str,
) -> None:
    with OpenAIWire(answer, answer) as server:
        at(server, monkeypatch)
        made = Stage(tmp_path, text_of(output), target=target)
        if target == "langgraph" and output and code in ("output.truncated", "output.refused"):
            # OpenAI's client raises, and does not tell what was used.
            step = made.report()["steps"]["it"]
            assert step["attempts"][0]["error"]["code"] == code
        else:
            assert made.code() == code
            assert server.count == 2


@both
def test_a_refused_request_is_tried_again_by_the_policy_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    busy = status(429, headers={"Retry-After": "1"})
    with OpenAIWire(busy, Text("ok"), busy, Text("ok")) as server:
        at(server, monkeypatch)
        more = text_of().replace("ONCE", "policy: {retry: {max_attempts: 2, jitter: none}}")
        step = Stage(tmp_path, more, target=target).step()
        assert step["attempts"][0]["decision"] == "retry"
        assert step["attempts"][0]["delay_s"] == 1.0
        assert server.count == 4


@both
def test_parameters_are_sent_and_may_change_with_the_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    models = "smart: {model: openai/house, temperature: 0.7}, cheap: {model: openai/shed, seed: 4}"
    vary = (
        "policy: {retry: {max_attempts: 2, initial: 10ms, jitter: none,"
        " vary: [{model: cheap, temperature: 0.1}]}}"
    )
    answers = (status(500), Text("ok"))
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        made = Stage(tmp_path, text_of(models=models).replace("ONCE", vary), target=target)
        assert made.report() == made.reference()
        first, second = server.bodies[:2]
        assert (first["model"], first["temperature"], "seed" in first) == ("house", 0.7, False)
        assert (second["model"], second["temperature"], second["seed"]) == ("shed", 0.1, 4)


@both
def test_a_server_of_ones_own_gets_its_own_key_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(Text("ok"), Text("ok")) as server:
        models = f'smart: {{model: house/llama, base_url: "{server.base_url}"}}'
        made = Stage(tmp_path, text_of(models=models), target=target)
        assert made.report()["steps"]["it"]["output"] == "ok"
        monkeypatch.setenv("HOUSE_API_KEY", "sk-of-house-1")
        assert made.report()["steps"]["it"]["output"] == "ok"
        given = [seen.headers.get("authorization", "") for seen in server.requests]
        assert given == ["Bearer none", "Bearer sk-of-house-1"]
        assert server.bodies[0]["model"] == "llama"


@both
@pytest.mark.parametrize(
    ("models", "gone"),
    [
        ("smart: openai/house", "OPENAI_API_KEY"),
        ("smart: anthropic/claude", "ANTHROPIC_API_KEY"),
        ("smart: house/llama", ""),
    ],
)
def test_a_model_that_cannot_be_asked_is_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, models: str, gone: str
) -> None:
    made = Stage(tmp_path, text_of(models=models), target=target)
    if gone:
        monkeypatch.delenv(gone)
    report = made.whole()
    assert report["error"]["code"] == "config.model"
    assert (gone or "base_url") in report["error"]["message"]


CLAUDE = "smart: {model: anthropic/claude, temperature: 0.5, stop: [END], seed: 3}"


@pytest.mark.parametrize(
    ("output", "answer", "expected"),
    [
        ("", Says("Done."), "Done."),
        (OBJECT, Uses(("answer", {"n": 3, "why": "so"})), {"n": 3, "why": "so"}),
        (OBJECT, Says('{"n": 3, "why": "so"}'), {"n": 3, "why": "so"}),
        ('    output: "list[string]"\n', Uses(("answer", {"value": ["a"]})), ["a"]),
    ],
)
def test_anthropic_answers_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, answer: Any, expected: Any
) -> None:
    with AnthropicWire(answer, answer) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of(output, models=CLAUDE)).output() == expected
        theirs, ours = server.bodies
        for name in ("model", "system", "temperature", "max_tokens", "stop_sequences",
                     "tool_choice"):  # fmt: skip
            assert ours.get(name) == theirs.get(name), name
        assert "seed" not in ours


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(429, headers={"Retry-After": "1"}), "http.429"),
        (status(529), "http.529"),
        (status(401), "auth.denied"),
        (Says("Well", stop_reason="max_tokens"), "output.truncated"),
        (Says("", stop_reason="refusal"), "output.refused"),
    ],
)
def test_anthropic_fails_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any, code: str
) -> None:
    with AnthropicWire(answer, answer) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of(models=CLAUDE)).code() == code
        assert server.count == 2


@both
def test_a_model_that_is_offline_says_once_that_nobody_has_thought(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
players: {one: {model: offline}}
steps:
  first: {play: one, prompt: Go., output: {n: integer, of: "list[string]", ok: boolean}}
  it: {play: one, prompt: Go., needs: [first]}
outputs: {}
"""
    made = Stage(tmp_path, text, target=target)
    assert made.report()["status"] == "succeeded"
    assert capsys.readouterr().err.count("synthetic") == 1
    made.report()
    assert capsys.readouterr().err.count("synthetic") == 1


def test_a_tool_that_a_model_asks_for_unasked_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIWire(*(Asks(("search", {})),) * 2) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of()).step()["output"] == ""


def test_an_answer_of_no_server_of_models_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIWire(*(Raw(b"<html>"),) * 2) as server:
        at(server, monkeypatch)
        assert Stage(tmp_path, text_of()).code() == "output.format"
