"""What generated code calls steps, and what is performed inside what."""

from __future__ import annotations

import pytest

from adapters.emitter.naming.reserved import KEYWORDS
from adapters.emitter.regions.regions import GeneratedModule, GeneratedRegion, modules_of
from compiler.pipeline import compile_text
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.performing import workflow
from workflow_ir.plan import Node, NodeKind, Region, plan_of
from workflow_ir.steps import Call, every_step, layers
from workflow_ir.workflow import WorkflowIR

CASES = all_cases()


def compiled(steps: str, *, more: str = "") -> WorkflowIR:
    text = f"melody: v1\nname: small\nplayers: {{hand: {{python: 'band:hand'}}}}\n{more}\nsteps:\n"
    made = compile_text(text + steps, file="small.melody.yaml")
    assert made.ir is not None, made.diagnostics
    return made.ir


def only(ir: WorkflowIR) -> GeneratedModule:
    (module,) = modules_of(ir)
    return module


def drawn(region: Region) -> list[Region]:
    """The graphs that somebody walks: one item of a map that is one node needs none."""
    alone = [node for node in region.nodes.values() if node.kind is NodeKind.NEST]
    of_an_item = len(region.nodes) == 1 and region.address == alone[0].address if alone else False
    below = [one for node in region.nodes.values() for one in _below(region, node)]
    return below if of_an_item else [region, *below]


def _below(region: Region, node: Node) -> list[Region]:
    if isinstance(layers(node.step).verb, Call):
        return []
    children = [child for child in region.children.values() if _is_of(child, node)]
    return [one for child in children for one in drawn(child)]


def _is_of(child: Region, node: Node) -> bool:
    own = node.step.address
    sides = {f"{own}.{name}" for name in _sides(node)}
    return node.address == own and child.address in {own, f"{own}~inside", *sides}


def _sides(node: Node) -> list[str]:
    return [side.name for side in getattr(layers(node.step).verb, "sides", ())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_regions_are_those_of_the_plan(case: Case) -> None:
    ir = workflow(case)
    for module in modules_of(ir):
        wanted = drawn(plan_of(module.ir.root, ir.modules))
        found = [one.region for one in module.regions]
        assert sorted(one.address for one in found) == sorted(one.address for one in wanted)
        for one in module.regions:
            assert {node.step.address for node in one.region.nodes.values()} == set(one.steps)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_step_stands_in_one_region_under_a_name_of_its_own(case: Case) -> None:
    for module in modules_of(workflow(case)):
        objects = [name for region in module.regions for name in region.steps.values()]
        constants = [region.name for region in module.regions]
        assert len({name.lower() for name in (*objects, *constants)}) == len(objects + constants)
        mapped = {region.address for region in module.regions if _holds_a_branch(region)}
        steps = [step.address for step in every_step(module.ir.root)]
        assert len(objects) == len(steps) + len(mapped)


def _holds_a_branch(region: GeneratedRegion) -> bool:
    return region.address in region.steps


def test_a_step_is_called_by_its_id_where_that_says_which_one_it_is() -> None:
    module = only(compiled(
        "  g: {steps: {a: {play: hand}, b: {play: hand}}}\n"
        "  h: {steps: {a: {play: hand}}}\n"
    ))  # fmt: skip
    names = {step.address: str(module.of(step).step) for step in every_step(module.ir.root)}
    assert names == {"g": "g", "g.a": "g_a", "g.b": "b", "h": "h", "h.a": "h_a"}
    assert [str(region.name) for region in module.regions] == ["MELODY", "G_STEPS", "H_STEPS"]


@pytest.mark.parametrize("word", ["class", "list", "step", "any", "default", "schemas", "melody"])
def test_a_step_has_no_name_that_the_file_needs_for_something_else(word: str) -> None:
    module = only(compiled(f"  {word}: {{play: hand}}\n  other: {{play: hand}}\n"))
    name = module.of(module.ir.root.steps[0]).step
    assert name == f"{word}_"
    assert name not in KEYWORDS


def test_names_are_apart_where_case_does_not_count() -> None:
    module = only(
        compiled("  a_b: {play: hand}\n  a: {steps: {b: {play: hand}, a_b_: {play: hand}}}\n")
    )
    names = [str(module.of(step).step).lower() for step in every_step(module.ir.root)]
    assert len(set(names)) == len(names)


def test_a_step_waits_for_what_stands_in_the_same_region() -> None:
    module = only(compiled(
        "  base: {play: hand, output: {n: integer}}\n"
        "  way:\n"
        "    branch:\n"
        "      - {name: one, when: steps.base.output.n > 1,\n"
        "         steps: {x: {play: hand, with: {n: '${{ steps.base.output.n }}'}}}}\n"
        "  g: {steps: {y: {play: hand, with: {n: '${{ steps.base.output.n }}'}}}}\n"
    ))  # fmt: skip
    waits = {str(step): [str(one) for one in others] for step, others in module.waits.items()}
    assert waits == {"way": ["base"], "x": ["base"], "g": ["base"]}


def test_equal_sub_melodies_are_one_module() -> None:
    (case,) = (one for one in CASES if one.name == "71_call")
    top, docs = modules_of(workflow(case))
    assert (top.stem, top.cast, top.key) == ("steps", "CAST", "")
    assert (docs.stem, docs.cast) == ("docs_steps", "DOCS_CAST")


def test_sub_melodies_of_one_name_have_files_of_their_own() -> None:
    (case,) = (one for one in CASES if one.name == "72_calls_in_calls")
    modules = modules_of(workflow(case))
    assert len({module.stem for module in modules}) == len(modules)
