"""How the facts of a run are said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from workflow_ir.events import Event, EventKind
from workflow_ir.visible import visible


class Marked(Protocol):
    """A performance whose output is not quite what it seems."""

    synthetic: bool
    degraded: bool
    provenance: str | None


REASONS = {
    "not_retryable": "trying again cannot help",
    "attempts_exhausted": "no attempts left",
    "unsafe_effects": "it may have acted already",
    "past_deadline": "no time left",
    "no_changed_parameters": "nothing would be different",
    "fault_in_task": "the fault is in the task, not the player",
    "no_healthy_alternative": "no other player",
    "not_skippable": "the step may not be skipped",
    "no_later_artifact": "nothing to reconstruct it from",
    "reconstruction_failed": "what was made could not be used",
    "no_human": "nobody to ask",
    "no_budget": "it cannot be paid any more",
    "breaker_open": "its provider is left alone for a while",
    "no_retry_token": "too many retries of its provider",
    "same_credential": "the same credential would be refused",
    "escalation_expired": "nobody answered in time",
}
"""Why a rung of the recovery ladder was struck out."""


def seconds(value: float) -> str:
    """A duration in few characters: ``0.4s``, ``12s``, ``3m05s``.

    >>> seconds(0.42), seconds(12.3), seconds(185)
    ('0.4s', '12s', '3m05s')
    """
    if value < 10:
        return f"{value:.1f}s"
    if round(value) < 60:
        return f"{value:.0f}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02d}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m"


def one_line(text: str, longest: int = 160) -> str:
    """Text on one line, without what a terminal must not get."""
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def error_words(error: Mapping[str, Any]) -> str:
    """``http.503: service unavailable``; the code is not said twice."""
    code, message = str(error.get("code", "")), one_line(str(error.get("message", "")))
    return f"{code}: {message}" if message and message != code else code


def decision_words(decision: Mapping[str, Any]) -> str:
    """What was decided: ``retry in 2.0s``, ``fallback to junior``, ``fail``."""
    rung, delay = str(decision.get("decision", "")), float(decision.get("delay_s") or 0.0)
    match rung:
        case "retry":
            return f"retry in {seconds(delay)}" if delay else "retry"
        case "fallback" | "reroute":
            return f"{rung} to {decision.get('target')}"
        case "skip":
            return "skip, leave a gap"
        case "escalate":
            return "ask a person"
        case _:
            return rung


def rejected_words(decision: Mapping[str, Any]) -> str:
    """Why not the rungs before it: ``retry: no attempts left``; empty if there were none."""
    return ", ".join(
        f"{each['rung']}: {REASONS.get(each['reason'], each['reason'])}"
        for each in decision.get("rejected", ())
    )


def waiting_words(facts: Mapping[str, Any]) -> str:
    """What a step waits for: ``a person: Publish this?``, ``the event paid``, a moment."""
    question = facts.get("question")
    if question:
        event = question.get("event")
        return (
            f"the event {one_line(event)}" if event else f"a person: {one_line(question['text'])}"
        )
    moment = str(facts.get("until", ""))
    match facts.get("reason"):
        case "window":
            return f"its window, which opens at {moment}"
        case "require":
            return f"what it requires, and looks again at {moment}"
        case _:
            return moment


def happening_words(event: Event) -> str | None:
    """What happened on the way to an attempt: guards of the provider, credentials, hedging."""
    facts = event.facts
    match event.kind:
        case EventKind.HEDGED:
            return "another attempt begins beside it"
        case EventKind.LIMITED:
            return f"waited {seconds(facts['waited_s'])} for the limit of {facts['player']}"
        case EventKind.BREAKER if facts["refused"]:
            return f"{one_line(facts['target'])} is left alone for a while"
        case EventKind.BREAKER:
            return f"breaker of {one_line(facts['target'])}: {facts['state'].replace('_', '-')}"
        case EventKind.REROUTED:
            return f"{facts['player']} takes over: it can do the same"
        case EventKind.RECONSTRUCTED:
            return f"reconstructed by {facts['player']}"
        case EventKind.TOOL_USED:
            return tool_words(facts)
        case EventKind.LEFT_BEHIND:
            return f"{facts['player']} did not end when it was stopped; it is asked no more"
        case _:
            return None


def tool_words(facts: Mapping[str, Any]) -> str:
    """What an agent did with a tool: ``uses search``, ``uses search: http.503: unavailable``."""
    said = f"uses {one_line(str(facts.get('tool', '')))}"
    match facts.get("outcome"):
        case "recorded":
            return f"{said}: it was done before and is not done again"
        case "error":
            return f"{said}: {_failure_words(facts)}"
        case "refused":
            return f"{said} wrongly, so nothing is done: {one_line(str(facts.get('message', '')))}"
        case _:
            return said


def _failure_words(facts: Mapping[str, Any]) -> str:
    error = facts.get("error")
    code = error.get("code", "") if isinstance(error, Mapping) else ""
    return error_words({"code": code, "message": facts.get("message", "")})


def marks_words(row: Marked) -> str:
    """What a reader must know of an output: `` (degraded, inferred)``; empty if nothing."""
    marks = [name for name in ("synthetic", "degraded") if getattr(row, name)]
    if row.provenance is not None:
        marks.append(row.provenance)
    return f" ({', '.join(marks)})" if marks else ""


def answer_words(facts: Mapping[str, Any]) -> str | None:
    """What was answered, or that nobody did in time; None: an event has come."""
    if "choice" not in facts:
        return None
    choice = facts["choice"]
    return "nobody answered in time" if choice is None else f"answered: {choice}"


def of_agents(path: str) -> str:
    """What stands at the end of a path for what agents do: ``~tool.2~model.1``; else empty.

    >>> of_agents("review[3]~tool.2~model.1"), of_agents("review~compensate")
    ('~tool.2~model.1', '')
    """
    found = _OF_AGENTS.search(path)
    return found[0] if found else ""


_OF_AGENTS = re.compile(r"(?:~(?:tool|model)\.\d+)+\Z")


def short(value: Any, longest: int = 60) -> str:
    """A JSON value on one line, shortened."""
    if isinstance(value, str):
        value = value[: longest + 1]
    elif isinstance(value, list):
        value = value[:20]
    text = visible(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
