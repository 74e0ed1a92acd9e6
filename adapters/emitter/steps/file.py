"""A file of steps: everything that one Melody or sub-melody does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.emitter.code import Code, joined, literal, words
from adapters.emitter.environment import environment, render
from adapters.emitter.imports import as_linters_sort
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.policy.written import budget_of, policy_source
from adapters.emitter.regions.regions import WHOLE, GeneratedModule
from adapters.emitter.running.shape import Shape
from adapters.emitter.schemas import Schemas
from adapters.emitter.steps.assigning import assigning
from adapters.emitter.steps.branch import tuple_of
from adapters.emitter.steps.pieces import Constant, Piece
from adapters.emitter.steps.policies import Policies
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.step import pieces_of
from adapters.emitter.steps.writing import PACKAGE, Writing
from workflow_ir.policy import RunPolicy
from workflow_ir.values import LiteralValue, MapValue, Value

_USUAL = RunPolicy()


@dataclass(frozen=True, slots=True)
class Import:
    """``from .policy import Failure``."""

    module: Code
    names: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class StepsFile:
    """The text of a file, and what else it needs of the package."""

    text: Code
    functions: frozenset[str]
    """Of ``functions.py``."""


def steps_file(
    module: GeneratedModule,
    modules: Mapping[str, GeneratedModule],
    schemas: Schemas,
    uses: Strategies,
    has: Shape,
) -> StepsFile:
    """Write the steps of one module.

    Args:
        module: Whose steps they are.
        modules: All of the project, by key.
        schemas: Collects what outputs must be.
        uses: What ``policy`` and ``running`` know.
        has: What the latter knows besides.
    """
    policies = Policies(module, module.every_step(), policy_source(uses))
    writing = Writing(module, modules, uses, schemas, policies, has)
    for name in policies.names_used:
        writing.policy(name)
    pieces = (*policies.shared(), *pieces_of(writing, module.ir.root), *_whole(writing))
    used = {name for piece in pieces for name in piece.names}
    for name in sorted(used - {"Any"}):
        writing.policy(name) if name == "Policy" else writing.run(name)
    text = render(
        environment(),
        "steps.py.jinja",
        melody=words(module.ir.name),
        any="Any" in used,
        imports=tuple(_imports(writing)),
        constant_first=isinstance(pieces[0], Constant),
        pieces=pieces,
    )
    return StepsFile(text, frozenset(writing.imports.get("functions", ())))


def _whole(writing: Writing) -> Iterator[Piece]:
    """The outputs, and the region of all of it."""
    module, root = writing.module, writing.module.ir.root
    outputs = [_output(writing, name, value) for name, value in _outputs(root.result)]
    facts = [literal(module.ir.name), tuple_of([module.of(step).step for step in root.steps])]
    if outputs:
        facts.append(Code(f"outputs={{{joined(outputs, ', ')}}}"))
    if module.key:
        writing.imported(PACKAGE, "schemas")
        inputs = writing.schemas.called_inputs(
            module.ir.name, module.ir.inputs, f"{module.ir.name}_inputs"
        )
        facts.append(Code(f"inputs=lambda given: schemas.called_inputs(given, {inputs})"))
    if writing.uses.plays:
        facts.append(Code(f"cast={writing.imported('cast', module.cast)}"))
        places = module.ir.policy.concurrency
        if places != _USUAL.concurrency and not module.key:
            facts.append(Code(f"concurrency={literal(places)}"))
        if module.ir.process is not None:
            writing.run("Manager")
            facts.append(Code(f"manager={assigning(module.ir.process, module.ir)}"))
    if (budget := budget_of(module.ir.policy.budget, writing.uses)) is not None:
        writing.policy("Budget")
        facts.append(Code(f"budget={budget}"))
    writing.run("Region")
    yield Constant(WHOLE, Code(f"Region({joined(facts, ', ')})"))


def _output(writing: Writing, name: str, value: Value) -> Code:
    """One entry of the outputs: each is read by itself."""
    return Code(f"{literal(name)}: lambda here: {Scene(writing).directly(value)}")


def _outputs(result: Value | None) -> Iterator[tuple[str, Value]]:
    match result:
        case MapValue(entries=entries):
            yield from entries.items()
        case LiteralValue(value=dict() as constants):
            for name, value in constants.items():
                yield name, LiteralValue(kind="literal", value=value)


def _imports(writing: Writing) -> Iterator[Import]:
    """The package's own modules first, then what is taken out of others, in order of names."""
    for module in sorted(writing.imports):
        names = sorted(writing.imports[module], key=as_linters_sort)
        yield Import(Code(f".{module}"), tuple(map(Code, names)))
