"""Writes the notes as Markdown and their summary as JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from .escape_markdown import escape_markdown
from .read_log import one_line

PROJECT = Path(__file__).resolve().parent.parent


def write_files(
    *,
    into: str,
    outcome: str,
    since: str,
    body: str,
    changes: dict[str, Any],
    truncated: bool,
    thanks: list[str],
) -> dict[str, str]:
    """Writes `RELEASE_NOTES.md` and `release_notes.json` into a folder and returns their paths.

    A relative INTO is meant from this sample's folder. Each file is replaced as a whole, so a
    reader never sees half of one. `text` is the Markdown that was written.
    """
    people = [person for person in map(_person, thanks) if person]
    paragraphs = _markdown(since, body, changes, people)
    if truncated:
        paragraphs.append("Older commits were left out: the limit of the run was reached.")
    text = "\n\n".join(paragraph.strip() for paragraph in paragraphs) + "\n"
    summary = {
        "outcome": outcome,
        "since": since or None,
        "bump": changes["bump"],
        "changes": changes["total"],
        "left_out": {reason: changes[reason] for reason in ("internal", "merges", "undone")},
        "truncated": truncated,
        "groups": changes["groups"],
        "thanks": people,
    }
    notes, data = Path(into) / "RELEASE_NOTES.md", Path(into) / "release_notes.json"
    _replace(PROJECT / notes, text)
    _replace(PROJECT / data, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    return {"notes": notes.as_posix(), "summary": data.as_posix(), "text": text}


def _markdown(
    since: str, body: str, changes: dict[str, Any], people: list[dict[str, Any]]
) -> list[str]:
    """The paragraphs of the notes."""
    begin = f"since {since}" if since else "since the beginning"
    parts = ["# Release notes", f"{_count(changes['total'], 'change')} {begin}.", body]
    if changes["total"] and people:
        names = [escape_markdown(person["name"]) for person in people]
        parts.append(f"Thanks to {', '.join(names)}.")
    return parts


def _person(line: str) -> dict[str, Any] | None:
    """What a line of `git shortlog --summary` says (count, tab, name), unless of a robot."""
    count, _, name = line.strip().partition("\t")
    if not name or not count.isdecimal() or name.endswith("[bot]"):
        return None
    return {"name": one_line(name), "commits": int(count)}


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number or 'No'} {noun}s"


def _replace(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-") as scratch:
        written = Path(scratch) / target.name
        written.write_text(text, encoding="utf-8", newline="\n")
        written.replace(target)
