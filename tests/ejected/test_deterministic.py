"""The same text for every seed of Python's hashes; for other Pythons see ``emitting``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from tests.architecture.repository import ROOT
from tests.ejected.ejected import TARGETS
from tests.ejected.emitting import digests

_LONGEST_S = 300


@cache
def emitted_with(seed: str, target: str) -> Any:
    """What a fresh process emits."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ejected.emitting", target],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=False,
        text=True,
        timeout=_LONGEST_S,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_text_is_the_same_for_every_hash_seed(seed: str, target: str) -> None:
    here, there = digests(target), emitted_with(seed, target)
    assert here
    assert {key for key in {*here, *there} if here.get(key) != there.get(key)} == set()
