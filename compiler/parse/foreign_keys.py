"""Keys as other tools call them, and as they are called here."""

from __future__ import annotations

from collections.abc import Collection, Mapping

CALLED_HERE: Mapping[str, tuple[str, ...]] = {
    "after": ("needs",),
    "args": ("with",),
    "arguments": ("with",),
    "capability": ("provides",),
    "cmd": ("run", "command"),
    "code": ("error",),
    "condition": ("when", "until"),
    "default": ("else",),
    "depends_on": ("needs",),
    "dependencies": ("needs",),
    "environment": ("env",),
    "for": ("for_each",),
    "foreach": ("for_each",),
    "id": ("name",),
    "if": ("when",),
    "input": ("with", "inputs"),
    "inputs": ("with",),
    "jobs": ("steps",),
    "limit": ("max",),
    "loop": ("repeat",),
    "max_iterations": ("max",),
    "max_parallel": ("concurrency",),
    "needed": ("needs",),
    "otherwise": ("else",),
    "parallelism": ("concurrency",),
    "params": ("with", "inputs"),
    "parameters": ("with", "inputs"),
    "return": ("result",),
    "script": ("run",),
    "shell": ("run",),
    "sleep": ("wait",),
    "stages": ("steps",),
    "switch": ("branch",),
    "tasks": ("steps",),
    "times": ("max",),
    "uses": ("call",),
    "variables": ("inputs",),
    "vars": ("inputs",),
}
"""The names of GitHub Actions, Argo, Ansible, Prefect and of programming languages."""


def called_here(key: str, keys: Collection[str]) -> str | None:
    """The key of this place that a key of another tool stands for, or None.

    >>> called_here("if", ["set", "when"]), called_here("if", ["steps"])
    ('when', None)
    """
    return next((name for name in CALLED_HERE.get(key.casefold(), ()) if name in keys), None)
