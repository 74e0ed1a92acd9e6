"""What players do to a generated ``policy`` comes to what it comes to in the conductor."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import openai
import pytest
import yaml

from adapters.emitter.policy.written import policy_of
from compiler.pipeline import compile_text
from conductor_core.ports import Grant, PlayRequest
from tests.equivalence.stage import adapter_of, play
from tests.unit.adapters.emitter.policy.policy_stage import Band, Task
from workflow_ir.allow import Allow
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.steps import Guard, layers
from workflow_ir.workflow import WorkflowIR

Act = Any
"""An outcome, an exception to be raised, or a coroutine function of the grant."""

GOOD = Success({"n": 1})
COMPARED = ("status", "output", "player", "error", "attempts", "degraded")


@dataclass
class Troop:
    """Players that do one thing after the other; the last one repeats."""

    acts: Mapping[str, Sequence[Act]]
    handed: list[tuple[Any, ...]] = field(default_factory=list)
    """What they were told, in order."""
    _done: dict[str, int] = field(default_factory=dict)

    def find(self, name: str, path: str, address: str, module: str = "") -> Member:
        del path, address, module
        return Member(self, name)

    def next(self, name: str) -> Act:
        place = self._done[name] = self._done.get(name, -1) + 1
        return self.acts[name][min(place, len(self.acts[name]) - 1)]


@dataclass
class Member:
    """One of them."""

    troop: Troop
    name: str

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        told = (self.name, request.attempt, dict(request.parameters), grant.attempts,
                grant.may_degrade, json.dumps(request.with_))  # fmt: skip
        self.troop.handed.append(told)
        request.with_["seen"] = True
        act = self.troop.next(self.name)
        if isinstance(act, BaseException):
            raise act
        if isinstance(act, Success | StandardError):
            return act
        answer: Success | StandardError = await act(grant)
        return answer


def melody(players: Mapping[str, Any], step: Mapping[str, Any], **more: Any) -> WorkflowIR:
    tree = {
        "melody": "v1", "name": "small", "players": players, **more,
        "steps": {"s": {"play": "hand", "with": {"a": 1}, "output": {"n": "integer"}, **step}},
    }  # fmt: skip
    text = yaml.safe_dump(tree, sort_keys=False)
    made = compile_text(text, file="small.melody.yaml", allow=Allow(python=("band",)))
    assert made.ir is not None, made.diagnostics
    return made.ir


def told(ir: WorkflowIR, acts: Mapping[str, Sequence[Act]]) -> dict[str, Any]:
    """The record of the step, by the generated policy; the conductor's must equal it."""
    script = {"seed": 3}
    mine, theirs = Troop(acts), Troop(acts)
    adapter = adapter_of("native")
    native = play(ir, script, adapter, adapter.compile(ir), "eager", players=lambda: theirs)
    band = Band(ir, script, mine)
    record = band.play()["s"]
    wanted = native.result.to_json()
    here = {name: record.get(name) for name in COMPARED}
    there = {name: wanted["steps"]["s"].get(name) for name in COMPARED}
    assert here == there
    assert mine.handed == theirs.handed
    assert round(band.purse.usd, 6) == wanted["usage"]["usd"]
    return record


BAND: dict[str, dict[str, Any]] = {
    "hand": {"python": "band:hand", "fallback": ["spare"]},
    "spare": {"python": "band:spare"},
}

# --- attempts that a player makes by itself ---


@pytest.mark.parametrize("granted", [2, 5])
@pytest.mark.parametrize("attempts", [None, 1, 2, 3, 6])
@pytest.mark.parametrize("kind", ["success", "error", "bad"])
def test_attempts_that_a_player_makes_by_itself_count(
    granted: int, attempts: int | None, kind: str
) -> None:
    players = {**BAND, "hand": {**BAND["hand"], "grant": {"attempts": granted}}}
    act: Act = {
        "success": Success({"n": 1}, internal_attempts=attempts),
        "error": StandardError.of("http.503", attempts=attempts, cost=Cost(0.5)),
        "bad": Success({"n": "x"}, internal_attempts=attempts),
    }[kind]
    step = {"policy": {"retry": {"max_attempts": 4}}, "on_failure": ["retry", "fallback"]}
    told(melody(players, step), {"hand": [act, act, GOOD], "spare": [GOOD]})


def test_parameters_are_varied_attempt_by_attempt_and_inputs_are_copies() -> None:
    vary = [{"temperature": 0.1}, {"temperature": 0.9}]
    step = {"policy": {"retry": {"max_attempts": 5, "vary": vary}}}
    bad = StandardError.of("unable_to_complete")
    told(melody(BAND, step), {"hand": [bad, bad, bad, GOOD], "spare": [GOOD]})


# --- less than was asked for ---


@pytest.mark.parametrize("allowed", [True, False])
def test_a_degraded_answer_is_marked_or_refused(allowed: bool) -> None:
    step = {"policy": {"may_degrade": allowed}} if not allowed else {}
    players = {**BAND, "spare": {"python": "band:spare", "grant": {"attempts": 2}}}
    ir = melody(players, step)
    record = told(ir, {"hand": [Success({"n": 1}, degraded=not allowed)], "spare": [GOOD]})
    assert record["player"] == ("hand" if allowed else "spare")


@pytest.mark.parametrize("code", ["player.bug", "http.403", "auth.denied", "http.503"])
def test_a_hidden_bug_or_refusal_marks_the_step(code: str) -> None:
    step = {"on_failure": ["fallback"]}
    record = told(melody(BAND, step), {"hand": [StandardError.of(code)], "spare": [GOOD]})
    assert record.get("degraded", False) is (code != "http.503")


def test_a_refused_credential_is_not_shown_again() -> None:
    players = {
        "hand": {"model": "one", "fallback": ["same", "other"]},
        "same": {"model": "two"}, "other": {"model": "three"},
    }  # fmt: skip
    models = {"one": "openai/a", "two": "openai/b", "three": "anthropic/c"}
    acts: dict[str, list[Act]] = {"same": [GOOD], "other": [GOOD]}
    acts["hand"] = [StandardError.of("auth.denied")]
    record = told(melody(players, {"prompt": "x"}, models=models), acts)
    assert record["player"] == "other"


# --- time ---


async def _sleeps(grant: Grant) -> Success:
    assert grant.clock is not None
    await grant.clock.sleep(4.0)
    return GOOD


async def _will_not_stop(grant: Grant) -> Success:
    try:
        return await _sleeps(grant)
    except asyncio.CancelledError:
        return GOOD


async def _stops_with_a_bug(grant: Grant) -> Success:
    try:
        return await _sleeps(grant)
    except asyncio.CancelledError:
        raise KeyError("late") from None


@pytest.mark.parametrize("act", [_sleeps, _will_not_stop, _stops_with_a_bug])
@pytest.mark.parametrize("limit", ["2s", "4s", "5s"])
def test_what_comes_too_late_is_not_heard(act: Act, limit: str) -> None:
    step = {"policy": {"timeout": limit, "retry": {"max_attempts": 1}}}
    record = told(melody(BAND, step), {"hand": [act], "spare": [GOOD]})
    assert record["player"] == ("hand" if limit == "5s" else "spare")


def test_the_wall_of_a_step_is_for_all_attempts_of_a_player() -> None:
    tree = json.loads(melody(BAND, {}).to_json())
    body = tree["root"]["steps"][0]["body"]
    body.setdefault("policy", {})["wall_s"] = 6.0
    ir = WorkflowIR.from_json(json.dumps(tree))

    async def fails(grant: Grant) -> StandardError:
        await _sleeps(grant)
        return StandardError.of("transport.read")

    record = told(ir, {"hand": [fails], "spare": [fails, GOOD]})
    codes = [one["error"]["code"] for one in record["attempts"] if "error" in one]
    assert codes == ["transport.read", "policy.wall_time", "transport.read"]


def test_a_backoff_beyond_all_numbers_is_cut() -> None:
    retry = {"max_attempts": 4, "multiplier": 1e200, "initial": "2s", "max_delay": "3s"}
    bad = StandardError.of("transport.connect")
    told(melody(BAND, {"policy": {"retry": retry}}), {"hand": [bad], "spare": [GOOD]})


# --- exceptions ---

REQUEST = httpx.Request("GET", "http://127.0.0.1")


def answered(status: int, text: str = "no", **headers: str) -> list[Exception]:
    """How two libraries tell of an answer."""
    response = httpx.Response(status, headers=headers, request=REQUEST, text=text)
    return [
        httpx.HTTPStatusError(text, request=REQUEST, response=response),
        openai.APIStatusError(text, response=response, body=None),
    ]


EXCEPTIONS: list[BaseException] = [
    TimeoutError("slow"), ConnectionRefusedError("no"), ConnectionResetError("gone"),
    BrokenPipeError(), FileNotFoundError("x"), PermissionError("x"), MemoryError(),
    KeyError("k"), IndexError(), ValueError("v"), TypeError("t"), ZeroDivisionError(),
    NotImplementedError(), RecursionError(), ImportError("x"), AttributeError("a"),
    OSError(errno.ENOSPC, "full"), OSError(errno.EMFILE, "files"), OSError("what"),
    RuntimeError("odd"), Exception("bare"), asyncio.CancelledError(), SystemExit(3),
    json.JSONDecodeError("bad", "x", 0), asyncio.IncompleteReadError(b"", 3),
    httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.ConnectTimeout("slow"),
    httpx.RemoteProtocolError("x"), httpx.PoolTimeout("full"),
    openai.APIConnectionError(request=REQUEST), openai.APITimeoutError(REQUEST),
    ExceptionGroup("both", [KeyError("k"), ValueError("v")]),
    *answered(400), *answered(404), *answered(409), *answered(418), *answered(429),
    *answered(429, **{"retry-after": "7"}), *answered(429, **{"retry-after": "700"}),
    *answered(500), *answered(503), *answered(529), *answered(401, "token expired"),
    *answered(401), *answered(400, "context window"), *answered(403, "content_policy"),
    *answered(429, "insufficient_quota"),
]  # fmt: skip


@pytest.mark.parametrize("problem", EXCEPTIONS, ids=repr)
@pytest.mark.parametrize("ladder", [None, ["retry", "skip"]], ids=["class", "written"])
def test_an_exception_is_understood_alike(problem: BaseException, ladder: Any) -> None:
    step = {} if ladder is None else {"on_failure": ladder}
    ir = melody(BAND, step)
    acts: dict[str, list[Act]] = {"hand": [problem, GOOD], "spare": [GOOD]}
    script = {"seed": 3}
    adapter = adapter_of("native")
    native = play(
        ir, script, adapter, adapter.compile(ir), "eager", players=lambda: Troop(acts)
    ).result.to_json()["steps"]["s"]
    mine = Band(ir, script, Troop(acts)).play()["s"]
    assert mine["attempts"] == native["attempts"]
    assert mine["status"] == native["status"]


# --- the run itself ---


def test_an_attempt_that_the_run_cancels_is_listed() -> None:
    ir = melody(BAND, {})
    band = Band(ir, {"seed": 3}, Troop({"hand": [_sleeps], "spare": [GOOD]}))

    async def cancelled() -> Task:
        guard = layers(ir.root.steps[0]).guard
        assert isinstance(guard, Guard)
        task = Task(band, "s", guard, band.fresh("s"), (0,), {})
        verb = guard.body
        going = asyncio.create_task(task.conduct(verb))  # type: ignore[arg-type]
        await asyncio.sleep(1)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        return task

    task = band.run(cancelled)
    gone = {"class": "cancelled", "code": "cancelled"}
    assert task.record.attempts == [
        {"n": 1, "player": "hand", "outcome": "cancelled", "error": gone}
    ]


def test_what_differs_from_the_usual_is_all_that_is_written() -> None:
    ir = melody(BAND, {"policy": {"timeout": "3s", "retry": {"max_attempts": 2}}})
    band = Band(ir, {"seed": 3})
    guard = layers(ir.root.steps[0]).guard
    assert guard is not None
    wanted = "Policy(retry=Retry(max_attempts=2), timeout_s=3.0, gap=True)"
    assert policy_of(guard, band.uses) == wanted
