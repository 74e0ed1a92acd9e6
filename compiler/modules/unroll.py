"""Lower every Melody of a library to modules; recursion becomes copies (spec 2, ``max_depth``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.lower.inherited import NOTHING_INHERITED, Inherited
from compiler.lower.melody import lower_inputs
from compiler.modules.calls import Site
from compiler.modules.library import File, Library
from compiler.modules.order import circles
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.span import Span
from workflow_ir.steps import Fail, Scope, Step, every_step, layers, scopes_of
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import IR_SCHEMA, WorkflowIR

MAX_MODULES = 1000
MAX_STEPS = 100_000
"""Steps of the sub-melodies, counted once for each call on the way to them."""
MAX_COPIED = 20_000
"""Steps of all copies, each copy counted once: so much is lowered."""
MAX_LEVELS = 40
"""Scopes inside one another, those of sub-melodies inside the step that calls. Every backend can
carry that: CrewAI keeps two events open for each level, and no more than 100."""
TOO_DEEP = "config.invalid"
"""The error of a call beyond its ``max_depth``."""

Lower = Callable[[File, Mapping[str, str], Inherited], WorkflowIR]
"""Lowers one file, given the modules of its calls by address and the bounds it inherits."""

Depths = tuple[tuple[int, int], ...]
"""By the number of a call that lies in a circle: how many of it are open."""


@dataclass(frozen=True, slots=True)
class _Module:
    """One copy of a Melody."""

    hash: str
    steps: int
    levels: int


class _TooMany(Exception):
    """Carries the finding out of the recursion."""

    def __init__(self, fact: str, place: Span) -> None:
        super().__init__(fact)
        self.problem = diagnose(
            "MEL233", fact, place, help="call less often, or write a smaller `max_depth`"
        )


def unroll(library: Library, lower: Lower) -> WorkflowIR | Diagnostic:
    """The IR of the top Melody with all its modules, or MEL233."""
    copies = _Copies(library, lower)
    try:
        return copies.top()
    except _TooMany as found:
        return found.problem


class _Copies:
    """Copies are shared: one for each file, inherited bounds and depths of recursion."""

    def __init__(self, library: Library, lower: Lower) -> None:
        self.library = library
        self.lower = lower
        self.circle = circles(library.files)
        self.modules: dict[str, WorkflowIR] = {}
        self.made: dict[tuple[File, Inherited, Depths], _Module] = {}
        counted = [site for file in library.files for site in file.targets]
        self.lowered = 0
        """Steps of all copies so far."""
        self.number = {site: index for index, site in enumerate(counted)}

    def top(self) -> WorkflowIR:
        ir, _, _ = self._lowered(self.library.top, NOTHING_INHERITED, (), 0)
        return ir.model_copy(update={"modules": dict(sorted(self.modules.items()))})

    def _lowered(
        self, file: File, bounds: Inherited, depths: Depths, level: int
    ) -> tuple[WorkflowIR, int, int]:
        """The IR of one copy, and the steps and levels of what it calls."""
        called: dict[str, str] = {}
        steps = levels = 0
        for site, target in file.targets.items():
            if level + site.levels > MAX_LEVELS:
                raise _TooMany(f"scopes are nested more than {MAX_LEVELS} deep", site.file.span)
            module = self._called(file, site, target, bounds, depths, level + site.levels)
            called[site.address] = module.hash
            steps += module.steps
            levels = max(levels, site.levels + module.levels)
            if steps > MAX_STEPS:
                raise _TooMany(
                    f"the sub-melodies come to more than {MAX_STEPS} steps", site.file.span
                )
            if level + levels > MAX_LEVELS:
                raise _TooMany(f"scopes are nested more than {MAX_LEVELS} deep", site.file.span)
        return self.lower(file, called, bounds), steps, levels

    def _called(
        self, caller: File, site: Site, target: File, bounds: Inherited, depths: Depths, level: int
    ) -> _Module:
        assert caller.symbols is not None
        inner = bounds.within(caller.symbols.melody.policy)
        below = self._below(caller, site, target, depths)
        if below is None:
            return self._keep(_too_deep(target, site), 1, 1)
        key = (target, inner, below)
        if key not in self.made:
            if len(self.modules) >= MAX_MODULES:
                raise _TooMany(f"calls come to more than {MAX_MODULES} modules", site.file.span)
            ir, steps, levels = self._lowered(target, inner, below, level)
            own = list(every_step(ir.root))
            self.lowered += len(own)
            if self.lowered > MAX_COPIED:
                raise _TooMany(
                    f"the copies of sub-melodies have more than {MAX_COPIED} steps", site.file.span
                )
            self.made[key] = self._keep(ir, steps + len(own), max(levels, _levels(ir.root)))
        return self.made[key]

    def _below(self, caller: File, site: Site, target: File, depths: Depths) -> Depths | None:
        """The depths inside the call; None beyond ``max_depth``. Outside its circle none counts."""
        if self.circle[caller] != self.circle[target]:
            return ()
        if site.max_depth is None:
            return depths
        open_ = dict(depths)
        number = self.number[site]
        open_[number] = open_.get(number, 0) + 1
        return None if open_[number] > site.max_depth else tuple(sorted(open_.items()))

    def _keep(self, ir: WorkflowIR, steps: int, levels: int) -> _Module:
        self.modules[ir.hash] = ir
        return _Module(ir.hash, steps, levels)


def _levels(scope: Scope) -> int:
    """The scope and the deepest way down inside it."""
    inner = (_levels(one) for step in scope.steps for _, one in scopes_of(layers(step).verb))
    return 1 + max(inner, default=0)


def _too_deep(target: File, site: Site) -> WorkflowIR:
    """What is called beyond ``max_depth``: a module that fails, so that the call fails."""
    symbols = target.symbols
    assert symbols is not None
    text = f"`call: {site.file.value}` is nested deeper than its `max_depth` of {site.max_depth}"
    fail = Fail(kind="fail", error=TOO_DEEP, message=LiteralValue(kind="literal", value=text))
    step = Step(id=StepId("max_depth"), address=StepAddress("max_depth"), body=fail)
    return WorkflowIR(
        kind=IR_SCHEMA,
        name=symbols.melody.name.value,
        file=target.source.file,
        inputs=lower_inputs(symbols.melody),
        root=Scope(steps=(step,)),
    )
