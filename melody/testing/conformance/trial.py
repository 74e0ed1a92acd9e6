"""A trial: one thing that an adapter is put to. All of them together are the kit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.checks.cancellation import cancellation_findings
from melody.testing.conformance.checks.lazy import lazy_findings
from melody.testing.conformance.checks.loop import loop_findings
from melody.testing.conformance.checks.name import name_findings
from melody.testing.conformance.checks.native import unlike_native
from melody.testing.conformance.checks.rows import row_findings
from melody.testing.conformance.checks.sharing import sharing_findings
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.findings import one_run, run_findings
from melody.testing.conformance.subject import OF_START, Subject
from workflow_ir.capability import Feature


class Outcome(StrEnum):
    """What a trial came to."""

    PASSED = "passed"
    FAILED = "failed"
    GAP = "declared gap"
    """It failed, and the capability table says so."""
    UNEXPECTED = "unexpected pass"
    """It passed, and the capability table says that it cannot."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trial that has been held."""

    name: str
    """Of the case; of a trial without one, its check."""
    start: Start | None
    """None: it is no run."""
    features: tuple[Feature, ...]
    """What the case asks of a backend."""
    gaps: tuple[Feature, ...]
    """Those of them that the table declares not to run."""
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """What it came to."""
        if self.gaps:
            unexpected = any(one.check is Check.GAP for one in self.findings)
            return Outcome.UNEXPECTED if unexpected else Outcome.GAP
        return Outcome.FAILED if self.findings else Outcome.PASSED

    @property
    def ok(self) -> bool:
        """Nothing is wrong with the adapter."""
        return self.outcome in (Outcome.PASSED, Outcome.GAP)

    @property
    def title(self) -> str:
        """``02_diamond (graph)``."""
        return self.name if self.start is None else f"{self.name} ({self.start})"


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to be looked at; ``hold`` looks."""

    name: str
    start: Start | None
    features: tuple[Feature, ...]
    gaps: tuple[Feature, ...]
    look: Callable[[], Iterable[Finding]]

    @property
    def title(self) -> str:
        """``02_diamond (graph)``."""
        return self.name if self.start is None else f"{self.name} ({self.start})"

    def hold(self) -> Verdict:
        """Look, and compare with what the capability table declares."""
        found = tuple(self.look())
        if self.gaps and not found:
            names = ", ".join(f"`{gap.value}`" for gap in self.gaps)
            found = (Finding(Check.GAP, f"{names} is declared a gap, and it works"),)
        return Verdict(self.name, self.start, self.features, self.gaps, found)

    def check(self) -> None:
        """Look, and tell what is wrong as a test does.

        Raises:
            AssertionError: Something is; one line for each finding. A declared gap is found here
                too, so that a strict xfail holds.
        """
        found = tuple(self.look())
        if found:
            raise AssertionError("\n".join([self.title, *map(str, found)]))


def trials_of_adapter(subject: Subject, packages: Sequence[str]) -> Iterator[Trial]:
    """What no case is needed for.

    Args:
        subject: The adapter.
        packages: Import names of its framework.
    """
    adapter = subject.adapter
    yield Trial("name", None, (), (), partial(name_findings, adapter))
    yield Trial("rows", None, (), (), partial(row_findings, adapter))
    yield Trial("lazy", None, (), (), partial(lazy_findings, adapter, packages))


def trial_of_loop(subject: Subject, start: Start) -> Trial:
    """Runs that wait for each other."""
    asked = (Feature.STEP, Feature.SET, OF_START[start])
    look = partial(loop_findings, subject.adapter, start, longest_s=subject.longest_s)
    return Trial("meeting", start, asked, subject.declared_gaps(asked), look)


def trial_of_case(subject: Subject, case: Case, start: Start) -> Trial:
    """A case in a start mode."""
    asked = subject.features(case, start)
    look = partial(case_findings, subject, case, start)
    return Trial(case.name, start, asked, subject.declared_gaps(asked), look)


def case_findings(subject: Subject, case: Case, start: Start) -> Iterator[Finding]:
    """Everything that is wrong with a case on an adapter; none if it keeps the contract."""
    yield from subject.built(case)
    compiled = subject.compiled(case)
    if compiled is None:
        return
    adapter, longest_s = subject.adapter, subject.longest_s
    first = one_run(case, adapter, compiled, start, longest_s)
    if isinstance(first, Finding):
        yield first
        return
    yield from run_findings(case, adapter, compiled, first, start)
    if not subject.is_native:
        yield from unlike_native(case, first, subject.on_native(case, start), start)
    if _repeatable(case, start):
        yield from sharing_findings(case, adapter, compiled, start, first, longest_s=longest_s)
    yield from cancellation_findings(case, adapter, compiled, start, longest_s=longest_s)


def _repeatable(case: Case, start: Start) -> bool:
    """A second run comes to the same: its players follow a script, and no schedule decides."""
    return case.script is not None and (start == "eager" or case.schedule == "none")
