from __future__ import annotations

from tests.unit.compiler.compiling_aid import ir_of
from workflow_ir.plan import OTHERWISE, NodeKind, Region, join_address, plan


def region(steps: str) -> Region:
    return plan(ir_of(f"inputs: {{b: boolean, xs: 'list[integer]'}}\nsteps:\n{steps}{USED}"))


USED = "  zz: {set: '${{ inputs }}'}\n"
"""Uses the inputs; no other step waits for it."""


def edges(steps: str) -> set[str]:
    """As ``source -> target [label] (group)``."""
    found = set()
    for edge in region(steps).edges:
        label = f" [{edge.label}]" if edge.label else ""
        group = f" ({edge.group})" if edge.group else ""
        found.add(f"{edge.source} -> {edge.target}{label}{group}")
    return found


A = "  a: {set: 1}\n"


def test_a_sequence() -> None:
    steps = A + "  b: {set: 1, needs: [a]}\n  c: {set: '${{ steps.b.output }}'}\n"
    assert edges(steps) == {"a -> b", "b -> c"}
    assert region(steps).starts() == ("a", "zz")


def test_a_diamond() -> None:
    assert edges(
        A + "  b: {set: 1, needs: [a]}\n  c: {set: 1, needs: [a]}\n  d: {set: 1, needs: [b, c]}\n"
    ) == {"a -> b", "a -> c", "b -> d", "c -> d"}


def test_steps_that_read_nothing_stand_alone_and_the_order_of_the_file_is_no_edge() -> None:
    steps = "  c: {set: 1, needs: [b]}\n  b: {set: 1}\n" + A
    assert edges(steps) == {"b -> c"}
    assert list(region(steps).nodes) == ["c", "b", "a", "zz"]
    assert region(steps).starts() == ("b", "a", "zz")


BRANCH = """\
  r:
    branch:
      - {name: one, when: inputs.b, steps: {x: {set: 1}, y: {set: 1, needs: [x]}}}
      - {name: two, else: true, steps: {z: {set: 1}}}
"""


def test_a_branch_with_else() -> None:
    assert edges(BRANCH + "  after: {set: 1, needs: [r]}\n") == {
        "r -> r.one [one]",
        "r.one -> r.one.x",
        "r.one.x -> r.one.y",
        "r.one.y -> r~join (one)",
        "r -> r.two [two]",
        "r.two -> r.two.z",
        "r.two.z -> r~join (two)",
        f"r -> r~join [{OTHERWISE}] ({OTHERWISE})",
        "r~join -> after",
    }


def test_a_branch_has_a_decision_an_arm_node_each_and_a_join() -> None:
    nodes = region(BRANCH).nodes
    kinds = {address: node.kind for address, node in nodes.items() if address != "zz"}
    assert kinds == {
        "r": NodeKind.DECIDE,
        "r.one": NodeKind.ARM,
        "r.one.x": NodeKind.STEP,
        "r.one.y": NodeKind.STEP,
        "r.two": NodeKind.ARM,
        "r.two.z": NodeKind.STEP,
        "r~join": NodeKind.JOIN,
    }
    assert nodes["r.one"].arm is not None
    assert nodes["r~join"].step.address == "r"


def test_a_branch_without_else_goes_straight_to_its_join_where_no_arm_holds() -> None:
    assert edges("  r: {branch: [{name: one, when: inputs.b, steps: {x: {set: 1}}}]}\n") == {
        "r -> r.one [one]",
        "r.one -> r.one.x",
        "r.one.x -> r~join (one)",
        f"r -> r~join [{OTHERWISE}] ({OTHERWISE})",
    }


def test_an_empty_arm_is_settled_when_it_is_entered() -> None:
    assert edges("  r: {branch: [{name: one, else: true, result: 1}]}\n") == {
        "r -> r.one [one]",
        "r.one -> r~join (one)",
        f"r -> r~join [{OTHERWISE}] ({OTHERWISE})",
    }


def test_an_arm_is_settled_when_all_its_ends_are() -> None:
    found = edges(
        "  r: {branch: [{name: one, else: true, "
        "steps: {x: {set: 1}, y: {set: 1, needs: [x]}, z: {set: 1}}}]}\n"
    )
    assert {one for one in found if one.endswith("(one)")} == {
        "r.one.y -> r~join (one)",
        "r.one.z -> r~join (one)",
    }


def test_nested_arms_join_inside_out() -> None:
    found = edges(
        "  r: {branch: [{name: one, else: true, steps: "
        "{q: {branch: [{name: two, else: true, steps: {x: {set: 1}}}]}, "
        "y: {set: 1, needs: [q]}}}]}\n"
    )
    assert found == {
        "r -> r.one [one]",
        f"r -> r~join [{OTHERWISE}] ({OTHERWISE})",
        "r.one -> r.one.q",
        "r.one.q -> r.one.q.two [two]",
        f"r.one.q -> r.one.q~join [{OTHERWISE}] ({OTHERWISE})",
        "r.one.q.two -> r.one.q.two.x",
        "r.one.q.two.x -> r.one.q~join (two)",
        "r.one.q~join -> r.one.y",
        "r.one.y -> r~join (one)",
    }


def test_a_step_of_an_arm_waits_for_the_arm_and_for_a_step_outside() -> None:
    found = edges(
        A + "  r: {branch: [{name: one, else: true, steps: {x: {set: 1, needs: [a]}}}]}\n"
    )
    assert {"r.one -> r.one.x", "a -> r.one.x"} <= found
    assert "a -> r" not in found


def test_the_decision_waits_for_what_its_conditions_read() -> None:
    assert "a -> r" in edges(A + "  r: {branch: [{name: one, when: steps.a.output > 0}]}\n")


def test_the_join_waits_for_what_the_result_of_the_arm_taken_reads_outside() -> None:
    arms = (
        "[{name: one, when: inputs.b, result: '${{ steps.a.output }}'}, "
        "{name: two, else: true, steps: {x: {set: 1}}, result: '${{ steps.x.output }}'}]"
    )
    found = edges(A + f"  r: {{branch: {arms}}}\n")
    assert {one for one in found if "~join (" in one} == {
        "r.one -> r~join (one)",
        "a -> r~join (one)",
        "r.two.x -> r~join (two)",
    }
    assert "a -> r" not in found


def test_what_reads_a_branch_waits_for_its_join_also_from_the_result_of_another() -> None:
    found = edges(BRANCH + "  s: {branch: [{name: o, else: true, result: '${{ steps.r.ok }}'}]}\n")
    assert "r~join -> s~join (o)" in found


def test_a_branch_whose_time_may_be_over_has_a_graph_of_its_own() -> None:
    arms = "branch: [{name: x, else: true, steps: {a: {wait: 1s}}}]"
    for policy in ("timeout: 3s", "budget: {wall: 3s}"):
        guarded = region(f"  s: {{{arms}, policy: {{{policy}}}}}\n")
        assert guarded.nodes["s"].kind is NodeKind.NEST
    spending = region(f"  s: {{{arms}, policy: {{budget: {{usd: 3}}}}}}\n")
    assert spending.nodes["s"].kind is NodeKind.DECIDE


def test_a_map_is_one_node() -> None:
    steps = A + "  m: {for_each: '${{ inputs.xs }}', set: '${{ item + steps.a.output }}'}\n"
    found = region(steps + "  after: {set: 1, needs: [m]}\n")
    assert found.nodes["m"].kind is NodeKind.MAP
    assert found.children == {}
    assert edges(steps + "  after: {set: 1, needs: [m]}\n") == {"a -> m", "m -> after"}


def test_a_map_over_a_branch_has_a_region_of_its_own_for_each_item() -> None:
    steps = (
        A
        + """\
  m:
    for_each: ${{ inputs.xs }}
    branch:
      - name: one
        when: item > 1
        steps: {x: {set: "${{ steps.a.output }}"}, y: {set: 1, needs: [x]}}
      - {name: two, else: true}
  after: {set: 1, needs: [m]}
"""
    )
    assert edges(steps) == {"a -> m", "m -> after"}
    found = region(steps)
    assert sorted(found.nodes) == ["a", "after", "m", "zz"]
    inner = found.children["m"]
    assert inner.address == "m"
    assert inner.nodes["m"].kind is NodeKind.DECIDE
    assert {(edge.source, edge.target, edge.group) for edge in inner.edges} == {
        ("m", "m.one", ""),
        ("m.one", "m.one.x", ""),
        ("m.one.x", "m.one.y", ""),
        ("m.one.y", "m~join", "one"),
        ("m", "m.two", ""),
        ("m.two", "m~join", "two"),
        ("m", "m~join", OTHERWISE),
    }
    assert [one.address for one in found.all_regions()] == ["", "m"]


def test_a_map_in_an_arm_of_a_map_has_a_region_below() -> None:
    steps = """\
  m:
    for_each: [1]
    as: row
    branch:
      - name: one
        else: true
        steps: {n: {for_each: [1], branch: [{name: two, else: true, steps: {x: {set: 1}}}]}}
"""
    assert [one.address for one in region(steps).all_regions()] == ["", "m", "m.one.n"]


def test_edges_can_be_asked_from_both_ends() -> None:
    found = region(BRANCH)
    incoming = found.incoming()["r~join"]
    assert sorted(incoming) == ["one", "two", OTHERWISE]
    assert [edge.source for edge in incoming["one"]] == ["r.one.y"]
    assert [edge.label for edge in found.outgoing()["r"]] == ["one", "two", OTHERWISE]
    assert found.outgoing()["zz"] == []


def test_no_name_of_a_join_can_be_that_of_a_step() -> None:
    assert join_address("r") == "r~join"


def test_every_edge_joins_two_nodes_of_its_region_and_every_node_can_be_reached() -> None:
    for found in region(BRANCH + "  after: {set: 1, needs: [r]}\n").all_regions():
        reached = set(found.starts())
        for _ in found.nodes:
            reached |= {edge.target for edge in found.edges if edge.source in reached}
        assert reached == set(found.nodes)
        assert all({edge.source, edge.target} <= set(found.nodes) for edge in found.edges)
