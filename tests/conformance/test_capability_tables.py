"""The capability tables tell the truth: full, emulated and how, or a gap that is proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from adapters import registry
from tests.conformance.stage import BACKENDS, adapter_of
from workflow_ir.capability import Feature, Support

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


def test_every_gap_has_a_link_upstream_and_is_shown_with_the_bare_framework() -> None:
    gaps = {(backend, feature): row for backend, feature, row in ROWS if not row.support.runs}
    assert set(gaps) == set(REPRODUCED)
    assert [key for key, row in gaps.items() if not row.link.startswith("https://")] == []


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
