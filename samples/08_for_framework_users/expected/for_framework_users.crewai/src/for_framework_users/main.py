"""What `crewai run` calls: yours. It was written once, and is never written again."""

from __future__ import annotations

import json
import sys

from .__main__ import report_on
from .types import Inputs

INPUTS: Inputs = {}


def run() -> None:
    """Run it with these inputs, and print the report."""
    sys.exit(report_on(INPUTS))


def run_with_trigger() -> None:
    """Run it with the inputs that a trigger brings."""
    sys.exit(report_on(json.loads(sys.argv[1])))
