"""Builds the small git repository that a bundled history describes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path

from .history_text import WrittenCommit, history_text

PROJECT = Path(__file__).resolve().parent.parent


def bundled_repository(*, history: str, into: str) -> dict[str, str]:
    """The path of the repository built from `histories/HISTORY.txt`.

    It stands in `INTO/bundled/`; a relative INTO is meant from this sample's folder. The same text
    gives the same commit hashes on every machine: authors, dates and messages come from the
    text, and no configuration of git is read. The folder's name holds a digest of the text and is
    put in place by one rename, so a folder that is there is complete and is used again.
    """
    source = PROJECT / "histories" / f"{history}.txt"
    text = source.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    path = Path(into) / "bundled" / f"{history}-{digest}"
    target = PROJECT / path
    if not target.exists():
        stream = fast_import_stream(history_text(text))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as scratch:
            building = Path(scratch) / "repository"
            # Empty commits and an empty work tree: `git status` in the result is clean.
            _git("init", "--quiet", "--template=", "--initial-branch=main", str(building))
            _git("-C", str(building), "fast-import", "--quiet", stdin=stream)
            _put_in_place(building, target)
    return {"path": path.as_posix()}


def fast_import_stream(commits: tuple[WrittenCommit, ...]) -> bytes:
    """The input of `git fast-import` that makes these commits, their tags and the branch `main`."""
    marks = {commit.label: mark for mark, commit in enumerate(commits, start=1)}
    out: list[str] = []
    for commit in commits:
        moment = int(datetime.fromisoformat(commit.date).timestamp())
        message = f"{commit.message}\n"
        out += ["commit refs/heads/main", f"mark :{marks[commit.label]}"]
        out += [f"{role} {commit.author} {moment} +0000" for role in ("author", "committer")]
        out += [f"data {len(message.encode())}", message]
        # Without `from` fast-import would follow the branch's tip, whatever the text says.
        for word, parent in zip(chain(["from"], repeat("merge")), commit.parents, strict=False):
            out.append(f"{word} :{marks[parent]}")
    for commit in commits:
        if commit.tag:
            out += [f"reset refs/tags/{commit.tag}", f"from :{marks[commit.label]}", ""]
    return "".join(f"{line}\n" for line in out).encode()


def _put_in_place(building: Path, target: Path) -> None:
    try:
        building.rename(target)
    except OSError:
        # Another run of this sample was quicker; what it built is the same.
        if not target.exists():
            raise
        shutil.rmtree(building)


def _git(*arguments: str, stdin: bytes = b"") -> None:
    """Runs git apart from the machine's and the user's configuration."""
    inherited = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    sha1 = {"GIT_DEFAULT_HASH": "sha1"}
    command = [shutil.which("git") or "git", *arguments]
    environment = inherited | alone | sha1
    done = subprocess.run(command, check=False, input=stdin, env=environment, capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"git {arguments[0]} ended with exit code {done.returncode}: {reason}")
