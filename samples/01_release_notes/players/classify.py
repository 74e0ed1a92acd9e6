"""Sorts commits into the kinds of change that release notes speak of."""

from __future__ import annotations

import re
from typing import Any

from .escape_markdown import escape_markdown
from .read_log import one_line

TITLES = {
    "breaking": "Breaking changes",
    "features": "Features",
    "fixes": "Fixes",
    "performance": "Performance",
    "documentation": "Documentation",
    "reverts": "Reverts",
    "other": "Other changes",
}
"""The kinds that are announced, in the order of the notes. Kind `internal` is not announced."""

_TYPES = {
    "features": "feat feature",
    "fixes": "fix bugfix hotfix security",
    "performance": "perf",
    "documentation": "doc docs",
    "reverts": "revert",
    "internal": "build bump chore ci deps refactor release style test tests",
}
"""Types of Conventional Commits 1.0 and those that are often written in their place."""

_FIRST_WORDS = {
    "features": "add adds added allow allows implement implements introduce introduces new support "
    "supports teach teaches",
    "fixes": "avoid avoids correct corrects ensure ensures fix fixes fixed handle handles prevent "
    "prevents repair repairs resolve resolves restore restores",
    "performance": "accelerate cache optimise optimize speed",
    "documentation": "docs document documents explain explains readme",
    "reverts": "revert reverts",
    "internal": "bump bumps cleanup format lint merge prepare refactor refactors release reformat "
    "test tests typo wip",
}
"""What the first word of a plain subject says; any other word makes the change `other`."""

_KIND_OF_TYPE = {word: kind for kind, words in _TYPES.items() for word in words.split()}
_KIND_OF_WORD = {word: kind for kind, words in _FIRST_WORDS.items() for word in words.split()}

_PREFIX = re.compile(r"([A-Za-z][\w./-]*)(?:\(([^()]*)\))?(!)?:\s+(\S.*)")
_FOOTER = re.compile(
    r"^BREAKING[ -]CHANGE:[ \t]*(.+?)(?=\n[ \t]*\n|\n[A-Z][\w-]*(?:: | #)|\Z)",
    re.MULTILINE | re.DOTALL,
)

_UNDOING = re.compile(r'(Revert|Reapply) "(.+)"')
"""The subjects that `git revert` writes; `Reapply` since git 2.43, for the revert of a revert."""


def classify(*, commits: list[dict[str, Any]]) -> dict[str, Any]:
    """The commits as groups of announced changes, a group per kind, in the order of TITLES.

    A group is `{kind, title, entries}`, an entry `{hash, short, kind, scope, summary, note,
    author, date}`: `summary` is Markdown, `note` what a breaking change asks of the reader, or
    empty. `total` counts the entries, `breaking` those that break something; `internal`, `merges`
    and `undone` count the commits that are left out; `bump` is what semantic versioning asks for.
    `commits` are as `read_log` gives them, newest first.
    """
    plain = [commit for commit in commits if not commit["merge"]]
    lasting = _without_the_undone(plain)
    entries = [_entry(commit) for commit in lasting]
    announced = [entry for entry in entries if entry["kind"] != "internal"]
    kinds = {entry["kind"] for entry in announced}
    return {
        "groups": [
            {"kind": kind, "title": title, "entries": [e for e in announced if e["kind"] == kind]}
            for kind, title in TITLES.items()
            if kind in kinds
        ],
        "total": len(announced),
        "breaking": sum(entry["kind"] == "breaking" for entry in announced),
        "internal": len(entries) - len(announced),
        "merges": len(commits) - len(plain),
        "undone": len(plain) - len(lasting),
        "bump": _bump(kinds),
    }


def _without_the_undone(commits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The commits without those that a later one reverts, and without their reverts.

    A revert of something older than the first of these commits stays: it is news.
    """
    gone: set[int] = set()
    for at, commit in enumerate(commits):
        undone = _UNDOING.fullmatch(commit["subject"])
        if at in gone or not undone:
            continue
        target = undone[2] if undone[1] == "Revert" else f'Revert "{undone[2]}"'
        older = range(at + 1, len(commits))
        match = next((i for i in older if i not in gone and commits[i]["subject"] == target), None)
        if match is not None:
            gone |= {at, match}
    return [commit for at, commit in enumerate(commits) if at not in gone]


def _entry(commit: dict[str, Any]) -> dict[str, Any]:
    kind, scope, text, marked = _subject(commit["subject"])
    footer = _FOOTER.search(commit["body"])
    summary = escape_markdown(text) if scope else escape_markdown(_capitalised(text))
    return {
        "hash": commit["hash"],
        "short": commit["hash"][:7],
        "kind": "breaking" if marked or footer else kind,
        "scope": scope,
        "summary": f"**{escape_markdown(scope)}**: {summary}" if scope else summary,
        "note": escape_markdown(_capitalised(one_line(footer[1]))) if footer else "",
        "author": commit["author"],
        "date": commit["date"],
    }


def _subject(subject: str) -> tuple[str, str, str, bool]:
    """Kind, scope, text and whether it is marked as breaking, of a commit's first line."""
    text = subject or "(no message)"
    prefix = _PREFIX.fullmatch(text)
    if not prefix:
        return _kind_of_words(text), "", text, False
    word, scope, mark, rest = prefix[1], (prefix[2] or "").strip(), prefix[3], prefix[4]
    kind = _KIND_OF_TYPE.get(word.lower())
    if kind is None:
        # `parser: accept tabs`: the habit of projects that write the area first.
        return _kind_of_words(rest), f"{word}/{scope}" if scope else word, rest, bool(mark)
    return kind, scope, rest, bool(mark)


def _kind_of_words(text: str) -> str:
    first = re.match(r"[A-Za-z]+", text)
    return _KIND_OF_WORD.get(first[0].lower(), "other") if first else "other"


def _bump(kinds: set[str]) -> str:
    if "breaking" in kinds:
        return "major"
    if "features" in kinds:
        return "minor"
    return "patch" if kinds else "none"


def _capitalised(text: str) -> str:
    first = text.split(" ", 1)[0]
    # Not `npm_config` or `iOS`: only a plain lower-case word is the beginning of a sentence.
    return text[0].upper() + text[1:] if first.isalpha() and first.islower() else text
