"""The user's own file, which holds for all projects of one person."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

USER_FILE = "melody.user.yaml"


def user_file(environment: Mapping[str, str] | None = None) -> Path | None:
    """Where the user's file is looked for, whether it is there or not.

    ``$XDG_CONFIG_HOME/melody/melody.user.yaml``, else the same below ``~/.config``. None where
    there is no home. A relative ``XDG_CONFIG_HOME`` is ignored, as its specification demands.

    Args:
        environment: Variables; those of the process if None.
    """
    variables = os.environ if environment is None else environment
    base = variables.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 - text as it is given
        home = variables.get("HOME") or variables.get("USERPROFILE") or ""
        if not os.path.isabs(home):  # noqa: PTH117 - text as it is given
            return None
        base = os.path.join(home, ".config")  # noqa: PTH118 - text as it is given
    return Path(base) / "melody" / USER_FILE
