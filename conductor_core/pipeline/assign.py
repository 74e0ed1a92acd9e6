"""``process: {manager: …}``: who performs a step is decided by a player.

The manager is asked once, before the first attempt, at ``PATH~manage``. It may name one of the
candidates; whatever else it answers, and when it fails, the planned player performs. So a manager
that is ill costs its own price and no step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conductor_core.performance import Going, Managed
from conductor_core.pipeline.aside import aside
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success


async def assign(going: Going, managed: Managed) -> None:
    """Let the manager choose; ``going.task.parts`` begins with the chosen player afterwards."""
    task, stage = going.task, going.stage
    planned = task.parts[0].player
    names = [candidate["name"] for candidate in managed.candidates]
    answer = await aside(
        going,
        managed.manager,
        # A manager may be a model, and no secret is for one (spec 2, Files).
        stage.masks.data(_asked(going, managed, planned)),
        "manage",
        output=_answer(names),
    )
    chosen = _chosen(answer, names)
    facts = {"error": answer} if isinstance(answer, StandardError) else {}
    stage.emit(
        EventKind.ROUTED,
        task.path,
        manager=managed.manager.player,
        candidates=names,
        planned=planned,
        player=chosen or planned,
        decided=chosen is not None,
        **facts,
    )
    if chosen is not None and chosen != planned:
        going.task = replace(task, parts=managed.parts_of(chosen))


def _asked(going: Going, managed: Managed, planned: str) -> dict[str, Any]:
    task = going.task
    return {
        "question": "Who of `players` performs this step? Answer with the name alone.",
        "step": task.path,
        "task": task.prompt if task.prompt is not None else task.with_,
        "planned": planned,
        "players": [dict(candidate) for candidate in managed.candidates],
    }


def _answer(names: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"player": {"enum": names}},
        "required": ["player"],
        "additionalProperties": False,
    }


def _chosen(answer: Success | StandardError, names: list[str]) -> str | None:
    output = answer.output if isinstance(answer, Success) else None
    name = output.get("player") if isinstance(output, dict) else None
    return name if name in names else None
