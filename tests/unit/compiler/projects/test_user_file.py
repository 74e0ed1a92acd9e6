from __future__ import annotations

from pathlib import Path

import pytest

from compiler.projects.user_file import user_file


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, "/x/melody/melody.user.yaml"),
        ({"HOME": "/h"}, "/h/.config/melody/melody.user.yaml"),
        ({"XDG_CONFIG_HOME": "", "HOME": "/h"}, "/h/.config/melody/melody.user.yaml"),
        ({"XDG_CONFIG_HOME": "x", "HOME": "/h"}, "/h/.config/melody/melody.user.yaml"),
    ],
)
def test_it_lies_where_settings_of_a_user_lie(environment: dict[str, str], path: str) -> None:
    assert user_file(environment) == Path(path)


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "h"}])
def test_without_a_home_there_is_none(environment: dict[str, str]) -> None:
    assert user_file(environment) is None
