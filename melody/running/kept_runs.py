"""Runs that were kept: finding one by its id, and its events as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conductor_core.journal.jsonl import FOLDER, JournalError, read_events
from workflow_ir.nearest import nearest

LAST = "last"
_MOST_NAMED = 5
"""Runs that a message lists."""


class KeptRunError(Exception):
    """There is no such run, or its journal cannot be believed; the text says it all."""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """The journal of one run."""

    run: str
    journal: Path
    events: tuple[dict[str, Any], ...]
    """In order, each with text in ``event``, ``path``, ``time`` and ``run``, and its ``seq``."""


def kept_run(name: str, folder: Path) -> KeptRun:
    """A run by its id, by how its id begins, by its journal's path, or ``last``.

    Args:
        name: In any case.
        folder: Where to look: there and in the folders above, the nearest that keeps runs.

    Raises:
        KeptRunError: No such run, several, or a journal that is damaged.
    """
    file = Path(name)
    journal = file if file.suffix == ".jsonl" else _found(name, folder)
    return KeptRun(journal.stem, journal, tuple(_events(journal)))


def _found(name: str, folder: Path) -> Path:
    kept = next(_kept(folder.resolve()), None)
    if kept is None:
        raise KeptRunError(
            f"no runs are kept in {str(folder)!r} or above; name the folder of the Melody:"
            " --in FOLDER"
        )
    by_id = {file.stem: file for file in sorted(kept.glob("*.jsonl"))}
    if name == LAST:
        return by_id[max(by_id)]  # ids sort by time
    found = [run for run in by_id if run.casefold().startswith(name.casefold())]
    exact = [run for run in found if run.casefold() == name.casefold()]
    if exact or len(found) == 1:
        return by_id[(exact or found)[0]]
    if found:
        listed = ", ".join(reversed(found[-_MOST_NAMED:]))
        raise KeptRunError(f"{len(found)} runs begin with {name!r}: {listed}; write more of it")
    meant = nearest(name.upper(), by_id)
    hint = f"did you mean {meant}?" if meant else f"the last one is {max(by_id)}"
    raise KeptRunError(f"there is no run {name!r} in {str(kept)!r}; {hint}")


def _kept(folder: Path) -> Iterator[Path]:
    """Folders with journals, the nearest first."""
    for each in (folder, *folder.parents):
        if next((each / FOLDER).glob("*.jsonl"), None) is not None:
            yield each / FOLDER


def _events(journal: Path) -> Iterator[dict[str, Any]]:
    try:
        events = read_events(journal)
    except JournalError as error:
        raise KeptRunError(f"the journal is damaged or cannot be read: {error}") from error
    if not events:
        raise KeptRunError(f"{journal}: the journal is empty")
    for number, event in enumerate(events, start=1):
        problem = _problem(event, number, events[0]["run"])
        if problem is not None:
            raise KeptRunError(f"the journal is damaged: {journal}:{number}: {problem}")
        yield event


def _problem(event: dict[str, Any], number: int, run: object) -> str | None:
    for name in ("event", "time", "run", "path"):
        if not isinstance(event.get(name), str):
            return f"{name!r} is not text"
    if event["run"] != run:
        return f"it is of another run, {event['run']!r}"
    if isinstance(event["seq"], bool) or event["seq"] != number:
        return f"event {event['seq']!r} stands where {number} was expected: a line is missing"
    return None
