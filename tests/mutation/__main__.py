"""`python -m tests.mutation`: change the failure policy in thousands of ways; do tests notice?

The tree is copied into a folder that is gone afterwards, and mutmut changes the copy. The exit
code is 1 if less than ``--least`` of the mutants were killed. A mutant whose tests run out of time
is not counted as killed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.repository import ROOT
from tests.mutation.outcome import Outcome, outcomes, survivors

LEAST = 0.85
"""What is demanded of the whole."""


def main() -> int:
    """Copies, mutates, and prints a table; the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copy = Path(folder) / "tree"
        _copy(copy)
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(options.workers)]
        subprocess.run([*command, *options.mutants], cwd=copy, check=False)
        found = outcomes(copy)
        for line in _table(found):
            _say(line)
        if options.survivors:
            for name in survivors(copy):
                _say(name)
    total = _total(found)
    return 0 if total.share >= options.least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("mutants", nargs="*", metavar="PATTERN", help="as `mutmut run` takes them")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--least", type=float, default=LEAST, metavar="SHARE")
    parser.add_argument("--survivors", action="store_true", help="list them by name")
    return parser.parse_args()


def _copy(into: Path) -> None:
    """The files that git knows or would take, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        file = ROOT / name
        if file.is_file():
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())


def _total(found: dict[str, Outcome]) -> Outcome:
    return sum(found.values(), Outcome())


def _table(found: dict[str, Outcome]) -> Iterator[str]:
    head = ("file", "mutants", "killed", "survived", "timed out", "share")
    yield "{:<24} {:>8} {:>8} {:>9} {:>10} {:>7}".format(*head)
    for name, one in [*sorted(found.items()), ("all", _total(found))]:
        yield (
            f"{name:<24} {one.mutants:>8} {one.killed:>8} {one.survived:>9}"
            f" {one.timed_out:>10} {one.share:>6.1%}"
        )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
