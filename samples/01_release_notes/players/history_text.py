"""Reads the bundled histories: commits written down as plain text, oldest first."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"(Author|Date|Tag|Parents):\s+(\S.*)")
_AUTHOR = re.compile(r"[^<>]+ <[^<> ]+>")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


@dataclass(frozen=True, slots=True)
class WrittenCommit:
    """One commit of a bundled history."""

    label: str
    """The word after `commit`; other commits name it as a parent. Unique in its file."""
    author: str
    """`Name <email>`, also used as the committer."""
    date: str
    """UTC, as `2024-05-06T10:00:00Z`."""
    parents: tuple[str, ...]
    """Labels of earlier commits; without a `Parents:` line the commit above is the parent."""
    tag: str | None
    """The tag that points here, if any."""
    message: str
    """Subject and body, without the indentation of the file."""


def history_text(text: str) -> tuple[WrittenCommit, ...]:
    """The commits that a bundled history describes, in the order of the file.

    The form is that of `git log`, oldest first: a line `commit LABEL`, the headers `Author:`,
    `Date:`, `Tag:` and `Parents:`, an empty line, and the message indented by four spaces. Lines
    that begin with `#` are comments. Raises `ValueError` with the line number for anything else.
    """
    commits: list[WrittenCommit] = []
    for number, block in _blocks(text):
        commits.append(_commit(number, block, commits))
    return tuple(commits)


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Each `commit` line's number and the lines that belong to it."""
    blocks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#"):
            continue
        if line.startswith("commit "):
            blocks.append((number, [line]))
        elif blocks:
            blocks[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"line {number}: a history begins with `commit LABEL`, not {line!r}")
    return blocks


def _commit(number: int, block: list[str], earlier: list[WrittenCommit]) -> WrittenCommit:
    label = block[0].removeprefix("commit ").strip()
    known = [commit.label for commit in earlier]
    if label in known:
        raise ValueError(f"line {number}: a second commit is labelled {label!r}")
    headers: dict[str, str] = {}
    message: list[str] = []
    for offset, line in enumerate(block[1:], start=1):
        header = _HEADER.fullmatch(line)
        if line.startswith("    ") or not line.strip():
            message.append(line[4:].rstrip())
        elif header and not any(message) and header[1] not in headers:
            headers[header[1]] = header[2].strip()
        else:
            raise ValueError(f"line {number + offset}: neither a header nor a message: {line!r}")
    author, date = headers.get("Author", ""), headers.get("Date", "")
    if not _AUTHOR.fullmatch(author):
        raise ValueError(f"line {number}: {label!r} needs a line `Author: Name <email>`")
    if not _DATE.fullmatch(date):
        raise ValueError(f"line {number}: {label!r} needs a line `Date: 2024-05-06T10:00:00Z`")
    parents = tuple(headers["Parents"].split()) if "Parents" in headers else tuple(known[-1:])
    for parent in parents:
        if parent not in known:
            raise ValueError(f"line {number}: {label!r} has no earlier commit {parent!r} to follow")
    return WrittenCommit(
        label, author, date, parents, headers.get("Tag"), "\n".join(message).strip("\n")
    )
