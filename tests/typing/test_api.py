from __future__ import annotations

import sys
from pathlib import Path

from mypy import api

from tests.architecture.repository import ROOT
from tests.typing.api import build

FILE = ROOT / "tests" / "typing" / "api.py"


def test_a_users_file_is_accepted_by_a_strict_type_checker(tmp_path: Path) -> None:
    out, err, status = api.run(
        ["--config-file", str(ROOT / "pyproject.toml"), "--python-executable", sys.executable,
         "--cache-dir", str(tmp_path), str(FILE)]
    )  # fmt: skip
    assert (status, err) == (0, ""), out


def test_it_builds_what_it_says() -> None:
    assert set(build().document()["steps"]) >= {"coder", "junior", "route", "repeat", "git"}  # type: ignore[arg-type]
