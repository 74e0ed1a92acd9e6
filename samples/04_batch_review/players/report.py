"""Writes the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent


def write(
    into: str, reviews: list[dict[str, Any]], unread: list[str], note: str | None
) -> dict[str, str]:
    """One section a document; the folder is made if it is not there.

    A relative INTO is meant from this sample's folder.
    """
    path = Path(into) / "report.md"
    lines = ["# Review", "", *([note, ""] if note else [])]
    for review in reviews:
        lines += [f"## {review['name']}: {review['verdict']} ({review['words']} words)", ""]
        lines += [f"- {finding}" for finding in review["findings"]] or ["Nothing to improve."]
        lines.append("")
    if unread:
        lines += ["## Could not be read", "", *(f"- {name}" for name in unread), ""]
    target = PROJECT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines), encoding="utf-8")
    return {"path": path.as_posix()}
