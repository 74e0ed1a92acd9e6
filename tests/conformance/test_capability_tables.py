"""The capability tables tell the truth: full, emulated and how, or a gap that is proved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import pytest

from adapters import registry
from tests.conformance.stage import BACKENDS, adapter_of
from workflow_ir.capability import Capability, Feature, Support

REPRODUCED: Mapping[tuple[str, Feature], Callable[[], object]] = {}
"""By backend and feature: the test that shows a gap with the bare framework alone."""

ROWS = [
    (backend, feature, adapter_of(backend).capabilities()[feature])
    for backend in BACKENDS
    for feature in Feature
]


def test_the_backends_of_these_tests_are_all_that_are_shipped() -> None:
    assert registry.names()[: len(BACKENDS)] == BACKENDS


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_table_has_one_row_for_each_feature_in_their_order(backend: str) -> None:
    assert list(adapter_of(backend).capabilities()) == list(Feature)


def test_no_row_waits_for_a_framework_to_change() -> None:
    waiting = [(backend, feature) for backend, feature, row in ROWS
               if row.support is Support.NOTYET]  # fmt: skip
    assert waiting == []


def unproved(
    rows: Iterable[tuple[str, Feature, Capability]], reproduced: Collection[tuple[str, Feature]]
) -> list[str]:
    """What is wrong with gaps: each has a link, and a test with the framework alone."""
    gaps = {(backend, feature): row for backend, feature, row in rows if not row.support.runs}
    told = [f"{key} has no reproduction" for key in gaps if key not in reproduced]
    told += [f"{key} is no gap" for key in reproduced if key not in gaps]
    linked = {key for key, row in gaps.items() if row.link.startswith("https://")}
    return told + [f"{key} has no link" for key in gaps if key not in linked]


def test_every_gap_has_a_link_upstream_and_is_shown_with_the_bare_framework() -> None:
    assert unproved(ROWS, REPRODUCED) == []


def test_a_gap_that_is_only_said_to_be_one_is_found() -> None:
    key = ("langgraph", Feature.WAIT)
    gap = [(*key, Capability(Support.NEVER, "it cannot"))]
    linked = [(*key, Capability(Support.NOTIMPL, "it cannot", "https://github.com/a/b/issues/1"))]
    assert unproved(gap, ()) == [f"{key} has no reproduction", f"{key} has no link"]
    assert unproved(linked, {key}) == []
    assert unproved([(*key, Capability(Support.FULL))], {key}) == [f"{key} is no gap"]


def test_whoever_emulates_says_how() -> None:
    for backend, feature, row in ROWS:
        if row.support is Support.EMULATED:
            assert len(row.how.split()) >= 3, (backend, feature)


def test_links_lead_to_issues_of_the_framework() -> None:
    owners = {"langgraph": "langchain-ai/", "crewai": "crewAIInc/"}
    for backend, feature, row in ROWS:
        if row.link:
            assert row.link.startswith(f"https://github.com/{owners[backend]}"), feature
            assert row.link.rsplit("/", 1)[1].isdigit(), feature


def test_the_native_backend_emulates_nothing() -> None:
    assert {row.support for backend, _, row in ROWS if backend == "native"} == {Support.FULL}
