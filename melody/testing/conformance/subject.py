"""The adapter that is looked at, with what was made of each case so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adapters import registry
from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.checks.edges import edge_findings
from melody.testing.conformance.checks.purity import purity_findings
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.own_loop import LONGEST_S
from melody.testing.conformance.performing import Performed, perform, workflow
from workflow_ir.capability import Capability, Feature
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.features import features_of
from workflow_ir.workflow import WorkflowIR

OF_START: Mapping[Start, Feature] = {"eager": Feature.START_EAGER, "graph": Feature.START_GRAPH}
"""What a start mode itself asks of a backend."""


@dataclass(slots=True)
class Subject:
    """An adapter under the kit's eyes. What is compiled once is kept, as a user would keep it."""

    adapter: OrchestrationAdapter
    longest_s: float = LONGEST_S
    """Real seconds after which a run is taken for hanging."""
    _irs: dict[str, WorkflowIR] = field(default_factory=dict, init=False)
    _compiled: dict[str, Compiled] = field(default_factory=dict, init=False)
    _built: dict[str, tuple[Finding, ...]] = field(default_factory=dict, init=False)
    _native: dict[tuple[str, Start], Performed] = field(default_factory=dict, init=False)

    @property
    def is_native(self) -> bool:
        """It is the backend that others are compared with."""
        return self.adapter.get_framework_name() == "native"

    def ir(self, case: Case) -> WorkflowIR:
        """The IR of a case; raises ``CaseMistake``."""
        if case.name not in self._irs:
            self._irs[case.name] = workflow(case)
        return self._irs[case.name]

    def compiled(self, case: Case) -> Compiled | None:
        """What the adapter makes of a case; None if it makes nothing of it, see ``built``."""
        self.built(case)
        return self._compiled.get(case.name)

    def features(self, case: Case, start: Start) -> tuple[Feature, ...]:
        """What a case asks of a backend, in the order of ``Feature``."""
        asked = {feature for feature, _ in features_of(self.ir(case))} | {OF_START[start]}
        if any(step.status == "cancelled" for step in case.expected.steps.values()):
            asked.add(Feature.CANCEL)
        return tuple(feature for feature in Feature if feature in asked)

    def declared_gaps(self, features: tuple[Feature, ...]) -> tuple[Feature, ...]:
        """Those of some features that the table says do not run. A missing row is no gap."""
        table: Mapping[Feature, Capability] = self.adapter.capabilities()
        return tuple(one for one in features if one in table and not table[one].support.runs)

    def built(self, case: Case) -> tuple[Finding, ...]:
        """What is wrong with compiling a case; looked at once."""
        if case.name not in self._built:
            self._built[case.name] = tuple(self._of_object(case))
        return self._built[case.name]

    def _of_object(self, case: Case) -> Iterator[Finding]:
        ir = self.ir(case)
        try:
            yield from purity_findings(self.adapter, workflow(case))
            self._compiled[case.name] = self.adapter.compile(ir)
            yield from edge_findings(self.adapter, self._compiled[case.name])
        except DiagnosticsError as refused:
            text = "; ".join(f"{one.code} {one.message}" for one in refused.diagnostics)
            yield Finding(Check.COMPILE, text)
        except Exception as problem:  # noqa: BLE001  whatever a faulty adapter raises
            yield Finding(Check.COMPILE, f"{type(problem).__name__}: {problem}")

    def on_native(self, case: Case, start: Start) -> Performed:
        """What the native backend makes of a case; run once."""
        if (case.name, start) not in self._native:
            native = registry.load("native")
            compiled = native.compile(self.ir(case))
            performed = perform(case, native, compiled, start, longest_s=self.longest_s)
            self._native[case.name, start] = performed
        return self._native[case.name, start]
