"""The flows of a generated project: which method listens to what, in CrewAI's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from adapters.crewai.emitted.taken import IN_FLOW_FILE, IN_YAML, OF_FLOWS
from adapters.crewai.emitted.yaml_text import yaml_text
from adapters.emitter.code import Code, joined, literal, words
from adapters.emitter.naming.names import Names
from adapters.emitter.regions.regions import WHOLE, GeneratedModule, GeneratedRegion
from workflow_ir.plan import OTHERWISE, Edge, Node, NodeKind, Region

NO_ARM: Final = "no arm"
"""What a router sends behind a dot where no arm is taken. No arm has a blank."""

BEGIN: Final = Code("begin")
FINISH: Final = Code("finish")
NONE: Final = Code("")


@dataclass(frozen=True, slots=True)
class Event:
    """What a method listens to: the end of a method, or a label of a router."""

    name: Code
    """Of the method, or the label as a literal."""
    text: str
    """As CrewAI calls it."""

    @property
    def quoted(self) -> Code:
        """In YAML."""
        return yaml_text(self.text)


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a flow."""

    name: Code
    does: Code
    """``perform``, ``decide`` or ``join``; ``begin`` and ``finish`` of the whole; or ``relay``."""
    step: Code = NONE
    """The step it is for: ``steps.draft``."""
    waits: tuple[tuple[Event, ...], ...] = ()
    """It starts when all events of one of these have come; empty: it starts the flow."""
    emit: tuple[Event, ...] = ()
    """The labels of a router."""
    follows: Code = NONE
    """Of a relay: the router that it goes before."""

    @property
    def condition(self) -> Code:
        """What stands in ``@listen(…)``.

        An event that is alone among several ways stays wrapped in ``and_``: bare events inside an
        ``or_`` race, and CrewAI cancels the loser and swallows its error
        (https://github.com/crewAIInc/crewAI/issues/7183).
        """
        if len(self.waits) == 1:
            (events,) = self.waits
            return events[0].name if len(events) == 1 else _all_of(events)
        return Code(f"or_({joined(map(_all_of, self.waits), ', ')})")

    @property
    def uses(self) -> frozenset[str]:
        """The words of CrewAI that its decorator needs."""
        if not self.waits:
            return frozenset({"start"})
        found = {"router" if self.emit else "listen"}
        if len(self.waits) > 1:
            found |= {"and_", "or_"}
        elif len(self.waits[0]) > 1:
            found.add("and_")
        return frozenset(found)

    @property
    def declared(self) -> Code:
        """The same condition as ``crewai.flow/v1`` has it, in YAML."""
        if len(self.waits) == 1:
            (events,) = self.waits
            return events[0].quoted if len(events) == 1 else _listed(events)
        return Code(f"{{or: [{joined(map(_listed, self.waits), ', ')}]}}")


@dataclass(frozen=True, slots=True)
class FlowClass:
    """One class."""

    name: Code
    region: Code
    """What it performs: ``steps.MELODY``."""
    called: Code
    """What is performed, as it may stand in a docstring."""
    whole: bool
    """It is the Melody itself, not what is performed inside."""
    methods: tuple[Method, ...]

    @property
    def uses(self) -> frozenset[str]:
        """The words of CrewAI that it needs."""
        return frozenset(word for method in self.methods for word in method.uses)


def flows_of(modules: Sequence[GeneratedModule], *, whole: bool) -> tuple[FlowClass, ...]:
    """The flow of the Melody, then those of what is performed inside, in file order.

    Args:
        modules: The Melody itself first.
        whole: Write that of the Melody, too; a crew may stand in its place.
    """
    classes = Names([*IN_FLOW_FILE, *(module.stem for module in modules)])
    found = []
    for module in modules:
        for drawn in module.regions:
            is_whole = not module.key and drawn.name == WHOLE
            called = words(str(drawn.address or module.ir.name))
            key = (module.key, drawn.name)
            wish = f"{module.ir.name} {drawn.address}" if module.key else called
            name = classes.class_of(key, f"{wish} flow")
            region = joined((module.stem, drawn.name), ".")
            stems = [module.stem for module in modules]
            if whole or not is_whole:
                methods = _Drawing(module, drawn, stems).methods(whole=is_whole)
                found.append(FlowClass(name, region, called, is_whole, methods))
    return tuple(found)


class _Drawing:
    def __init__(
        self, module: GeneratedModule, drawn: GeneratedRegion, stems: Iterable[str]
    ) -> None:
        self._module = module
        self._drawn = drawn
        self._region: Region = drawn.region
        self._incoming = self._region.incoming()
        self._outgoing = self._region.outgoing()
        self._names = Names([*OF_FLOWS, *IN_FLOW_FILE, *IN_YAML, *stems])
        for address in self._in_order:
            node = self._region.nodes[address]
            if node.kind is not NodeKind.ARM:
                names = module.of(node.step)
                wish = names.result if node.kind is NodeKind.JOIN else names.step
                self._names.of(address, wish)

    def methods(self, *, whole: bool) -> tuple[Method, ...]:
        """All of them, each behind those that it listens to."""
        found: list[Method] = [Method(BEGIN, Code("begin"))] if whole else []
        for address in self._in_order:
            found += self._of_node(self._region.nodes[address], whole=whole)
        if whole:
            leaving = [one for one in self._region.nodes if not self._outgoing[one]]
            last = tuple(self._event(address) for address in leaving) or (_method(BEGIN),)
            found.append(Method(FINISH, Code("finish"), waits=(last,)))
        return tuple(found)

    def _of_node(self, node: Node, *, whole: bool) -> Iterator[Method]:
        if node.kind is NodeKind.ARM:
            return
        name = self._names.of(node.address, "")
        waits = self._waits(node.address) or (((_method(BEGIN),),) if whole else ())
        does = {NodeKind.DECIDE: "decide", NodeKind.JOIN: "join"}.get(node.kind, "perform")
        step = joined((self._module.stem, self._drawn.steps[node.step.address]), ".")
        if node.kind is not NodeKind.DECIDE:
            yield Method(name, Code(does), step, waits)
            return
        if not waits or self._held_up(node.address, waits, whole=whole):
            relay = self._names.of(("relay", node.address), f"before_{name}")
            yield Method(relay, Code("relay"), waits=waits, follows=name)
            waits = ((_method(relay),),)
        labels = tuple(
            _label(name, str(edge.label))
            for edge in self._outgoing[node.address]
            if edge.label is not None
        )
        yield Method(name, Code(does), step, waits, labels)

    def _held_up(self, address: str, waits: tuple[tuple[Event, ...], ...], *, whole: bool) -> bool:
        """Whether a router would hold up what starts beside it.

        CrewAI runs the routers of an event one by one, and what listens to their labels only when
        everything that listens to the event itself has come to its end, downstream included.
        """
        awaited = {event for events in waits for event in events}
        behind = self._behind(address)
        beside = [one for one in self._listening if one != address]
        if whole and _method(BEGIN) in awaited:
            return any(not self._waits(one) for one in beside)
        return any(
            awaited.intersection(events) and not any(edge.source in behind for edge in edges)
            for one in beside
            for edges, events in zip(self._incoming[one].values(), self._waits(one), strict=True)
        )

    def _behind(self, address: str) -> frozenset[str]:
        """A node and all that cannot start before it has ended."""
        found, ahead = {address}, [address]
        while ahead:
            after = {edge.target for edge in self._outgoing[ahead.pop()]} - found
            found |= after
            ahead += after
        return frozenset(found)

    @cached_property
    def _listening(self) -> tuple[str, ...]:
        nodes = self._region.nodes.items()
        return tuple(address for address, node in nodes if node.kind is not NodeKind.ARM)

    def _waits(self, address: str) -> tuple[tuple[Event, ...], ...]:
        """What all of one group is, for each group of edges."""
        return tuple(
            tuple({one.text: one for one in map(self._fired, edges)}.values())
            for edges in self._incoming[address].values()
        )

    def _fired(self, edge: Edge) -> Event:
        if edge.label is not None:
            return _label(self._names.of(edge.source, ""), edge.label)
        return self._event(edge.source)

    def _event(self, address: str) -> Event:
        """What is heard at the end of a node; of an arm, which has no method, its label."""
        node = self._region.nodes[address]
        if node.kind is NodeKind.ARM:
            assert node.arm is not None
            return _label(self._names.of(node.step.address, ""), node.arm.name)
        return _method(self._names.of(address, ""))

    @cached_property
    def _in_order(self) -> tuple[str, ...]:
        """Each node behind those that it waits for, else in file order."""
        left = {
            address: {edge.source for edges in groups.values() for edge in edges}
            for address, groups in self._region.incoming().items()
        }
        found: list[str] = []
        while left:
            ready = next(address for address, before in left.items() if before <= set(found))
            del left[ready]
            found.append(ready)
        return tuple(found)


def _method(name: Code) -> Event:
    return Event(name, str(name))


def _label(router: Code, arm: str) -> Event:
    text = f"{router}.{NO_ARM if arm == OTHERWISE else arm}"
    return Event(literal(text), text)


def _all_of(events: tuple[Event, ...]) -> Code:
    return Code(f"and_({joined((event.name for event in events), ', ')})")


def _listed(events: tuple[Event, ...]) -> Code:
    return Code(f"{{and: [{joined((event.quoted for event in events), ', ')}]}}")
