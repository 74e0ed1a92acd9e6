"""The policies of one file: each is written once, before the first step that has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from adapters.emitter.code import Code
from adapters.emitter.imports import globals_read
from adapters.emitter.policy.written import PolicyOf
from adapters.emitter.regions.regions import GeneratedModule
from adapters.emitter.steps.pieces import Constant
from workflow_ir.steps import Step, layers


class Policies:
    """Which step has which policy.

    One that several steps have stands at the head of the file, any other before its step.

    Args:
        module: Whose steps they are.
        steps: All of them, those that undo others too, in file order.
        policy_of: Writes a policy.
    """

    def __init__(self, module: GeneratedModule, steps: Iterable[Step], policy_of: PolicyOf) -> None:
        self._by_address: dict[str, Code] = {}
        first: dict[Code, Step] = {}
        often: Counter[Code] = Counter()
        for step in steps:
            guard = layers(step).guard
            value = None if guard is None else policy_of(guard, step)
            if value is not None:
                self._by_address[step.address] = value
                often[value] += 1
                first.setdefault(value, step)
        self.names_used = tuple(sorted({name for value in first for name in globals_read(value)}))
        """Of ``policy``."""
        usual, times = max(often.items(), key=lambda one: one[1], default=(Code(""), 0))
        self._usual = usual if times > 1 else None
        self._names = {
            value: USUAL if value == self._usual else module.policy(step, shared=often[value] > 1)
            for value, step in first.items()
        }
        self._shared = tuple(value for value in first if often[value] > 1)
        self._only = {
            step.address: value for value, step in first.items() if value not in self._shared
        }

    def name(self, step: Step) -> Code | None:
        """What the policy of a step is called; None: it has the usual one."""
        value = self._by_address.get(step.address)
        return None if value is None else self._names[value]

    def own(self, step: Step) -> Constant | None:
        """The policy that is written before this step."""
        value = self._only.get(step.address)
        return None if value is None else Constant(self._names[value], value)

    def shared(self) -> Iterator[Constant]:
        """The policies of several steps, the usual one first; they are written before all steps."""
        for value in sorted(self._shared, key=lambda value: value != self._usual):
            yield Constant(self._names[value], value)


USUAL = Code("USUAL_POLICY")
