"""What must not stand in any committed file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, own_files, own_python_files

# Written so that this file does not match itself.
OF_ONE_MACHINE = re.compile(
    r"""(?<![\w.~-])/(?:home|root|Users|opt|work)/[\w.]   # somebody's folder
    |   \b(?:extra-)?index[-_]url\b | /simple/?(?:["'\s]|$)   # a package index
    |   "resolved":\s*"http | \bfiles\.python""",
    re.VERBOSE,
)
MARKS = {"skip", "skipif", "xfail", "importorskip"}
# The conformance kit derives its strict xfails from the capability tables; nothing else may.
CONFORMANCE = Path("melody/testing/conformance/pytest_cases.py")


# In parts, so that this file holds none of these lines.
@pytest.mark.parametrize(
    ("joint", "parts"),
    [
        ("/", ["see ", "home", "ann"]),
        ("-", ["--index", "url"]),
        ("/", ["https:", "", "x", "simple", ""]),
    ],
)
def test_a_line_that_belongs_to_one_machine_is_recognised(joint: str, parts: list[str]) -> None:
    assert OF_ONE_MACHINE.search(joint.join(parts))


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in own_files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            lines = content.decode("utf-8", "replace").splitlines()
            found += [
                f"{path}:{n}" for n, text in enumerate(lines, 1) if OF_ONE_MACHINE.search(text)
            ]
    assert found == []


def test_the_constraints_are_exact_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [
        line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)
    ] == []
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines]
    assert len(names) == len(set(names))
    assert "melody-compiler" not in names


def _marks(source: str) -> set[str]:
    """The ways to leave a test out that a file uses."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in MARKS
        and re.fullmatch(r"pytest(\.mark)?", ast.unparse(node.value))
    }


def test_no_test_is_left_out_except_by_the_capability_tables() -> None:
    left_out = {
        str(path): marks
        for path in own_python_files()
        if path != CONFORMANCE and (marks := _marks((ROOT / path).read_text(encoding="utf-8")))
    }
    assert left_out == {}


@pytest.mark.parametrize("source", ["@pytest.mark.skip\ndef f(): ...", "pytest.importorskip('x')"])
def test_a_test_that_is_left_out_is_noticed(source: str) -> None:
    assert _marks(source)
