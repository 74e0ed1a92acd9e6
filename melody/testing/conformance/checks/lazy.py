"""``lazy``: name and table can be read without the framework being imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from adapters.base import OrchestrationAdapter
from melody.testing.conformance.finding import Check, Finding

_PROGRAM = """
import importlib, json, sys
module, name = json.loads(sys.argv[1])
made = importlib.import_module(module)
for part in name.split("."):
    made = getattr(made, part)
adapter = made() if isinstance(made, type) else made
adapter.get_framework_name(), adapter.capabilities()
print(json.dumps(sorted(sys.modules)))
"""


def lazy_findings(adapter: OrchestrationAdapter, packages: Sequence[str]) -> Iterator[Finding]:
    """Look at the adapter in a fresh interpreter.

    Args:
        adapter: An object that stands in the module of its class, or whose class can be called
            without arguments.
        packages: Import names of the framework, dotted or not.
    """
    place = _place(adapter)
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(place)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        check=False,
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        last = run.stderr.strip().splitlines()[-1:] or ["no message"]
        yield Finding(Check.LAZY, f"{'.'.join(place)} cannot be made on its own: {last[0]}")
        return
    imported = json.loads(run.stdout.splitlines()[-1])
    for package in packages:
        if any(name == package or name.startswith(f"{package}.") for name in imported):
            yield Finding(Check.LAZY, f"reading the table imports `{package}`")


def _place(adapter: OrchestrationAdapter) -> tuple[str, str]:
    """Module and name of the adapter itself, else of its class."""
    kind = type(adapter)
    for name, value in vars(sys.modules[kind.__module__]).items():
        if value is adapter:
            return kind.__module__, name
    return kind.__module__, kind.__qualname__
