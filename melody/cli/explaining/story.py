"""The story of a kept run, and of one step of it, as data (``melody.explain/1``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from melody.cli.explaining.facts import moment, number, rows, table, text
from melody.cli.explaining.moments import Moment, moment_of
from melody.cli.view.words import decision_words, of_agents
from melody.running.kept_runs import KeptRun
from workflow_ir.events import EventKind
from workflow_ir.ids import natural_key
from workflow_ir.nearest import nearest

SCHEMA = "melody.explain/1"

OF_A_RUN = frozenset({EventKind.RUN_STARTED, EventKind.RUN_FINISHED})
_PLACES = re.compile(r"\[\d+\]|#\d+")
"""What a run path has and a static address has not."""


@dataclass(slots=True)
class StepStory:
    """One performance of a step."""

    path: str
    status: str = "unfinished"
    player: str | None = None
    attempts: int = 0
    error: Mapping[str, Any] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)
    """What was decided after each failure, in few words."""
    degraded: bool = False
    provenance: str | None = None
    moments: list[Moment] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The static address."""
        return address(self.path)

    @property
    def eventful(self) -> bool:
        """Something was decided about it, or it did not come to a good end."""
        return bool(self.decisions) or self.status != "succeeded"

    def to_json(self, *, whole: bool) -> dict[str, Any]:
        """``whole``: with every moment."""
        tree: dict[str, Any] = {
            "path": self.path,
            "status": self.status,
            "player": self.player,
            "attempts": self.attempts,
            "decisions": self.decisions,
        }
        if self.error:
            tree["error"] = {name: text(self.error.get(name), 400) for name in _BRIEF}
        if self.degraded:
            tree["degraded"] = True
        if self.provenance is not None:
            tree["provenance"] = self.provenance
        if whole:
            tree["moments"] = [each.to_json() for each in self.moments]
        return tree


_BRIEF = ("class", "code", "message")


@dataclass(slots=True)
class RunStory:
    """A run with all its performances."""

    run: str
    journal: str
    melody: str = ""
    status: str | None = None
    """None: the journal ends before the run does."""
    error: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    """What broke the run down, if that was no step."""
    took_s: float | None = None
    steps: dict[str, StepStory] = field(default_factory=dict)
    """By run path, in the order in which they began."""
    notices: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Path of a step, and who is to be told of it."""

    @property
    def gaps(self) -> list[StepStory]:
        """Steps to be reviewed."""
        return [step for step in self.steps.values() if step.status == "gap"]

    def find(self, name: str) -> list[StepStory]:
        """Performances of a run path, of an address, or of the last part of one."""
        exact = self.steps.get(name)
        if exact is not None:
            return [exact]
        named = _PLACES.sub("", name)
        if named != name:
            return []
        return sorted(
            (step for step in self.steps.values() if step.address == named),
            key=lambda step: natural_key(step.path),
        )

    def inside(self, path: str) -> list[StepStory]:
        """Performances below a container."""
        below = tuple(f"{path}{sign}" for sign in "[.#/~")
        return [step for step in self.steps.values() if step.path.startswith(below)]

    def nearest(self, name: str) -> str | None:
        """The path or address that a misspelt one was meant to be."""
        addresses = {step.address for step in self.steps.values()}
        by_id = {re.split(r"[./]", each)[-1]: each for each in sorted(addresses, reverse=True)}
        if name in by_id:
            return by_id[name]
        meant = nearest(name, (*addresses, *self.steps, *by_id))
        return meant if meant is None else by_id.get(meant, meant)

    def to_json(self) -> dict[str, Any]:
        """The overview."""
        return {
            "schema": SCHEMA,
            **self.head(),
            "error": {name: text(self.error.get(name), 400) for name in _BRIEF}
            if self.error
            else None,
            "took_s": self.took_s,
            "steps": [step.to_json(whole=False) for step in self.steps.values()],
            "gaps": [step.path for step in self.gaps],
            "notices": [{"step": path, "to": list(to)} for path, to in self.notices],
        }

    def head(self) -> dict[str, Any]:
        """Which run it is."""
        return {
            "run": self.run,
            "melody": self.melody,
            "status": self.status,
            "journal": self.journal,
        }


def address(path: str) -> str:
    """The static address of a run path.

    >>> address("review[3].inner#2"), address("a~compensate")
    ('review.inner', 'a~compensate')
    """
    return _PLACES.sub("", path)


def story_of(kept: KeptRun) -> RunStory:
    """Read a run's events into its story."""
    began = moment(kept.events[0]["time"])
    story = RunStory(kept.run, str(kept.journal))
    for event in kept.events:
        at = moment(event["time"])
        at_s = None if at is None or began is None else round(at - began, 3)
        story.took_s = at_s if at_s is not None else story.took_s
        kind, path = event["event"], event["path"]
        if kind in OF_A_RUN:
            _take_run(story, event)
        elif path:
            _take(story, path, event, at_s)
    return story


def _take_run(story: RunStory, event: Mapping[str, Any]) -> None:
    if event["event"] == EventKind.RUN_STARTED:
        story.melody = text(event.get("melody"))
        return
    story.status = text(event.get("status"))
    story.error, story.fault = table(event.get("error")), text(event.get("fault"), 400)


def _take(story: RunStory, path: str, event: Mapping[str, Any], at_s: float | None) -> None:
    owner, beside = _owner(story, path, event)
    step = story.steps.get(owner)
    if step is None:
        step = story.steps[owner] = StepStory(owner)
    step.moments.append(moment_of(event, at_s, beside))
    kind = event["event"]
    if kind == EventKind.NOTICE:
        story.notices.append((path, tuple(text(each) for each in rows(event.get("to")))))
    if kind == EventKind.ATTEMPT_FAILED:
        step.error = table(event.get("error"))
    if beside:
        return
    if kind == EventKind.DECISION:
        step.decisions.append(_brief(event, step))
    elif kind == EventKind.ATTEMPT_STARTED:
        step.attempts, step.player = step.attempts + 1, text(event.get("player"))
    elif kind == EventKind.STEP_FINISHED:
        _finish(step, table(event.get("record")))


def _owner(story: RunStory, path: str, event: Mapping[str, Any]) -> tuple[str, str]:
    """The performance that an event is told under, and the auxiliary part of it that it is of.

    An undoing has a beginning and an end of its own; whatever else stands behind ``~`` is told
    where it happened.
    """
    by_agent = of_agents(path)
    if by_agent:
        owner, beside = _owner(story, path.removesuffix(by_agent), event)
        return owner, f"{beside}{by_agent}".removeprefix("~")
    whole, _, aside = path.rpartition("~")
    if not whole or "." in aside or path in story.steps:
        return path, ""
    if event["event"] == EventKind.STEP_STARTED or aside == "compensate":
        return path, ""
    return whole, aside


def _brief(event: Mapping[str, Any], step: StepStory) -> str:
    code = text((table(event.get("error")) or step.error).get("code"))
    said = {
        "decision": text(event.get("decision")),
        "delay_s": number(event.get("delay_s")) or 0.0,
        "target": text(event.get("target")),
    }
    return f"{code} → {decision_words(said)}" if code else decision_words(said)


def _finish(step: StepStory, record: Mapping[str, Any]) -> None:
    step.status = text(record.get("status")) or "?"
    step.player = text(record.get("player")) or step.player
    step.attempts = len(rows(record.get("attempts")))
    step.error = table(record.get("error"))
    step.degraded = record.get("degraded") is True
    step.provenance = text(record.get("provenance")) or None
