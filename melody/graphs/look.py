"""How a box is drawn: each kind of node, and verbs that are no work, have a form of their own."""

from __future__ import annotations

from enum import StrEnum

from workflow_ir.plan import Node, NodeKind
from workflow_ir.steps import Approval, Fail, Wait, layers


class Look(StrEnum):
    """The form of a box."""

    STEP = "step"
    MAP = "map"
    """There are several of it."""
    NEST = "nest"
    """Steps stand inside it."""
    SIDE = "side"
    """One of several insides of a box."""
    DECIDE = "decide"
    ARM = "arm"
    JOIN = "join"
    """A bar without words."""
    ASK = "ask"
    """A person is asked."""
    WAIT = "wait"
    FAIL = "fail"
    """It ends its scope."""


_OF_VERBS = {Approval: Look.ASK, Wait: Look.WAIT, Fail: Look.FAIL}


def look_of(node: Node) -> Look:
    """The form of a node's box. What is done several times is drawn as a map, whatever it is."""
    if node.kind is not NodeKind.STEP:
        return Look(node.kind.value)
    return _OF_VERBS.get(type(layers(node.step).verb), Look.STEP)
