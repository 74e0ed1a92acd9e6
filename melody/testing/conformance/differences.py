"""Comparing a run with what a case expects, and with the plan. Pure: JSON in, sentences out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from melody.testing.conformance.case import Case, Expected, ExpectedStep

_UNSETTLED = ("cancelled", "pending")
_OPEN = (*_UNSETTLED, "succeeded", "recovered")
_RANGE = re.compile(r"(.* )(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)")


def differences(case: Case, run: Mapping[str, Any], *, start: str) -> list[str]:
    """What a run object (spec 3) shows against the contract; empty if it keeps it.

    In eager mode everything is promised, in graph mode outputs, statuses, attempts and decisions,
    and of a case that depends on the schedule only what does not.

    Args:
        case: The case.
        run: ``RunResult.to_json()``.
        start: ``eager`` or ``graph``.
    """
    if start == "graph" and case.schedule != "none":
        return list(_apart_from_schedule(case, run))
    found = [*_of_run(case.expected, run), *_of_steps(case.expected.steps, run["steps"])]
    if start == "eager":
        found += _of_time(case.expected, run)
    return found


def in_order(expected: Expected, finished: Iterable[str]) -> list[str]:
    """Whether the performances settled in the stated order; others may lie between."""
    seen = [path for path in finished if path in expected.finished]
    if seen == list(expected.finished):
        return []
    return [f"settled in the order {seen}, not {list(expected.finished)}"]


def told(attempt: Mapping[str, Any]) -> str:
    """One attempt as a line: ``PLAYER success``, ``PLAYER CLASS CODE -> DECISION [DELAY]``.

    >>> told({"n": 1, "player": "p", "outcome": "success"})
    'p success'
    """
    words = [attempt["player"]]
    error = attempt.get("error")
    if attempt["outcome"] == "cancelled" and error == {"class": "cancelled", "code": "cancelled"}:
        words.append("cancelled")
    elif error is None:
        words.append(attempt["outcome"])
    else:
        words += [error["class"], error["code"]]
    if attempt.get("decision") is not None:
        words += ["->", attempt["decision"]]
        if attempt["decision"] == "retry" or attempt["delay_s"] != 0:
            words.append(f"{attempt['delay_s']:g}")
    return " ".join(words)


def _of_run(expected: Expected, run: Mapping[str, Any]) -> Iterator[str]:
    yield from _unlike("the run's status", expected.status, run["status"])
    yield from _unlike("the run's error", expected.error, _brief(run["error"]))
    if expected.outputs is not None:
        yield from _unlike("the outputs", expected.outputs, run["outputs"])
    gaps = {gap["step"]: _brief(gap["error"]) for gap in run["gaps"]}
    yield from _unlike("the gaps", expected.gaps, gaps)
    if any(gap["reason"] != "skipped_after_failure" for gap in run["gaps"]):
        yield "a gap has an unknown reason"


def _of_time(expected: Expected, run: Mapping[str, Any]) -> Iterator[str]:
    if expected.wall_s is not None:
        yield from _unlike("the run's virtual seconds", expected.wall_s, run["usage"]["wall_s"])
    for name, amount in expected.usage.items():
        yield from _unlike(f"usage of {name}", amount, run["usage"][name])


def _of_steps(
    expected: Mapping[str, ExpectedStep], steps: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    yield from (f"{path}: missing" for path in expected if path not in steps)
    yield from (f"{path}: not expected" for path in steps if path not in expected)
    for path, step in expected.items():
        if path in steps:
            yield from _of_step(path, step, steps[path])


def _of_step(path: str, expected: ExpectedStep, step: Mapping[str, Any]) -> Iterator[str]:
    yield from _unlike(f"{path}: status", expected.status, step["status"])
    yield from _unlike(f"{path}: error", expected.error, _brief(step.get("error")))
    for name, value in expected.facts.items():
        yield from _unlike(f"{path}: {name}", value, step.get(name))
    attempts = step.get("attempts", [])
    yield from _of_attempts(path, _attempts(expected, step), [told(one) for one in attempts])
    numbers = [attempt["n"] for attempt in attempts]
    yield from _unlike(f"{path}: numbers", list(range(1, len(attempts) + 1)), numbers)


def _attempts(expected: ExpectedStep, step: Mapping[str, Any]) -> tuple[str, ...]:
    if expected.attempts is not None:
        return expected.attempts
    succeeded = expected.status == "succeeded" and "player" in step
    return (f"{step['player']} success",) if succeeded else ()


def _of_attempts(path: str, expected: tuple[str, ...], lines: list[str]) -> Iterator[str]:
    alike = len(expected) == len(lines) and all(map(_fits, expected, lines))
    if not alike:
        yield f"{path}: attempts are {lines}, not {list(expected)}"


def _fits(expected: str, line: str) -> bool:
    """Equal, or of a drawn delay: inside the stated range."""
    bounds = _RANGE.fullmatch(expected)
    if bounds is None:
        return expected == line
    head, _, delay = line.rpartition(" ")
    return f"{head} " == bounds[1] and float(bounds[2]) <= float(delay) <= float(bounds[3])


def _apart_from_schedule(case: Case, run: Mapping[str, Any]) -> Iterator[str]:
    """What holds whoever was first: the run's end, and every step that nobody cut short."""
    expected = case.expected
    if case.schedule == "first_failure":
        yield from _unlike("the run's status", expected.status, run["status"])
        yield from _unlike("the run's error", expected.error, _brief(run["error"]))
    elif run["status"] not in ("succeeded", "degraded"):
        yield f"the run's status is {run['status']}: enough items could succeed"
    for path, step in expected.steps.items():
        actual = run["steps"].get(path)
        if actual is None:
            if step.status not in _UNSETTLED:
                yield f"{path}: missing"
        elif step.status in _UNSETTLED or case.schedule == "winners":
            allowed = (*_OPEN, step.status)
            if actual["status"] not in allowed:
                yield f"{path}: status is {actual['status']}, none of {allowed}"
        else:
            yield from _of_step(path, step, actual)


def _brief(error: Mapping[str, Any] | None) -> str | None:
    return None if error is None else f"{error['class']} {error['code']}"


def _unlike(what: str, expected: object, actual: object) -> Iterator[str]:
    if not _same(expected, actual):
        yield f"{what}: {actual!r}, not {expected!r}"


def _same(one: object, other: object) -> bool:
    """JSON equality: true is not 1; 2 and 2.0 are one number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
