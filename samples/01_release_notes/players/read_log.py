"""Parses what `git log` printed."""

from __future__ import annotations

import re
from typing import Any

# The Melody asks for `%x1e%H%x1f%P%x1f%aI%x1f%an%x1f%B`. A message may hold any character but
# NUL, so a record begins only where the separator is followed by a whole commit hash, and the
# message comes last, where further separators do no harm. `^`: a player's text may be stripped,
# and U+001E counts as white space.
_RECORD = re.compile(r"(?:^|\x1e)(?=[0-9a-f]{40,64}\x1f)")
_FIELDS = 5


def read_log(*, log: str, limit: int) -> dict[str, Any]:
    """The commits of a log, newest first, at most `limit` of them.

    Each has `hash`, `date` (ISO-8601 with the author's offset), `author`, `subject`, `body` and
    `merge`. `truncated` says that the log held more than `limit` commits.
    """
    records = [record for record in _RECORD.split(log) if record.strip()]
    return {
        "commits": [_commit(record) for record in records[:limit]],
        "truncated": len(records) > limit,
    }


def _commit(record: str) -> dict[str, Any]:
    fields = record.split("\x1f", _FIELDS - 1)
    identity, parents, date, author, message = fields + [""] * (_FIELDS - len(fields))
    # As git itself does: the subject is the first paragraph, on however many lines.
    subject, *body = re.split(r"\n[ \t]*\n", message.replace("\r\n", "\n").strip(), maxsplit=1)
    return {
        "hash": identity,
        "date": date,
        "author": one_line(author),
        "subject": one_line(subject),
        "body": "".join(body).strip(),
        "merge": len(parents.split()) > 1,
    }


def one_line(text: str) -> str:
    """The text without control characters and line ends, each run of white space one blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
