from __future__ import annotations

import platform
from importlib.metadata import version

import melody as facade
from tests.unit.melody.stage import melody


def test_the_versions_of_everything_that_matters_are_shown() -> None:
    lines = melody("version").stdout.splitlines()
    assert lines[0] == f"melody {facade.__version__}"
    assert lines[1] == f"python {platform.python_version()}"
    assert f"langgraph {version('langgraph')}" in lines


def test_the_short_form_is_one_line() -> None:
    assert melody("--version").stdout == f"melody {facade.__version__}\n"
