"""What the functions of one file share while they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.emitter.code import Code
from adapters.emitter.expressions.written import Source, condition_source, value_source
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.regions.regions import GeneratedModule
from adapters.emitter.regions.step_names import StepNames
from adapters.emitter.running.modules import home_of
from adapters.emitter.running.shape import Shape
from adapters.emitter.schemas import Schemas
from adapters.emitter.steps.policies import Policies
from workflow_ir.expressions import ExpressionError
from workflow_ir.players import Schema
from workflow_ir.steps import Step
from workflow_ir.values import ExprValue, Value

PACKAGE = ""
"""The package itself: what is imported from it are modules."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One file of steps in the making."""

    module: GeneratedModule
    modules: Mapping[str, GeneratedModule]
    """All of the project, by key."""
    uses: Strategies
    schemas: Schemas
    policies: Policies
    has: Shape
    """What ``running`` knows."""
    imports: dict[str, set[str]] = field(default_factory=dict)
    """By module of the package: what is imported from it."""

    def names(self, step: Step) -> StepNames:
        """What is called how of a step."""
        return self.module.of(step)

    def source(self, value: Value, names: Mapping[str, Code]) -> Code:
        """A value as an expression of Python."""
        return self._kept(value_source(value, names))

    def condition(self, condition: ExprValue, names: Mapping[str, Code]) -> Code:
        """A condition, to stand behind ``if``."""
        return self._kept(condition_source(condition, names))

    def opposite(self, condition: ExprValue, names: Mapping[str, Code]) -> Code:
        """What holds if a condition does not."""
        negated = condition.model_copy(update={"source": f"not ({condition.source})"})
        try:
            return self.condition(negated, names)
        except ExpressionError:  # with the brackets it is longer than the language allows
            return Code(f"not ({self.condition(condition, names)})")

    def schema(self, schema: Schema, hint: str) -> Code:
        """A constant of ``schemas.py``."""
        self.imported(PACKAGE, "schemas")
        return self.schemas.named(schema, hint)

    def form(self, schema: Schema, hint: str) -> Code:
        """A constant of ``schemas.py`` that fills in what somebody leaves out."""
        self.imported(PACKAGE, "schemas")
        return self.schemas.form(schema, hint)

    def json_schema(self, schema: Schema, hint: str) -> Code:
        """Likewise, as data."""
        self.imported(PACKAGE, "schemas")
        return self.schemas.json(schema, hint)

    def imported(self, module: str, name: str) -> Code:
        """A name of another module of the package."""
        self.imports.setdefault(module, set()).add(name)
        return Code(name)

    def run(self, name: str) -> Code:
        """A name of one of the modules of ``running``."""
        return self.imported(home_of(name), name)

    def policy(self, name: str) -> Code:
        """A name of ``policy``."""
        return self.imported("policy", name)

    def _kept(self, source: Source) -> Code:
        for name in source.functions:
            self.imported("functions", name)
        return source.code
