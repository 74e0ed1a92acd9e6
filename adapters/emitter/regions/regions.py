"""What generated code calls the steps of a Melody, and what is performed inside what.

A module is the Melody itself or a sub-melody; each has a Python file of steps. A region is what a
framework draws as one graph: the whole of a module, or what one of its steps performs inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.naming.names import Names
from adapters.emitter.regions.step_names import StepNames, reserved, step_names
from workflow_ir import plan
from workflow_ir.ids import StepAddress, StepId, within
from workflow_ir.steps import (
    Branch,
    Call,
    Scope,
    Step,
    Verb,
    every_step,
    holds_scopes,
    layers,
    scopes_of,
)
from workflow_ir.workflow import WorkflowIR

WHOLE: Final = Code("MELODY")
"""The region of a whole module."""

FILES: Final = frozenset({
    "agents", "answers", "apart", "calls", "cast", "commands", "crew", "flow", "flow_steps",
    "frameworks", "functions", "graph", "main", "mcp_tools", "models", "players", "policy",
    "project", "running", "schemas", "settings", "state", "steps", "tasks", "types", "web",
    "workflow",
})  # fmt: skip
"""Modules that a package may have."""


@dataclass(frozen=True, slots=True)
class GeneratedRegion:
    """One region as generated code names it."""

    name: Code
    """The constant in the module's file of steps: ``POLISH_STEPS``."""
    address: str
    """What is performed: empty for the whole module, ``polish``, ``both.left``."""
    region: plan.Region
    """Its nodes and edges."""
    steps: Mapping[StepAddress, Code]
    """By address, in file order: the objects in the module's file that its nodes stand for."""
    members: tuple[Code, ...]
    """Those that stand in no arm, in file order: what the constant lists."""


class GeneratedModule:
    """A Melody or sub-melody, with a file of steps of its own.

    Args:
        key: Of ``WorkflowIR.modules``; empty for the Melody itself.
        ir: What it is.
        stem: The name of its file, without suffix.
        cast: The constant with its players.
        modules: Sub-melodies by hash.
        files: Stems of all files of steps.
    """

    def __init__(
        self,
        key: str,
        ir: WorkflowIR,
        stem: Code,
        cast: Code,
        modules: Mapping[str, WorkflowIR],
        files: Iterable[Code] = (),
    ) -> None:
        self.key = key
        self.ir = ir
        self.stem = stem
        self.cast = cast
        steps = tuple(every_step(ir.root))
        self.names = Names((*reserved(ir, steps), *files))
        self._modules = modules
        self._undoing: dict[str, Step] = {}
        self._by_address = {str(step.address): step for step in steps}
        often = Counter(step.id for step in steps)
        self._steps: dict[str, StepNames] = {}
        wishes = {
            step.address: str(step.id) if often[step.id] == 1 else _flat(step.address)
            for step in steps
        }
        for step in steps:  # first come the steps themselves: they have the shortest names
            self.names.of(("step", step.address), wishes[step.address])
        for step in steps:
            wish = wishes[step.address]
            self._steps[step.address] = step_names(self.names, step, wish)
            undo = _undoing(step)
            if undo is not None:
                self._undoing[step.address] = undo
                self._steps[undo.address] = step_names(self.names, undo, f"{wish}_undo")

    def of(self, step: Step) -> StepNames:
        """What is called how of a step."""
        return self._steps[step.address]

    @cached_property
    def waits(self) -> Mapping[Code, tuple[Code, ...]]:
        """What each step waits for, of what stands in the same region; in file order."""
        found: dict[Code, tuple[Code, ...]] = {}
        for region in self.regions:
            for address, name in region.steps.items():
                depends = self.at(address).depends
                known = [region.steps[one.on] for one in depends if one.on in region.steps]
                if known:
                    found[name] = tuple(known)
        return found

    @cached_property
    def called(self) -> tuple[Code, ...]:
        """What functions call of their own file: sides, and what is performed for an item."""
        found = self._steps.values()
        return tuple(name for names in found for name in (names.item, *names.sides.values()))

    def undoing(self, step: Step) -> Step | None:
        """The step that undoes this one; None: nothing does."""
        return self._undoing.get(step.address)

    def every_step(self) -> Iterator[Step]:
        """All steps in file order, each behind the one that undoes it."""
        for step in every_step(self.ir.root):
            undo = self.undoing(step)
            if undo is not None:
                yield undo
            yield step

    def at(self, address: str) -> Step:
        """The step of that address."""
        return self._by_address[address]

    def waited_for(self, steps: Iterable[Step]) -> frozenset[StepAddress]:
        """The addresses of all steps that have settled before any of these has."""
        found: set[StepAddress] = set()
        ahead = [one.on for step in steps for one in step.depends]
        while ahead:
            address = ahead.pop()
            if address not in found:
                found.add(address)
                ahead += [one.on for one in self._by_address[address].depends]
        return frozenset(found)

    def policy(self, step: Step, *, shared: bool = False) -> Code:
        """What a policy is called that this step is the first, or the only one, to have."""
        wish = "shared_policy" if shared else f"{self.of(step).step}_policy"
        name = self.names.of(("policy", step.address), wish)
        return Code(name.upper())

    @cached_property
    def regions(self) -> tuple[GeneratedRegion, ...]:
        """The whole of it first, then the insides in file order."""
        whole = plan.plan_of(self.ir.root, self._modules)
        return (
            GeneratedRegion(
                WHOLE, "", whole, dict(self._flat_steps(self.ir.root)), self._members(self.ir.root)
            ),
            *self._inside(self.ir.root, whole),
        )

    def _members(self, scope: Scope) -> tuple[Code, ...]:
        return tuple(self.of(step).step for step in scope.steps)

    def _flat_steps(self, scope: Scope) -> Iterator[tuple[StepAddress, Code]]:
        """The steps whose nodes stand in one region: arms of a flat branch stand beside it."""
        for step in scope.steps:
            yield step.address, self.of(step).step
            if plan.is_flat_branch(step):
                for _, arm in scopes_of(layers(step).verb):
                    yield from self._flat_steps(arm)

    def _inside(self, scope: Scope, region: plan.Region) -> Iterator[GeneratedRegion]:
        for step in scope.steps:
            *_, each, _, verb = layers(step)
            if plan.is_flat_branch(step):
                for _, arm in scopes_of(verb):
                    yield from self._inside(arm, region)
            elif holds_scopes(verb) and not isinstance(verb, Call):
                around = region if each is None else region.children[step.address]
                yield from self._of_step(step, verb, around)

    def _of_step(self, step: Step, verb: Verb, around: plan.Region) -> Iterator[GeneratedRegion]:
        """The regions inside a step whose node stands in ``around``."""
        names = self.of(step)
        if isinstance(verb, Branch):
            mapped = layers(step).each is not None
            region = around if mapped else around.children[plan.inside_address(step)]
            steps = {step.address: names.branch}
            for _, arm in scopes_of(verb):
                steps.update(self._flat_steps(arm))
            yield GeneratedRegion(names.inside, step.address, region, steps, (names.branch,))
            for _, arm in scopes_of(verb):
                yield from self._inside(arm, region)
            return
        for side, scope in scopes_of(verb):
            region = around.children[plan.inside_address(step, side)]
            address = within(step.address, side) if side else step.address
            name = names.insides[side] if side else names.inside
            steps = dict(self._flat_steps(scope))
            yield GeneratedRegion(name, address, region, steps, self._members(scope))
            yield from self._inside(scope, region)


def modules_of(ir: WorkflowIR) -> tuple[GeneratedModule, ...]:
    """The Melody itself first, then its sub-melodies; equal ones are one module."""
    names = Names(sorted(FILES))
    stems = {key: names.of(key, f"{module.name}_steps") for key, module in ir.modules.items()}
    casts = {
        key: Code(names.of(("cast", key), f"{module.name}_cast").upper())
        for key, module in ir.modules.items()
    }
    return (
        GeneratedModule("", ir, Code("steps"), Code("CAST"), ir.modules, stems.values()),
        *(
            GeneratedModule(key, module, stems[key], casts[key], ir.modules, stems.values())
            for key, module in ir.modules.items()
        ),
    )


def _undoing(step: Step) -> Step | None:
    guard = layers(step).guard
    if guard is None or guard.compensate is None:
        return None
    return Step(
        id=StepId("compensate"),
        address=StepAddress(f"{step.address}~compensate"),
        body=guard.compensate.body,
    )


def _flat(address: str) -> str:
    return address.replace(".", "_")
