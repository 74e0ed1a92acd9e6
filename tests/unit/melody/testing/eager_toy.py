"""A toy whose module imports its framework at once."""

from __future__ import annotations

import sqlite3

from tests.unit.melody.testing.toy import ToyAdapter

FRAMEWORK = sqlite3.__name__


class EagerToy(ToyAdapter):
    """Right in everything else."""
