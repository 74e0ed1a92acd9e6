"""``docs/failures.md``: what the classifier does, as it does it."""

from __future__ import annotations

import pytest

from conductor_core.failure.exceptions import CODES_BY_NAME
from docs.failures import PAGE, page
from workflow_ir.taxonomy import TAXONOMY

TEXT = page()


def test_the_page_of_failures_is_what_the_generator_writes() -> None:
    assert PAGE.is_file(), "docs/failures.md is missing: run `make docs`"
    assert PAGE.read_text(encoding="utf-8") == TEXT, "docs/failures.md is old: run `make docs`"


@pytest.mark.parametrize("code", TAXONOMY)
def test_every_code_has_one_row_under_its_class(code: str) -> None:
    row = TAXONOMY[code]
    section = TEXT.split(f"### {row.error_class.value}\n")[1].split("###")[0]
    assert section.count(f"| `{code}` |") == 1
    line = next(line for line in section.splitlines() if line.startswith(f"| `{code}` |"))
    assert [part.strip() for part in line.strip("|").split("|")[1:]] == [
        row.retryable, row.effects, row.domain, "yes" if row.fallback else "no", row.meaning,
    ]  # fmt: skip


@pytest.mark.parametrize("name", CODES_BY_NAME)
def test_every_exception_of_the_table_is_on_the_page(name: str) -> None:
    section = TEXT.split("## Exceptions\n")[1]
    assert f"| `{name.rpartition('.')[2]}` | `{CODES_BY_NAME[name]}` |" in section


def test_one_class_name_of_a_library_has_one_code() -> None:
    codes: dict[tuple[str, str], set[str]] = {}
    for name, code in CODES_BY_NAME.items():
        codes.setdefault((name.partition(".")[0], name.rpartition(".")[2]), set()).add(code)
    assert {key: found for key, found in codes.items() if len(found) > 1} == {}
