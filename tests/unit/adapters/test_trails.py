from __future__ import annotations

from adapters.trails import below, trails
from tests.unit.adapters.nests import ALL, nest
from workflow_ir.plan import plan


def test_a_sub_melody_called_twice_has_two_trails() -> None:
    found = [here for here, _ in trails(plan(nest(ALL)))]
    assert len(found) == len(set(found)) == 10
    assert {"part~inside/more~inside", "each/each~inside/more~inside"} <= set(found)


def test_the_regions_below_a_node_are_told_by_the_name_of_their_place() -> None:
    region = plan(nest(ALL))
    told = {
        address: {name: inner.address for name, inner in below(region, node).items()}
        for address, node in region.nodes.items()
    }
    assert told == {
        "first": {},
        "group": {"": "group~inside"},
        "sides": {"left": "sides.left", "right": "sides.right"},
        "loop": {"": "loop~inside"},
        "part": {"": "part~inside"},
        "each": {"": "each"},
    }
