"""The state of a graph: one channel a step, and what LangGraph hands to every node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from workflow_ir.plan import Region

INPUTS = "inputs"
OUTPUTS = "outputs"
INVOCATION = "invocation"
"""Which use of the graph wrote the state: ``{"id", "run"}``; written by ``__inputs__``."""

_OWN = {INPUTS, OUTPUTS, INVOCATION}

Envelope = dict[str, Any]
"""A ``StepRecord`` as plain JSON; of a graph on its own with ``invocation``, the id of the use that
wrote it, and ``spent``, what the node has spent."""


@dataclass(frozen=True, slots=True)
class GraphContext:
    """LangGraph's runtime context. Nothing in it is ever written to a checkpoint.

    The fields are ``Any`` because LangGraph makes a JSON Schema of this class for Studio.
    """

    run: Any = None
    """The ``Run`` that hosts this graph; None where the graph is used on its own."""
    region: str = ""
    """Run path of the region this graph performs."""
    handover: Any = None
    """The ``Handover`` of this walk through the graph, where ``run`` is given."""
    context: Any = None
    """A ``RunContext`` for use on its own; None: what ``compile`` was given."""


def channel(address: str) -> str:
    """The channel of a step: its address, unless that is one of our own names.

    >>> channel("route.fast.x"), channel("inputs")
    ('route.fast.x', 'inputs~step')
    """
    return f"{address}~step" if address in _OWN else address


def input_schema() -> type:
    """What a caller may write."""
    return _typed_dict("Inputs", {INPUTS: dict[str, Any]})


def state_schema(region: Region) -> type:
    """Every channel of a region."""
    steps = {channel(node.step.address): Envelope for node in region.nodes.values()}
    own = dict.fromkeys((INPUTS, OUTPUTS, INVOCATION), dict[str, Any])
    return _typed_dict("State", {**own, **steps})


def _typed_dict(name: str, fields: dict[str, Any]) -> type:
    make: Any = TypedDict  # mypy admits literal fields only; these come from the plan
    made: type = make(name, fields, total=False)
    return made
