from __future__ import annotations

import pytest

from tests.architecture.repository import ROOT, own_python_files

MOST_LINES = 600
MOST_LINES_OF_AN_INIT = 60
# Names that say nothing of what a file holds; what is put there belongs to whoever needs it.
EMPTY_NAMES = {"common", "core", "helper", "helpers", "impl", "manager", "misc", "util", "utils"}


def _lines(path: str) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def _is_generated(path: str) -> bool:
    """Sources that a sample expects the compiler to write."""
    return path.startswith("samples/") and "/expected/" in path


PYTHON_FILES = [str(path) for path in own_python_files() if not _is_generated(str(path))]


def test_no_python_file_is_over_the_size_budget() -> None:
    too_long = {path: _lines(path) for path in PYTHON_FILES if _lines(path) > MOST_LINES}
    assert too_long == {}


def test_an_init_re_exports_and_does_nothing_else() -> None:
    inits = [path for path in PYTHON_FILES if path.endswith("__init__.py")]
    too_long = {path: _lines(path) for path in inits if _lines(path) > MOST_LINES_OF_AN_INIT}
    assert too_long == {}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    named = {
        str(path)
        for path in own_python_files()
        if {part.strip("_") for part in path.with_suffix("").parts} & EMPTY_NAMES
    }
    assert named == set()


@pytest.mark.parametrize(
    "folder", sorted({str(path.parent) for path in own_python_files() if path.parts[0] == "tests"})
)
def test_every_folder_of_tests_is_a_package(folder: str) -> None:
    # Without it, `tests/unit/adapters` would be imported as `adapters` itself.
    assert (ROOT / folder / "__init__.py").is_file()
