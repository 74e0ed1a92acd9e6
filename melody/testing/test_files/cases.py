"""Everything that is tested about one file, as cases that ``melody test`` and pytest perform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from adapters import registry
from melody.doctor import EXTRAS
from melody.file_names import is_test_file
from melody.testing.test_files import performing
from melody.testing.test_files.read import read_tests
from melody.testing.test_files.verdict import Verdict
from melody.testing.test_files.written import WrittenTest, WrittenTests
from melody.version import version_of
from workflow_ir.diagnostics import errors_of


class Perform(Protocol):
    """Tests something; with ``update`` snapshots are written instead of compared."""

    def __call__(self, *, update: bool) -> Verdict:
        """The verdict.

        Raises:
            Interrupted: A signal ended it.
        """


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to be tested."""

    name: str
    """Inside of its file, the same on every machine that has the same backends."""
    line: int
    """Of the file, from 1."""
    perform: Perform


def cases_in(path: Path) -> tuple[Case, ...]:
    """The cases of a Melody, of a test file, or of a folder of snapshots without a test file.

    A test file that cannot be read is one case, which fails.
    """
    if path.is_dir():
        return (Case("orphans", 1, partial(performing.ownerless, path)),)
    if not is_test_file(path.name):
        return (Case("check", 1, partial(performing.check, path)),)
    tests = read_tests(path)
    if errors_of(tests.problems):
        return (Case("read", 1, partial(performing.refuse, tests)),)
    return tuple(_cases_of(tests))


def _cases_of(tests: WrittenTests) -> Iterator[Case]:
    for target in tests.snapshots:
        compare = partial(performing.compare, tests, target)
        yield Case(f"snapshot[{target.value}]", target.span.line, compare)
    if performing.unwanted(tests):
        yield Case("orphans", 1, partial(performing.clear, tests))
    for test in tests.tests:
        for backend in _backends(tests, test):
            play = partial(performing.play, tests, test, backend)
            yield Case(f"{test.name.value}[{backend}]", test.name.span.line, play)


def _backends(tests: WrittenTests, test: WrittenTest) -> tuple[str, ...]:
    written = test.conditions.over(tests.conditions).on
    return tuple(each.value for each in written) or installed()


def installed() -> tuple[str, ...]:
    """The backends whose framework is here; none is imported to know it."""
    needed = {name: distribution for name, (distribution, _, _) in EXTRAS.items()}
    return tuple(
        name
        for name in registry.names()
        if name not in needed or version_of(needed[name]) is not None
    )
