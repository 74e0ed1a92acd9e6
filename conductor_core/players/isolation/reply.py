"""What came back from a process that performs; it may be hostile, so nothing of it is trusted."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.players.json_data import NotJsonError, json_data
from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import facts

_MOST_DETAIL = 64 * 2**10
"""Bytes of an error's details as JSON."""

_MALFORMED = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotJsonError,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed answer to the call that was made."""

    outcome: Success | StandardError
    unloaded: bool
    """The player could not be imported; a new process may find more."""


def read_reply(line: bytes, call: str) -> Reply | None:
    """The answer in one line, or None if it is none.

    Args:
        line: Without its end.
        call: The id of the call; nobody but who was called knows it.
    """
    try:
        tree = json.loads(line, parse_constant=_refuse)
        if not isinstance(tree, dict) or tree.get("id") != call:
            return None
        outcome = _success(tree["success"]) if "success" in tree else _error(tree["error"])
    except _MALFORMED:
        return None
    return Reply(outcome, unloaded=tree.get("unloaded") is True)


def _success(tree: dict[str, Any]) -> Success:
    made = tree["internal_attempts"]
    return Success(
        json_data(tree["output"]),
        usd=_number(tree["usd"]),
        tokens=_count(tree["tokens"]),
        degraded=tree["degraded"] is True,
        synthetic=tree["synthetic"] is True,
        internal_attempts=made if made is None else _count(made),
    )


def _error(tree: dict[str, Any]) -> StandardError:
    if facts(tree["code"]) is None or not isinstance(tree["message"], str):
        raise ValueError
    detail = json_data(tree.get("detail", {}))
    hint = tree.get("retry_after_s")
    cost = tree.get("cost")
    chain = tree.get("cause_chain", [])
    checked = {
        **tree,
        "message": shown(tree["message"]),
        "detail": detail if len(json.dumps(detail)) <= _MOST_DETAIL else {},
        "cause_chain": [shown(str(name)) for name in chain[:8]],
    }
    if hint is not None:
        checked["retry_after_s"] = _number(hint)
    if cost is not None:
        checked["cost"] = {"usd": _number(cost["usd"]), "tokens": _count(cost["tokens"])}
    for name in ("http_status", "exit_code", "attempts"):
        if tree.get(name) is not None and type(tree[name]) is not int:
            raise ValueError
    for name in ("cause_type", "policy_limit", "partial_output_ref", "target", "origin", "layer"):
        if tree.get(name) is not None:
            checked[name] = shown(_text(tree[name]))
    return StandardError.from_json(checked)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not math.isfinite(value) or value < 0:
        raise ValueError
    return float(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
