"""``melody explain run:ID [--step PATH]``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from melody.cli.exit_codes import Exit
from melody.cli.explaining.facts import text
from melody.cli.explaining.story import SCHEMA, RunStory, StepStory, story_of
from melody.cli.output import json_text, print_text
from melody.cli.terminal import styled
from melody.cli.view.words import error_words, seconds
from melody.running.kept_runs import KeptRunError, kept_run
from workflow_ir.events import EventKind
from workflow_ir.visible import visible, width

MOST = 20
"""Performances of one address that are told whole, and steps inside a container."""

Line = tuple[str, str]
"""Its role on the terminal, and its text."""

_ROLES = {
    EventKind.ATTEMPT_FAILED.value: "error",
    EventKind.DECISION.value: "message",
    EventKind.STEP_FINISHED.value: "message",
}
_STATUS = {
    "succeeded": "good", "recovered": "good", "failed": "error", "gap": "warning",
    "degraded": "warning", "cancelled": "error",
}  # fmt: skip


def show_run(name: str, step: str | None, folder: str, *, as_json: bool) -> None:
    """Print the story of a kept run, or of one step of it; ends the command if there is none."""
    try:
        story = story_of(kept_run(name, Path(folder)))
    except KeptRunError as error:
        raise _refusal(str(error)) from None
    except RecursionError:
        raise _refusal(f"the journal of run {name!r} is nested too deeply to be told") from None
    found = [] if step is None else story.find(step)
    if step is not None and not found:
        raise _refusal(_no_step(story, step))
    if as_json:
        # ASCII: the text of a journal must not reach a terminal as it stands
        sys.stdout.write(json_text(_tree(story, step, found), encoding="ascii") + "\n")
        return
    where = "" if folder == "." else f" --in {shlex.quote(folder)}"
    for role, line in _overview(story, where) if step is None else _told(story, found):
        print_text(styled(role, visible(line).rstrip()), sys.stdout)


def _refusal(problem: str) -> click.exceptions.Exit:
    click.echo(visible(problem), err=True)
    return click.exceptions.Exit(Exit.USAGE)


def _no_step(story: RunStory, step: str) -> str:
    meant = story.nearest(step)
    begun = ", ".join(dict.fromkeys(each.address for each in story.steps.values()))
    hint = f"did you mean {meant}?" if meant else f"begun were: {text(begun) or 'none'}"
    return f"run {story.run} has no step {step!r}; {hint}"


def _tree(story: RunStory, step: str | None, found: list[StepStory]) -> dict[str, Any]:
    if step is None:
        return story.to_json()
    return {
        "schema": SCHEMA,
        **story.head(),
        "step": step,
        "performances": [each.to_json(whole=True) for each in found],
    }


def _overview(story: RunStory, where: str) -> Iterator[Line]:
    yield from _head(story)
    yield "place", ""
    names = max((width(visible(step.path)) for step in story.steps.values()), default=0)
    for step in story.steps.values():
        yield _STATUS.get(step.status, "place"), _row(step, min(names, 40))
        for decision in step.decisions:
            yield "place", f"    {decision}"
    if story.gaps or story.notices:
        yield "place", ""
    for step in story.gaps:
        yield "warning", f"review: `{step.path}` is a gap: {_error(step)}"
    for path, names_of in story.notices:
        yield "warning", f"to be told of `{path}`: {', '.join(names_of)}"
    eventful = [step for step in story.steps.values() if step.eventful]
    yield "place", ""
    if not eventful:
        yield "place", "every step succeeded at its first attempt"
    for step in eventful[:MOST]:
        path = shlex.quote(step.path)
        yield "place", f"next: melody explain run:{story.run} --step {path}{where}"


def _head(story: RunStory) -> Iterator[Line]:
    status = story.status or "not ended: its journal stops here, it is running or was killed"
    took = "" if story.took_s is None else f" in {seconds(story.took_s)}"
    name = f" of {story.melody}" if story.melody else ""
    yield _STATUS.get(status, "message"), f"run {story.run}{name}: {status}{took}"
    if story.error:
        yield "error", f"  {_error_text(story.error)}"
    if story.fault:
        yield "error", f"  {story.fault}"
    yield "dim", f"  events in {story.journal}"


def _row(step: StepStory, column: int) -> str:
    name = visible(step.path)
    tail = [step.status]
    if step.player and step.attempts:
        times = "attempt" if step.attempts == 1 else "attempts"
        tail.append(f"by `{step.player}`, {step.attempts} {times}")
    if step.degraded:
        tail.append("degraded")
    if step.provenance is not None:
        tail.append(step.provenance)
    return f"  {name}{' ' * (column - width(name))}  {', '.join(tail)}"


def _told(story: RunStory, found: list[StepStory]) -> Iterator[Line]:
    yield from _head(story)
    eventful = [step for step in found if step.eventful]
    told = (eventful if eventful and len(found) > MOST else found)[:MOST]
    for step in told:
        yield "place", ""
        yield from _story(step)
        yield from _inside(story, step)
    left = len(found) - len(told)
    if left:
        yield "place", ""
        yield "place", f"… and {left} more performances of it; name one by its path"


def _story(step: StepStory) -> Iterator[Line]:
    yield _STATUS.get(step.status, "message"), f"{step.path}: {step.status}"
    for moment in step.moments:
        at = "" if moment.at_s is None else seconds(moment.at_s)
        beside = f"~{moment.beside}: " if moment.beside else ""
        yield _ROLES.get(moment.event, "place"), f"  {at:>6}  {beside}{moment.text}"
        for line in moment.below:
            yield "place", f"            {line}"
    if step.status == "unfinished":
        yield "place", "          the journal ends before this step does"


def _inside(story: RunStory, step: StepStory) -> Iterator[Line]:
    inner = story.inside(step.path)
    if not inner:
        return
    eventful = [each for each in inner if each.eventful]
    yield "place", f"  inside it: {len(inner)}, and something happened to {len(eventful)} of them"
    for each in eventful[:MOST]:
        yield _STATUS.get(each.status, "place"), f"    {each.path}: {each.status}"
    if len(eventful) > MOST:
        yield "place", f"    … and {len(eventful) - MOST} more"


def _error(step: StepStory) -> str:
    return _error_text(step.error)


def _error_text(error: Any) -> str:
    return error_words({name: text(error.get(name), 400) for name in ("code", "message")})
