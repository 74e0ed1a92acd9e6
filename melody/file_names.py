"""How the files of a project are called; nothing is imported to know it."""

from __future__ import annotations

MELODIES = (".melody.yaml", ".melody.yml", ".melody.json")
TESTS = (".melody.test.yaml", ".melody.test.yml", ".melody.test.json")


def is_melody(name: str) -> bool:
    """Whether a file of this name is a Melody."""
    return name.endswith(MELODIES)


def is_test_file(name: str) -> bool:
    """Whether a file of this name holds tests of a Melody."""
    return name.endswith(TESTS)
