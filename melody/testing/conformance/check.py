"""The whole kit in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from adapters.base import OrchestrationAdapter
from conductor_core.run import Start
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.own_loop import LONGEST_S
from melody.testing.conformance.report import Report
from melody.testing.conformance.subject import Subject
from melody.testing.conformance.trial import (
    Trial,
    Verdict,
    trial_of_case,
    trial_of_loop,
    trials_of_adapter,
)
from workflow_ir.capability import Feature

STARTS: tuple[Start, ...] = ("eager", "graph")


def check(
    adapter: OrchestrationAdapter,
    features: Iterable[Feature | str] | None = None,
    starts: Sequence[Start] = STARTS,
    cases: Iterable[Case] | None = None,
    *,
    packages: Sequence[str] | None = None,
    longest_s: float = LONGEST_S,
    follow: Callable[[Verdict], object] | None = None,
) -> Report:
    """Put an adapter to every trial and report.

    Args:
        adapter: The backend.
        features: Only cases that use one of these; their names as in ``Feature``. None: all.
        starts: Start modes.
        cases: In place of the kit's own.
        packages: Import names of its framework, which must not be imported before it is used.
            None: the one called as the adapter is, if it is not the adapter's own.
        longest_s: Real seconds after which a run is taken for hanging.
        follow: Told of each verdict when it is there.

    Raises:
        CaseMistake: A case cannot be used.
        ValueError: There is no such feature.
    """
    verdicts = []
    for trial in trials(adapter, features, starts, cases, packages=packages, longest_s=longest_s):
        verdict = trial.hold()
        verdicts.append(verdict)
        if follow is not None:
            follow(verdict)
    return Report(adapter.get_framework_name(), tuple(starts), tuple(verdicts))


def trials(
    adapter: OrchestrationAdapter,
    features: Iterable[Feature | str] | None = None,
    starts: Sequence[Start] = STARTS,
    cases: Iterable[Case] | None = None,
    *,
    packages: Sequence[str] | None = None,
    longest_s: float = LONGEST_S,
) -> Iterator[Trial]:
    """The trials that ``check`` holds, one by one; its arguments."""
    subject = Subject(adapter, longest_s)
    yield from trials_of_adapter(subject, _framework(adapter) if packages is None else packages)
    asked = None if features is None else {Feature(one) for one in features}
    if asked is None:
        yield from (trial_of_loop(subject, start) for start in starts)
    for case in all_cases() if cases is None else cases:
        for start in starts:
            trial = trial_of_case(subject, case, start)
            if asked is None or asked.intersection(trial.features):
                yield trial


def _framework(adapter: OrchestrationAdapter) -> tuple[str, ...]:
    name = adapter.get_framework_name()
    return () if type(adapter).__module__.partition(".")[0] == name else (name,)
