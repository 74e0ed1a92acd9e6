"""What the seeds ask for, in numbers: whole runs in virtual time where they speak of runs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from typing import Any

import melody as api
from conductor_core.failure.history import Tally
from conductor_core.failure.ladder import ESCALATE_AFTER
from conductor_core.failure.renewal import RENEWALS
from conductor_core.failure.rules import CLASS_ATTEMPTS
from conductor_core.failure.situation import Candidate
from conductor_core.schedule.slots import rank
from tests.unit.conductor_core.failure.situations import chosen, decided
from tests.unit.conductor_core.melodies import for_each, melody, play, player, step
from tests.unit.conductor_core.stand import Act, Stand, attempts, code, echo, fails, naps
from tests.vectors.vector import Data, Handler
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Policy, Rung, SucceedIf
from workflow_ir.result import RunResult, StepStatus
from workflow_ir.taxonomy import ErrorClass, facts

ALLOWED = ["python:pieces"]


def compiled(text: str) -> Any:
    """The IR of a Melody whose players need no permission, since a script plays them."""
    return api.compile(text, allow=ALLOWED, folder=tempfile.gettempdir())


def ran(text: str, script: Data) -> RunResult:
    """A whole run as a script plays it."""
    return api.run(compiled(text), script=script, journal=False, allow=ALLOWED)


def priority(given: Data, expect: Data) -> None:
    """Scores of tasks, and the order in which they begin when there is one place."""
    names = [name for name, _ in given["tasks"]]
    steps = "\n".join(
        f"  {name}: {{play: hand, task_type: {name}, priority: {level}}}"
        for name, level in given["tasks"]
    )
    text = (
        "melody: v1\nname: seed\npolicy: {concurrency: 1}\n"
        f"players: {{hand: {{python: 'pieces:hand'}}}}\nsteps:\n{steps}\n"
    )
    ir = compiled(text)
    ranks = [-rank(one.priority, (0,), one.weight)[0] for one in ir.root.steps]
    assert ranks == expect["scores"]
    stand = Stand({"hand": naps(1)})
    stand.run(ir)
    assert sorted(names) == sorted(stand.played)
    assert stand.played == expect["order"]


def confidence(given: Data, expect: Data) -> None:
    """How much is known after so many calls of which so many went well."""
    known = [round(Tally(good, calls - good).confidence(), 2) for calls, good in given["history"]]
    assert known == expect["confidence"]


def dependency(given: Data, expect: Data) -> None:
    """Who requires a player that is disabled."""
    lines = "\n".join(
        f"  {name}: {{python: 'pieces:x', requires: [{given['disable']}]}}"
        for name in given["dependents"]
    )
    steps = "\n".join(f"  s{n}: {{play: {name}}}" for n, name in enumerate(given["dependents"]))
    text = (
        "melody: v1\nname: seed\nplayers:\n"
        f"  {given['disable']}: {{python: 'pieces:y', enabled: false}}\n{lines}\nsteps:\n{steps}\n"
    )
    try:
        compiled(text)
    except api.DiagnosticsError as refused:
        told = [one.message for one in refused.diagnostics if one.code == "MEL220"]
    else:
        told = []
    assert all(f"`{given['disable']}` is disabled" in message for message in told)
    requires = re.compile(r"and `([\w-]+)` requires it")
    names = [name for message in told for name in requires.findall(message)]
    assert f"Required by {', '.join(names)}" == expect["error"]


ROUTES = """
melody: v1
name: seed
inputs: {quality: number}
steps:
  route:
    branch:
      - {name: fast_track, when: inputs.quality > 0.8, result: 1}
      - {name: enhancement_loop, when: inputs.quality > 0.5, result: 2}
      - {name: manual_review, else: true, result: 3}
outputs: {taken: "${{ steps.route.branch }}"}
"""


def routing(given: Data, expect: Data) -> None:
    """The first arm whose condition holds, strictly."""
    ir = compiled(ROUTES)
    taken = [
        api.run(ir, {"quality": quality}, journal=False).outputs["taken"]
        for quality in given["quality"]
    ]
    assert taken == expect["route"]


def policy_kill(given: Data, expect: Data) -> None:
    """A player that claims two hours is stopped at the wall, and the next one takes over."""
    assert given["fallback_available"] is True
    stand = Stand({"hand": naps(given["player_timeout_s"]), "other": echo})
    spec = {"hand": player("other", timeout_s=given["player_timeout_s"]), "other": player()}
    tune = melody(
        step("a", play(policy=Policy(wall_s=given["policy_limit_s"]))),
        step("b", play("other"), "a"),
        players=dict(spec),
    )
    began = stand.clock.now()
    result = stand.run(tune)
    failed = next(one for one in stand.events if one.kind is EventKind.ATTEMPT_FAILED)
    error: StandardError = failed.facts["error"]
    assert round(failed.time - began, 6) == expect["killed_at_s"]
    assert error.detail.get(expect["player_result"]) is True
    assert (error.code, error.error_class) == ("policy.wall_time", ErrorClass.ORCHESTRATION)
    killed = f"hand policy.wall_time {expect['conductor']}"
    assert attempts(result, "a") == [killed, "other success"]
    assert {"continues": True}[expect["workflow"]] is (
        result.steps["b"].status is StepStatus.SUCCEEDED
    )


def partial_success(given: Data, expect: Data) -> None:
    """A map goes on when enough of it has succeeded."""
    goes_on = []
    for succeeded in given["succeeded"]:
        enough = SucceedIf(kind="percent", percent=given["threshold"] * 100)
        body = play(n="item")

        async def act(request: Any, grant: Any, most: int = succeeded) -> Any:
            good: Act = echo if request.with_["n"] < most else fails("http.404")
            return await good(request, grant)

        tune = melody(
            step("m", for_each(f"range({given['parallel']})", body, succeed_if=enough)),
            step("after", play("other"), "m"),
            players={"hand": player(), "other": player()},
        )
        result = Stand({"hand": act}).run(tune)
        goes_on.append(result.steps["after"].status is StepStatus.SUCCEEDED)
        assert (code(result) is None) is goes_on[-1]
    assert goes_on == expect["continue"]


CLASSES = {
    "TRANSIENT_NETWORK": ErrorClass.TRANSIENT,
    "BACKEND_FAILURES": ErrorClass.BACKEND,
    "AUTHENTICATION_ERRORS": ErrorClass.AUTHENTICATION,
    "RESOURCE_CONSTRAINTS": ErrorClass.RESOURCE,
    "PERMANENT_FAILURES": ErrorClass.PERMANENT,
}
"""Seed 004's names of ours."""


def classification(given: Data, expect: Data) -> None:
    """The class of an error that is known by the seed's name."""
    for name, wanted in zip(given["codes"], expect["classes"], strict=True):
        row = facts(name)
        assert row is not None
        told = re.fullmatch(r"ambiguous: listed in (\w+) and (\w+)", wanted)
        if told is None:
            assert row.error_class is CLASSES[wanted]
            continue
        with_hint = StandardError.of(name, retry_after_s=1.0)
        bare = _bare(row.code)
        assert [with_hint.error_class, bare.error_class] == [CLASSES[told[1]], CLASSES[told[2]]]


def _bare(code_: str) -> StandardError:
    from conductor_core.failure.http_status import from_status

    return from_status(int(code_.removeprefix("http.")), "busy")


def recovery(given: Data, expect: Data) -> None:
    """The numbers of seed 004's table of classes."""
    transient = expect["transient"]
    assert CLASS_ATTEMPTS[ErrorClass.TRANSIENT] == transient["max_attempts"]
    other = (Candidate("other"),)
    ways = [
        chosen("transport.connect", failures=n, importance=Importance.CRITICAL, alternatives=other)
        for n in range(1, 6)
    ]
    assert ways.index("fallback") + 1 == transient["escalation_threshold"] == ESCALATE_AFTER
    alone = [
        chosen("transport.connect", failures=n, importance=Importance.CRITICAL) for n in range(1, 7)
    ]
    assert alone.index("fail") + 1 == transient["max_attempts"]

    auth = expect["auth"]
    assert auth["max_refresh_attempts"] == RENEWALS
    spec = {"hand": player("other"), "other": player()}
    stand = Stand({"hand": fails("auth.denied")})
    result = stand.run(melody(step("a", play()), players=dict(spec)))
    assert {"degraded_mode": result.steps["a"].degraded}[auth["fallback"]] is True

    backend = expect["backend"]
    spec = {"gateway": player("bedrock", "direct", "mock"), "mock": player()}
    spec |= {"bedrock": player(), "direct": player()}
    down: dict[str, Act] = {name: fails("http.503") for name in spec if name != "mock"}
    result = Stand(down).run(melody(step("a", play("gateway")), players=dict(spec)))
    assert [one.player for one in result.steps["a"].attempts] == backend["sequence"]
    ill = (Candidate("ill", breaker_open=True), Candidate("well"))
    asked_ill = decided("http.503", alternatives=ill).target == "ill"
    assert asked_ill is not backend["health_check_required"]


TEAM = """
melody: v1
name: seed
policy: {use: [PROFILE, TEAM]}
players:
  gateway: {python: 'pieces:gateway', fallback: [direct, mock]}
  bedrock: {python: 'pieces:bedrock'}
  direct: {python: 'pieces:direct'}
  mock: {python: 'pieces:mock'}
steps:
  a: {play: gateway}
"""


def preference(given: Data, expect: Data) -> None:
    """A team's order of failover is its `fallback`; who is not in it is not asked.

    The mock is the last, and it stands only in scripted runs, which are tests.
    """
    text = TEAM.replace("PROFILE", given["profile"]).replace("TEAM", given["team"])
    down = {"players": {name: {"error": "http.503"} for name in ("gateway", "direct", "bedrock")}}
    result = ran(text, {**down, "default": {"echo": True}})
    asked = list(dict.fromkeys(one.player for one in result.steps["a"].attempts))
    assert asked[0] == given["team"]
    assert asked[1:] == [name.removesuffix(" (testing only)") for name in expect["order"]]
    assert set(expect["skip"]) == {"gateway", "bedrock", "direct", "mock"} - set(asked)
    assert result.steps["a"].attempts[-1].decision is None
    assert result.steps["a"].attempts[0].decision == Rung.FALLBACK


TOPICS: Mapping[str, Handler] = {
    "priority": priority,
    "confidence": confidence,
    "dependency": dependency,
    "routing": routing,
    "policy-kill": policy_kill,
    "partial-success": partial_success,
    "classification": classification,
    "recovery-params": recovery,
    "failover-pref": preference,
}
