"""Running one Melody on several backends and comparing the normal forms (spec 3, Equivalence)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters import registry
from conductor_core.ports import Journal
from melody.running.interruption import run_interruptibly
from melody.running.job import Built, Job, build, perform
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.result import RunResult


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two normal forms differ."""

    path: str
    """``steps.draft.attempts[1].decision``."""
    left: tuple[str, Any]
    """Backend and its value; `MISSING` where it has none."""
    right: tuple[str, Any]


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()
"""Stands for a member that one side does not have."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The results of one Melody on several backends."""

    results: Mapping[str, RunResult]
    """By backend, in the order of the registry."""
    absent: Mapping[str, tuple[Diagnostic, ...]]
    """Backends that could not take part, and why: not installed, or unable."""
    difference: Difference | None

    @property
    def equal(self) -> bool:
        """At least two backends gave the same normal form, and none another one."""
        return self.difference is None and len(self.results) > 1


def compare_job(
    job: Job,
    *,
    backends: Iterable[str] | None = None,
    listener: Callable[[str], Journal] | None = None,
) -> Comparison:
    """Run a job on each backend, one after the other, each in an event loop of its own.

    Args:
        job: The run; without a seed it gets one, so that all draw the same jitter.
        backends: Names; every known backend by default.
        listener: Makes the listener to the events of one backend's run.

    Raises:
        Interrupted: A signal ended the run that was going on.
        DiagnosticsError: The journal cannot be written, or a backend that was named is unknown.
    """
    job = job if job.seed is not None else replace(job, seed=job.ir.hash)
    results: dict[str, RunResult] = {}
    absent: dict[str, tuple[Diagnostic, ...]] = {}
    for name in registry.names() if backends is None else backends:
        built = _built(replace(job, on=name), absent)
        if built is not None:
            listeners = () if listener is None else (listener(name),)
            results[name] = run_interruptibly(perform(built, listeners))
    return Comparison(results, absent, first_difference(results))


def _built(job: Job, absent: dict[str, tuple[Diagnostic, ...]]) -> Built | None:
    try:
        return build(job)
    except DiagnosticsError as error:
        if any(problem.code == "MEL301" for problem in error.diagnostics):
            raise
        absent[job.on] = error.diagnostics
        return None


def first_difference(results: Mapping[str, RunResult]) -> Difference | None:
    """The first difference between the first result and any other, or None."""
    forms = [(name, result.normal_form()) for name, result in results.items()]
    for name, form in forms[1:]:
        first, reference = forms[0]
        for path, left, right in differences(reference, form):
            return Difference(path, (first, left), (name, right))
    return None


def differences(left: Any, right: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place where two JSON values differ, in the order of the left one.

    >>> list(differences({"a": [1, 2]}, {"a": [1, 3]}))
    [('a[1]', 2, 3)]
    """
    if isinstance(left, dict) and isinstance(right, dict):
        for key in (*left, *(key for key in right if key not in left)):
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(left.get(key, MISSING), right.get(key, MISSING), inner)
    elif isinstance(left, list) and isinstance(right, list):
        for place in range(max(len(left), len(right))):
            yield from differences(
                left[place] if place < len(left) else MISSING,
                right[place] if place < len(right) else MISSING,
                f"{path}[{place}]",
            )
    elif type(left) is not type(right) or left != right:
        yield path, left, right
