"""Ejected projects come to what ``melody run`` comes to: every case and sample, every target."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pytest

from adapters import registry
from melody.comparing import differences as unlike
from melody.ejecting.refusals import refusals
from melody.testing.conformance.differences import differences
from tests.ejected.ejected import (
    TARGETS,
    compared,
    refused_features,
    report_of,
)
from tests.ejected.subjects import MELODIES, SUBJECTS, Subject

_MOST = 5
"""Differences that are told; the first ones explain the others."""


def rows(of: Mapping[str, Subject]) -> list[Any]:
    return [
        pytest.param(subject, target, id=f"{name}-{target}")
        for name, subject in of.items()
        for target in TARGETS
    ]


@pytest.mark.parametrize(("subject", "target"), rows(MELODIES))
def test_what_is_refused_is_what_the_table_lacks(subject: Subject, target: str) -> None:
    adapter = registry.load(target)
    told = {(one.code, one.message) for one in refusals(subject.ir, adapter)}
    gaps = refused_features(subject.ir, target)
    assert told == {
        ("MEL302", f"generated code for {target} cannot carry out `{gap.value}`") for gap in gaps
    }


@pytest.mark.parametrize(("subject", "target"), rows(SUBJECTS))
def test_the_report_is_that_of_melody_run(subject: Subject, target: str) -> None:
    gaps = refused_features(subject.ir, target)
    if not gaps:
        told = list(wrong(subject, report_of(subject, target), target))
        assert not told, "\n".join(told)
    elif works(subject, target):
        pytest.fail(f"{', '.join(gaps)}: declared not to run, and it does")


def works(subject: Subject, target: str) -> bool:
    """Whether generated code carries out what its table says that it does not."""
    try:
        return not list(wrong(subject, report_of(subject, target), target))
    except Exception:  # noqa: BLE001  whatever comes of asking for what is not there
        return False


def wrong(subject: Subject, report: Mapping[str, Any], target: str) -> Iterator[str]:
    """Where a report differs from the run of the same script, and from what is expected.

    A framework starts the steps in its own time, so how long that takes is not compared.
    """
    if subject.case is not None:
        start = "eager" if target == "native" and subject.schedule == "none" else "graph"
        yield from differences(subject.case, report, start=start)
    if subject.schedule == "none":
        wanted, found = (levelled(compared(one)) for one in (subject.as_run_object(), report))
        for path, here, there in islice(unlike(wanted, found), _MOST):
            yield f"{path}: {there!r}, not {here!r}"


def levelled(form: Mapping[str, Any]) -> dict[str, Any]:
    """A run object without the messages that may differ: those of ``expression.*``, no others.

    In our evaluator such a message is ours, in generated code the text of a Python exception
    stands behind it. Everything else is ours on both sides, and equal to the letter.
    """
    tree = copy.deepcopy(dict(form))
    for told in (tree, *tree["steps"].values()):
        error = told.get("error")
        if error is not None and error["code"].startswith("expression."):
            assert error["message"]
            error["message"] = "…"
    return tree
