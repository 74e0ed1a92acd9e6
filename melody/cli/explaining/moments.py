"""One event of a step as a moment of its story: a line, and what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from melody.cli.explaining.facts import number, plain, rows, table, text
from melody.cli.explaining.reasons import because, nature
from melody.cli.view.words import decision_words, error_words, seconds, short, waiting_words
from workflow_ir.events import EventKind

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened."""

    event: str
    """The kind of the event."""
    at_s: float | None
    """Seconds since the run began; None: the journal does not tell."""
    text: str
    below: tuple[str, ...] = field(default=())
    """Why, and what else is known of it."""
    beside: str = ""
    """The auxiliary performance that it belongs to: ``reconstruct``, ``escalate``."""

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        tree: dict[str, Any] = {"event": self.event, "at_s": self.at_s, "text": self.text}
        if self.below:
            tree["because"] = list(self.below)
        if self.beside:
            tree["beside"] = self.beside
        return tree


def moment_of(event: Facts, at_s: float | None, beside: str = "") -> Moment:
    """What an event says. One of a kind that is not known says its name and its facts."""
    kind = str(event.get("event"))
    said = _KINDS.get(kind, _unknown)(event)
    head, *below = (line for line in said if line)
    return Moment(kind, at_s, head, tuple(below), beside)


def _started(event: Facts) -> Iterator[str]:
    del event
    yield "begins"


def _routed(event: Facts) -> Iterator[str]:
    among = ", ".join(f"`{text(each)}`" for each in rows(event.get("candidates")))
    if "manager" in event:
        yield from _managed(event, among)
        return
    yield f"`{text(event.get('player'))}` is chosen for {text(event.get('provides'))!r}"
    if among:
        yield f"among {among}, {text(event.get('balance')).replace('_', ' ')}"


def _managed(event: Facts, among: str) -> Iterator[str]:
    manager, player = text(event.get("manager")), text(event.get("player"))
    if event.get("decided"):
        yield f"the manager `{manager}` lets `{player}` perform"
        yield f"among {among}"
    else:
        yield f"the manager `{manager}` names none of {among}, so `{player}` performs as planned"


def _limited(event: Facts) -> Iterator[str]:
    yield f"waited {_seconds(event.get('waited_s'))} for the rate limit of {_player(event)}"


def _attempt(event: Facts) -> Iterator[str]:
    yield f"attempt {_n(event)}: {_player(event)} is asked"
    changed = table(event.get("parameters"))
    if changed:
        told = ", ".join(f"{text(name)}: {short(value)}" for name, value in changed.items())
        yield f"with other parameters: {told}"


def _hedged(event: Facts) -> Iterator[str]:
    yield f"no answer yet: {_player(event)} is asked once more beside, within attempt {_n(event)}"


def _breaker(event: Facts) -> Iterator[str]:
    target, state = text(event.get("target")), text(event.get("state")).replace("_", " ")
    if event.get("refused") is True:
        yield f"no attempt was made: {target} is left alone, its breaker is {state}"
        wait = number(event.get("retry_after_s"))
        if wait is not None:
            yield f"it is tried again in {seconds(wait)}"
        return
    before = text(event.get("before")).replace("_", " ")
    yield f"the breaker of {target} goes{f' from {before}' if before else ''} to {state}"
    yield _STATES.get(state, "")


_STATES = {
    "open": "too many of its calls have failed; it gets none for a while",
    "half open": "a few calls are let through, to see whether it has recovered",
    "closed": "its calls go through again",
    "ramping": "a growing share of its calls goes through",
}


def _failed(event: Facts) -> Iterator[str]:
    error = table(event.get("error"))
    yield f"attempt {_n(event)} of {_player(event)} failed: {_error(error)}"
    yield from nature(error)


def _gate(event: Facts) -> Iterator[str]:
    score, least = number(event.get("score")), number(event.get("at_least"))
    holds = "the output passes the quality gate" if event.get("passed") is True else (
        "the output does not pass the quality gate"
    )  # fmt: skip
    if score is None or least is None:
        yield holds
    else:
        yield f"{holds}: score {plain(score)}, at least {plain(least)} is wanted"


def _decided(event: Facts) -> Iterator[str]:
    said = {
        "decision": text(event.get("decision")),
        "delay_s": number(event.get("delay_s")) or 0.0,
        "target": text(event.get("target")),
    }
    yield f"decided: {decision_words(said)}"
    error = table(event.get("error"))
    if error:  # no attempt was made, so no other line has told it
        yield f"because of {_error(error)}"
        yield from nature(error)
    yield from because(event)


def _refreshed(event: Facts) -> Iterator[str]:
    if event.get("renewed") is True:
        yield f"{_player(event)} has renewed the credential"
        return
    yield f"{_player(event)} could not renew the credential"
    yield _error(table(event.get("error")))


def _rerouted(event: Facts) -> Iterator[str]:
    yield f"{_player(event)} can do the same and takes over from `{text(event.get('instead_of'))}`"


def _reconstructed(event: Facts) -> Iterator[str]:
    error = table(event.get("error"))
    if error:
        yield f"{_player(event)} could not make the missing output"
        yield _error(error)
        return
    sources = ", ".join(text(each) for each in rows(event.get("from"))) or "what there was"
    yield f"{_player(event)} made the missing output from {sources}; it is marked as inferred"


def _model_called(event: Facts) -> Iterator[str]:
    error, wanted = table(event.get("error")), rows(event.get("tools"))
    if error:
        yield f"{_player(event)} asks its model, which fails: {_message(event, error)}"
        return
    tools = ", ".join(f"`{text(each)}`" for each in wanted)
    said = f"and is to use {tools}" if tools else "and has its answer"
    yield f"{_player(event)} asks {text(event.get('model')) or 'its model'} {said}"
    tokens = [number(event.get(f"{way}_tokens")) or 0.0 for way in ("input", "output")]
    usd = number(event.get("usd"))
    if any(tokens) or usd:
        paid = f", {usd:g} USD" if usd else ""
        yield f"{plain(tokens[0])} tokens in, {plain(tokens[1])} out{paid}"


def _tool_used(event: Facts) -> Iterator[str]:
    end = _TOOLS.get(text(event.get("outcome")), "")
    yield f"{_player(event)} uses `{text(event.get('tool')) or '?'}`{end}"
    if "arguments" in event:
        yield f"with {short(event.get('arguments'))}"
    yield _message(event, table(event.get("error")))


_TOOLS = {
    "recorded": ": it was done before, and its answer is from the record",
    "error": ", which fails",
    "refused": " wrongly, so nothing is done",
}


def _message(event: Facts, error: Facts) -> str:
    return _error({"code": error.get("code"), "message": event.get("message")}) if error else ""


def _left_behind(event: Facts) -> Iterator[str]:
    yield f"{_player(event)} did not stop when it was told to; it is left behind and asked no more"


def _notice(event: Facts) -> Iterator[str]:
    yield f"to be told: {', '.join(text(each) for each in rows(event.get('to'))) or 'nobody'}"
    yield _error(table(event.get("error")))


def _branch(event: Facts) -> Iterator[str]:
    arm = text(event.get("arm"))
    yield f"takes the arm `{arm}`" if arm else "no arm holds"


def _reading(event: Facts) -> Iterator[str]:
    yield f"read {text(event.get('name'))}: {short(event.get('value'))}"


def _waiting(event: Facts) -> Iterator[str]:
    question = table(event.get("question"))
    asked = {"event": text(question.get("event")), "text": text(question.get("text"))}
    said = {**event, "question": asked if question else None}
    yield f"waits for {text(waiting_words(said)) or 'something'}"
    names = ", ".join(text(each) for each in rows(question.get("assignees")))
    if names:
        yield f"asked: {names}"


def _answered(event: Facts) -> Iterator[str]:
    choice = text(event.get("choice"))
    if event.get("expired") is True:
        yield f"nobody answered in time{f', which means {choice!r}' if choice else ''}"
        return
    yield f"the answer is {choice!r}"


def _finished(event: Facts) -> Iterator[str]:
    record = table(event.get("record"))
    yield f"ends: {text(record.get('status')) or '?'}{_by(record)}"
    error = table(record.get("error"))
    if error:
        yield _error(error)
    if record.get("provenance") == "inferred":
        yield "the output is inferred: it was made from a later one and proves nothing about it"
    if record.get("provenance") == "given":
        yield "the output was handed in; the step was not run"
    if record.get("degraded") is True:
        yield "degraded: it goes on with less than was asked for"
    if record.get("synthetic") is True:
        yield "the offline model answered: the output is a placeholder"


def _by(record: Facts) -> str:
    player, attempts = text(record.get("player")), len(rows(record.get("attempts")))
    if not player or not attempts:
        return ""
    return f", by `{player}` after {attempts} attempt{'' if attempts == 1 else 's'}"


def _unknown(event: Facts) -> Iterator[str]:
    usual = ("event", "seq", "time", "run", "path")
    yield f"{text(event.get('event'))}: {short({k: v for k, v in event.items() if k not in usual})}"


_KINDS: Mapping[str, Callable[[Facts], Iterator[str]]] = MappingProxyType(
    {
        EventKind.STEP_STARTED: _started,
        EventKind.ROUTED: _routed,
        EventKind.LIMITED: _limited,
        EventKind.ATTEMPT_STARTED: _attempt,
        EventKind.HEDGED: _hedged,
        EventKind.BREAKER: _breaker,
        EventKind.ATTEMPT_FAILED: _failed,
        EventKind.GATE_CHECKED: _gate,
        EventKind.DECISION: _decided,
        EventKind.REFRESHED: _refreshed,
        EventKind.REROUTED: _rerouted,
        EventKind.RECONSTRUCTED: _reconstructed,
        EventKind.MODEL_CALLED: _model_called,
        EventKind.TOOL_USED: _tool_used,
        EventKind.LEFT_BEHIND: _left_behind,
        EventKind.NOTICE: _notice,
        EventKind.BRANCH_TAKEN: _branch,
        EventKind.READING: _reading,
        EventKind.WAITING: _waiting,
        EventKind.ANSWERED: _answered,
        EventKind.STEP_FINISHED: _finished,
    }
)


def _n(event: Facts) -> str:
    n = number(event.get("n"))
    return "?" if n is None else plain(n)


def _player(event: Facts) -> str:
    return f"`{text(event.get('player')) or '?'}`"


def _seconds(value: object) -> str:
    found = number(value)
    return "?" if found is None else seconds(found)


def _error(error: Facts) -> str:
    """``code: message``; empty where nothing is told."""
    return error_words({name: text(error.get(name), 400) for name in ("code", "message")})
