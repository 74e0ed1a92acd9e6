"""What is emitted, as digests: to be compared between hash seeds, machines and Pythons.

``python -m tests.ejected.emitting native`` prints one JSON object, file by file. It needs what the
product itself needs and neither framework, so any Python from 3.11 on can run it:

    for python in 3.11 3.12 3.13; do
        python$python -m tests.ejected.emitting native langgraph crewai > $python.json
    done
"""

from __future__ import annotations

import hashlib
import json
import sys

from tests.ejected.ejected import covered, project_of


def digests(target: str) -> dict[str, str]:
    """By Melody, target and path: SHA-256 of the text."""
    return {
        f"{melody} {target} {file.path}": hashlib.sha256(file.data).hexdigest()
        for melody, _ in covered(target)
        for file in project_of(melody, target).files
    }


if __name__ == "__main__":
    found: dict[str, str] = {}
    for name in sys.argv[1:]:
        found |= digests(name)
    sys.stdout.write(json.dumps(found, indent=1, sort_keys=True) + "\n")
