"""The kinds of cases, one function each: how one is performed, and its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from compiler.parse.syntax import Spanned
from melody.checking import check_paths
from melody.running.interruption import run_interruptibly
from melody.running.job import build, perform
from melody.testing.test_files import snapshots
from melody.testing.test_files.judge import unmet
from melody.testing.test_files.order import Order, compiled, order
from melody.testing.test_files.places import shown, snapshots_of
from melody.testing.test_files.targets import made
from melody.testing.test_files.verdict import Verdict
from melody.testing.test_files.written import WrittenTest, WrittenTests
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, in_file_order
from workflow_ir.span import Span


def check(path: Path, *, update: bool) -> Verdict:
    """``melody check`` of a Melody; nothing is run."""
    checked = check_paths([shown(path)], allow=Allow())
    return Verdict(checked.diagnostics, checked.sources)


def refuse(tests: WrittenTests, *, update: bool) -> Verdict:
    """A test file that cannot be read: every mistake of it."""
    return Verdict(tests.problems, tests.sources)


def compare(tests: WrittenTests, target: Spanned[str], *, update: bool) -> Verdict:
    """Compile the Melody and compare with what is stored, or store it."""
    found = Order(sources=dict(tests.sources))
    compilation = compiled(tests, tests.conditions, found)
    if compilation is None or compilation.ir is None:
        return Verdict(in_file_order(found.problems), found.sources)
    snapshot = snapshots.Snapshot(snapshots_of(tests.path), target.value, target.span)
    stored: tuple[str, ...] = ()
    try:
        files = made(target.value, compilation.ir, compilation)
        if update:
            stored = tuple(snapshot.store(files))
        else:
            found.problems += snapshot.differences(files)
    except DiagnosticsError as error:
        found.problems += _placed(error.diagnostics, target.span)
    return Verdict(in_file_order(found.problems), found.sources, stored)


def unwanted(tests: WrittenTests) -> tuple[Path, ...]:
    """The folders of stored targets that a test file does not ask for."""
    wanted = (target.value for target in tests.snapshots)
    return snapshots.unwanted(snapshots_of(tests.path), wanted)


def clear(tests: WrittenTests, *, update: bool) -> Verdict:
    """Tell or delete what ``unwanted`` finds."""
    paths = unwanted(tests)
    if update:
        return Verdict(stored=tuple(done for path in paths for done in snapshots.delete(path)))
    problems = (snapshots.orphaned(path, tests.top) for path in paths)
    return Verdict(tuple(problems), tests.sources)


def ownerless(folder: Path, *, update: bool) -> Verdict:
    """A folder of snapshots whose test file is gone. Nobody but a person deletes it."""
    place = Span(shown(folder), 1, 1, 1, 1)
    return Verdict((snapshots.orphaned(folder, place),))


def play(tests: WrittenTests, test: WrittenTest, backend: str, *, update: bool) -> Verdict:
    """Run the Melody on a backend and hold the result against what is expected.

    Raises:
        Interrupted: A signal ended it.
    """
    ordered = order(tests, test)
    problems = ordered.problems
    if ordered.job is not None:
        try:
            built = build(replace(ordered.job, on=backend))
            problems += unmet(test.expect, run_interruptibly(perform(built)))
        except DiagnosticsError as error:
            problems += _placed(error.diagnostics, test.name.span)
    return Verdict(in_file_order(problems), ordered.sources)


def _placed(problems: Iterable[Diagnostic], span: Span) -> Iterator[Diagnostic]:
    """What has no place is told at that of the test."""
    for problem in problems:
        yield problem if problem.span else replace(problem, span=span)
