"""``docs/backends.md``: the capability tables as they are."""

from __future__ import annotations

from collections import Counter

import pytest

from adapters import registry
from docs.backends import BACKENDS, GROUPS, PAGE, WORDS, page
from workflow_ir.capability import Feature, Support

TEXT = page()


def test_the_page_of_backends_is_what_the_generator_writes() -> None:
    assert PAGE.is_file(), "docs/backends.md is missing: run `make docs`"
    assert PAGE.read_text(encoding="utf-8") == TEXT, "docs/backends.md is old: run `make docs`"


def test_every_feature_stands_in_one_group() -> None:
    standing = Counter(feature for features in GROUPS.values() for feature in features)
    assert standing == Counter(Feature)


def test_every_backend_that_is_shipped_has_a_column_and_every_word_a_meaning() -> None:
    assert tuple(BACKENDS) == registry.names()[: len(BACKENDS)]
    assert set(WORDS) == set(Support)


@pytest.mark.parametrize("feature", Feature)
def test_the_matrix_gives_the_support_of_each_backend(feature: Feature) -> None:
    matrix = TEXT.split("## The matrix\n")[1].split("\n## ")[0]
    (line,) = (
        line for line in matrix.splitlines()
        if line.startswith((f"| {feature.value} |", f"| `{feature.value}` |"))
    )  # fmt: skip
    told = [part.strip() for part in line.strip("|").split("|")[1:]]
    assert told == [registry.load(name).capabilities()[feature].support for name in BACKENDS]


@pytest.mark.parametrize("backend", ["langgraph", "crewai"])
@pytest.mark.parametrize("feature", Feature)
def test_a_backend_s_section_says_how(feature: Feature, backend: str) -> None:
    row = registry.load(backend).capabilities()[feature]
    section = TEXT.split(f"\n## {BACKENDS[backend]}\n")[1].split("\n## ")[0]
    link = f" ([upstream]({row.link}))" if row.link else ""
    assert f" | {row.support} | {row.how}{link} |\n" in section + "\n"


@pytest.mark.parametrize("feature", Feature)
def test_the_section_of_generated_code_has_a_cell_for_each_target(feature: Feature) -> None:
    section = TEXT.split("\n## Generated code\n")[1]
    (line,) = (
        line for line in section.splitlines()
        if line.startswith((f"| {feature.value} |", f"| `{feature.value}` |"))
    )  # fmt: skip
    rows = [registry.load(name).ejects()[feature] for name in BACKENDS]
    said = [f"{row.support}: {row.how}" for row in rows]
    assert [part.strip() for part in line.strip("|").split("|")[1:]] == [
        said[0],
        *("as native" if cell == said[0] else cell for cell in said[1:]),
    ]
