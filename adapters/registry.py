"""Backends by name: entry points of group ``melody.adapters``, loaded when asked for."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from adapters.base import OrchestrationAdapter
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.nearest import nearest

GROUP = "melody.adapters"

_BUILT_IN = {
    "native": "adapters.native:ADAPTER",
    "langgraph": "adapters.langgraph:ADAPTER",
    "crewai": "adapters.crewai:ADAPTER",
}
"""Found without an installed distribution too; the order is that of tables and columns."""


def names() -> tuple[str, ...]:
    """Every backend that can be named: the built-in ones first, then others by name."""
    others = sorted(point.name for point in entry_points(group=GROUP))
    return (*_BUILT_IN, *(name for name in others if name not in _BUILT_IN))


def load(name: str) -> OrchestrationAdapter:
    """The adapter of that name.

    Raises:
        DiagnosticsError: MEL301: no backend has this name.
    """
    target = _BUILT_IN.get(name)
    if target is not None:
        point = EntryPoint(name=name, value=target, group=GROUP)
    else:
        found = tuple(entry_points(group=GROUP, name=name))
        if not found:
            guess = nearest(name, names())
            hint = f"did you mean {guess!r}? " if guess else ""
            raise DiagnosticsError(
                [
                    diagnose(
                        "MEL301",
                        f"there is no backend {name!r}",
                        None,
                        help=f"{hint}known: {', '.join(names())}",
                    )
                ]
            )
        point = found[0]
    adapter: OrchestrationAdapter = point.load()
    return adapter
