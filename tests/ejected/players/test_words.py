"""Functions that speak the words of players: ``Grant``, ``PlayRequest``, ``Success``,
``StandardError``. Each is called by ``melody run`` and by a generated project, which has no Melody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.emitter.own_code import words_in
from tests.ejected.players.stage import Stage

BAND = """
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import melody as m
from melody import (  # words
    Grant,
    StandardError, Success,
)
from workflow_ir.outcome import Cost
from workflow_ir.taxonomy import Effects, Retryable

if TYPE_CHECKING:
    from somewhere import Unknown


def told(n: int, grant: Grant) -> dict:
    return {
        "attempts": grant.attempts,
        "usd": grant.usd,
        "tokens": grant.tokens,
        "effects": grant.effects,
        "may_degrade": grant.may_degrade,
        "memory_bytes": grant.memory_bytes,
        "cpu": grant.cpu,
        "output_bytes": grant.output_bytes,
        "apart": grant.backstage,
        "has_time": grant.deadline is not None,
    }


def left(n: int, grant: Grant) -> float:
    return grant.deadline - grant.clock.now()


async def waiting(n: int, grant: Grant) -> bool:
    before = grant.clock.now()
    await grant.clock.sleep(0.01)
    return grant.clock.now() >= before + 0.01


def optional(n: int, bounds: Optional[Grant] = None) -> bool:
    return bounds is not None


def either(n: int, bounds: Grant | None) -> bool:
    return bounds is not None


def annotated(n: int, bounds: Annotated[Grant, "bounds"]) -> bool:
    return bounds is not None


def as_text(n: int, bounds: "m.Grant | None", more: Unknown = None) -> bool:
    return bounds is not None


def by_name(n: int, grant) -> bool:
    return True


def of_module(n: int, bounds: m.Grant) -> m.Success:
    return m.Success(bounds.attempts)


def inside(n: int) -> object:
    from melody import Success as Fine

    return Fine(n)


class Caller:
    def __call__(self, n: int, grant: Grant) -> bool:
        return grant.deadline is not None


caller = Caller()


def degraded(n: int) -> Success:
    return Success({"n": n}, degraded=True)


def paid(n: int) -> Success:
    return Success(n, usd=0.25, tokens=7)


def attempts_of(n: int) -> Success:
    return Success("x", internal_attempts=n)


def no_json(n: int) -> Success:
    return Success({1, 2}, internal_attempts=9)


def refusing(n: int) -> StandardError:
    return StandardError.of("input.invalid", "no", attempts=1)


def silent(n: int) -> StandardError:
    return StandardError.of("rate_limited")


def unable(n: int) -> StandardError:
    return StandardError.of("unable_to_complete", "so", cost=Cost(0.5, 3))


def status(n: int) -> StandardError:
    return StandardError.of("http.418", "teapot")


def own_code(n: int) -> StandardError:
    error = StandardError.of("http.503", "later", retry_after_s=0.0, effects=Effects.NONE)
    return error.replace(code="own.trouble", retryable=Retryable.NO)


def never(n: int) -> StandardError:
    return StandardError.of("http.503", "never", retryable=Retryable.NO)


def unknown(n: int) -> StandardError:
    return StandardError.of("no.such.code")


def worn(n: int) -> StandardError:
    return StandardError.of("http.503", "busy", attempts=4, cost=Cost(usd=1.5))


def cancelling(n: int) -> StandardError:
    return StandardError.of("cancelled", "not today")
"""

ASKED = """
from melody import PlayRequest


def asked(n: int, request: PlayRequest) -> list[str]:
    told = [
        request.path, request.address, request.player, request.with_, request.has_with,
        request.prompt, request.output, request.attempt, dict(request.parameters),
        list(request.arguments),
    ]
    return [repr(one) for one in told]


def key(n: int, request: PlayRequest) -> str:
    if request.attempt == 1:
        seen.append(request.idempotency_key)
        raise TimeoutError
    return {"same": request.idempotency_key in seen, "key": bool(request.idempotency_key)}


seen: list[str] = []
"""


def stage(
    folder: Path, function: str, facts: str = "", step: str = "ONCE", more: str = ""
) -> Stage:
    text = f"""
players: {{one: {{python: "band:{function}"{facts}}}}}
steps:
  it: {{play: one, with: {{n: 3}}, {step}}}
outputs: {{}}
{more}
"""
    made = Stage(folder, text, files={"band.py": BAND})
    own = next(file.text for file in made.project.files if file.path.endswith("project/band.py"))
    assert words_in({"band.py": own}) == frozenset()
    return made


@pytest.mark.parametrize(
    "function",
    ["waiting", "optional", "either", "annotated", "as_text", "caller"],
)
def test_a_parameter_gets_the_grant_by_its_type(tmp_path: Path, function: str) -> None:
    assert stage(tmp_path, function).output() is True


def test_a_parameter_gets_no_grant_by_its_name(tmp_path: Path) -> None:
    assert stage(tmp_path, "by_name").code() == "input.invalid"


def test_a_grant_is_handed_in_and_never_taken_from_the_step(tmp_path: Path) -> None:
    text = """
players: {one: {python: "band:told"}}
steps: {it: {play: one, with: {n: 3, grant: 4}, ONCE}}
outputs: {}
"""
    assert Stage(tmp_path, text, files={"band.py": BAND}).code() == "input.invalid"


def test_an_import_for_type_checkers_is_enough(tmp_path: Path) -> None:
    own = """
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from melody import Grant, Success


def f(n: int, grant: Grant) -> Success:
    return {"has": grant.deadline is not None}
"""
    text = 'players: {one: {python: "band:f"}}\nsteps: {it: {play: one, with: {n: 3}, ONCE}}\n'
    made = Stage(tmp_path, f"{text}outputs: {{}}\n", files={"band.py": own})
    assert made.output() == {"has": True}


@pytest.mark.parametrize(
    ("facts", "step", "more"),
    [
        ("", "ONCE", ""),
        (", effects: none", "ONCE", ""),
        (", effects: once", "ONCE", ""),
        (", grant: {attempts: 2}", "policy: {retry: {max_attempts: 3}}", ""),
        ("", "policy: {may_degrade: false}", ""),
        ("", "ONCE", "policy: {budget: {usd: 4, tokens: 100}}"),
        (", cost: {usd: 1.5, tokens: 10}", "ONCE", "policy: {budget: {usd: 4}}"),
        ("", "policy: {budget: {tokens: 40}}", "policy: {budget: {usd: 4, tokens: 100}}"),
    ],
)
def test_the_grant_says_what_that_of_melody_run_says(
    tmp_path: Path, facts: str, step: str, more: str
) -> None:
    told = stage(tmp_path, "told", facts, step, more).output()
    assert told["has_time"] is True


def test_the_deadline_is_the_end_of_the_attempt(tmp_path: Path) -> None:
    made = stage(tmp_path, "left", step="policy: {timeout: 40s}")
    left = made.report()["steps"]["it"]["output"]
    assert 0 < left <= 40.0


@pytest.mark.parametrize("function", ["of_module", "inside", "degraded", "paid"])
@pytest.mark.parametrize("facts", ["", ", cost: {usd: 1, tokens: 2}"])
def test_what_a_success_says_is_in_the_report(tmp_path: Path, function: str, facts: str) -> None:
    entry = stage(tmp_path, function, facts).step()
    assert entry["status"] == "succeeded"
    assert entry.get("degraded", False) is (function == "degraded")


def test_a_degraded_answer_is_refused_where_policy_says_so(tmp_path: Path) -> None:
    step = "policy: {may_degrade: false, retry: {max_attempts: 1}}"
    assert stage(tmp_path, "degraded", step=step).code() == "unable_to_complete"


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("refusing", "input.invalid"),
        ("silent", "http.429"),
        ("unable", "unable_to_complete"),
        ("status", "http.418"),
        ("own_code", "own.trouble"),
        ("unknown", "player.bug"),
        ("attempts_of", "policy.attempts"),
        ("worn", "policy.attempts"),
        ("no_json", "output.format"),
        ("cancelling", "cancelled"),
    ],
)
def test_what_is_told_of_a_failure_is_in_the_report(
    tmp_path: Path, function: str, code: str
) -> None:
    assert stage(tmp_path, function).code() == code


@pytest.mark.parametrize("facts", ["", ", grant: {attempts: 2}", ", effects: once"])
@pytest.mark.parametrize("function", ["attempts_of", "worn", "never", "own_code", "unable"])
def test_what_is_told_decides_what_is_done(tmp_path: Path, facts: str, function: str) -> None:
    step = "policy: {retry: {max_attempts: 3, initial: 10ms, jitter: none}}"
    stage(tmp_path, function, facts, step).step()


def test_what_is_granted_may_be_used(tmp_path: Path) -> None:
    step = "policy: {retry: {max_attempts: 3}}"
    made = stage(tmp_path, "attempts_of", ", grant: {attempts: 3}", step)
    assert made.output() == "x"


def test_a_request_says_what_that_of_melody_run_says(tmp_path: Path) -> None:
    text = """
players: {one: {python: "band:asked"}}
steps:
  all:
    for_each: [1, 2]
    as: n
    play: one
    with: {n: "${{ n }}"}
    prompt: "Go, ${{ n }}!"
    output: list[string]
  it: {play: one, with: {n: 3}, ONCE}
  none: {play: one, with: {n: 3}, policy: {retry: {max_attempts: 2, vary: [{temperature: 0.5}]}}}
outputs: {}
"""
    made = Stage(tmp_path, text, files={"band.py": ASKED})
    report, expected = made.report(), made.reference()
    assert report["steps"] == expected["steps"]
    assert {step["status"] for step in report["steps"].values()} == {"succeeded"}


def test_the_key_of_a_request_is_the_same_in_all_attempts(tmp_path: Path) -> None:
    text = """
players: {one: {python: "band:key"}}
steps:
  it: {play: one, with: {n: 3}, policy: {retry: {max_attempts: 2, initial: 10ms, jitter: none}}}
outputs: {}
"""
    made = Stage(tmp_path, text, files={"band.py": ASKED})
    assert made.step()["output"] == {"same": True, "key": True}


def test_only_what_is_spoken_of_is_generated(tmp_path: Path) -> None:
    own = "from melody import Success\n\n\ndef f(n: int) -> Success:\n    return Success(n)\n"
    text = 'players: {one: {python: "band:f"}}\nsteps: {it: {play: one, with: {n: 3}, ONCE}}\n'
    made = Stage(tmp_path, f"{text}outputs: {{}}\n", files={"band.py": own})
    assert made.output() == 3
    texts: dict[str, Any] = {file.path.rpartition("/")[2]: file.text for file in made.project.files}
    assert "class Success" in texts["answers.py"]
    assert "Grant" not in texts["answers.py"]
    assert "StandardError" not in texts["answers.py"]
    assert "Grant" not in texts["calls.py"]
    assert "handed" not in texts["calls.py"]
    assert "deadline" not in texts["policies.py"]
