from __future__ import annotations

import pytest

from tests.unit.melody.stage import melody
from workflow_ir.codes import CODES
from workflow_ir.taxonomy import TAXONOMY


@pytest.mark.parametrize("code", CODES)
def test_every_diagnostic_is_explained(code: str) -> None:
    ended = melody("explain", code)
    assert ended.code == 0
    assert CODES[code].title in ended.stdout
    assert "What to do:" in ended.stdout


@pytest.mark.parametrize("code", TAXONOMY)
def test_every_failure_is_explained(code: str) -> None:
    ended = melody("explain", code)
    assert ended.code == 0
    assert TAXONOMY[code].error_class.value in ended.stdout


@pytest.mark.parametrize("text", ["mel204", "204", " MEL204 "])
def test_a_code_may_be_written_in_any_way(text: str) -> None:
    assert melody("explain", text).stdout == melody("explain", "MEL204").stdout


@pytest.mark.parametrize(
    ("text", "meant"), [("MEL2044", "MEL204"), ("timout.attempt", "timeout.attempt")]
)
def test_an_unknown_code_gets_the_nearest_one(text: str, meant: str) -> None:
    ended = melody("explain", text)
    assert (ended.code, ended.stdout) == (2, "")
    assert meant in ended.stderr
