"""``parallel_execution`` of a TidyLLM file, and what its thresholds apply to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.importers.conditions import number_of
from compiler.importers.conversion import Conversion, shortened
from compiler.importers.document import Data, free_name
from compiler.importers.tidyllm_conditions import Found
from compiler.parse.quantities import parse_duration, parse_percent, parse_size
from compiler.parse.tree import KeyNode, MapNode, Node, ScalarNode, describe_node
from workflow_ir.span import Span

_CORES = re.compile(r"([0-9.]+)\s*(?:cores?)?")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(slots=True)
class Parallel:
    """What the section says."""

    concurrency: int | None = None
    limits: Data = field(default_factory=dict)
    """Of each player."""
    succeed_if: str | int | None = None
    barrier_timeout: str | None = None
    thresholds: list[tuple[str, Span]] = field(default_factory=list)
    """The keys that speak of tasks side by side."""


Convert = Callable[[Conversion, Parallel, KeyNode, ScalarNode], bool]
"""Notes what an entry says; False: its value is not known."""


def parallel_execution(conversion: Conversion, key: KeyNode | None, node: Node | None) -> Parallel:
    """The section; what is unknown in it is reported."""
    found = Parallel()
    if key is not None and node is not None:
        _section(conversion, found, key, node, SECTION)
    return found


def _section(
    conversion: Conversion, found: Parallel, at: KeyNode, node: Node, rows: Mapping[str, Row]
) -> None:
    if not isinstance(node, MapNode):
        conversion.report(
            "MEL147", f"`{at.text}` must be a map, not {describe_node(node)}", node.span
        )
        return
    for key, value in node.entries:
        row = rows.get(key.text)
        if row is None:
            conversion.unknown("MEL147", "key", key.text, rows, key.span)
        elif isinstance(row, str):
            conversion.report("MEL149", f"`{key.text}` is left out", key.span, help=row)
        elif isinstance(row, Mapping):
            _section(conversion, found, key, value, row)
        elif not isinstance(value, ScalarNode):
            conversion.report("MEL147", f"`{key.text}` must be one value, not "
                              f"{describe_node(value)}", value.span)  # fmt: skip
        elif not row[0](conversion, found, key, value):
            conversion.report(
                "MEL147", f"`{key.text}` cannot be `{shortened(value.text)}`", value.span,
                help=f"write `{key.text}: {row[1]}`",
            )  # fmt: skip


def _concurrency(_: Conversion, found: Parallel, key: KeyNode, node: ScalarNode) -> bool:
    if not _COUNT.fullmatch(node.text):
        return False
    found.concurrency = int(node.text)
    return True


def _memory(_: Conversion, found: Parallel, key: KeyNode, node: ScalarNode) -> bool:
    found.limits["memory"] = node.text.strip()
    return bool(parse_size(node.text.strip()))


def _cpu(_: Conversion, found: Parallel, key: KeyNode, node: ScalarNode) -> bool:
    text = node.text.strip()
    cores = _CORES.fullmatch(text)
    number = number_of(cores[1]) if cores else None
    if number is not None and float(number) > 0:
        found.limits["cpu"] = int(number) if number.isdigit() else float(number)
        return True
    found.limits["cpu"] = text
    return bool(parse_percent(text))


def _barrier(_: Conversion, found: Parallel, key: KeyNode, node: ScalarNode) -> bool:
    found.barrier_timeout = node.text.strip()
    found.thresholds.append((key.text, key.span))
    return bool(parse_duration(found.barrier_timeout))


def _partial(_: Conversion, found: Parallel, key: KeyNode, node: ScalarNode) -> bool:
    text = node.text.strip()
    found.succeed_if = int(text) if _COUNT.fullmatch(text) else text
    found.thresholds.append((key.text, key.span))
    return text in ("all", "any") or isinstance(found.succeed_if, int) or bool(parse_percent(text))


Row = tuple[Convert, str] | str | Mapping[str, "Row"]
"""How an entry is read with an example of its value; why it is left out; or the rows inside it."""

SECTION: Mapping[str, Row] = {
    "max_concurrent": (_concurrency, "8"),
    "resource_limits": {
        "memory_per_task": (_memory, '"2GB"'),
        "cpu_per_task": (_cpu, '"2 cores"'),
        "network_bandwidth": "a Melody limits no bandwidth",
    },
    "load_balancing": "steps name their players; `play: {provides: …, balance: least_loaded}` "
    "chooses among several",
    "synchronization": {
        "barrier_timeout": (_barrier, '"300s"'),
        "partial_success_threshold": (_partial, '"80%"'),
    },
}
"""Every key of the section."""


# --- what runs side by side -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Dependencies that require the same, as the branches of one ``parallel``."""

    id: str
    members: tuple[str, ...]


def side_by_side(
    conversion: Conversion, entries: Mapping[str, Found], parallel: Parallel
) -> tuple[Group, ...]:
    """The groups to which the thresholds apply; without thresholds there are none.

    A dependency with a condition of its own, or whose score another one compares, stays a step:
    a branch that is skipped neither fails nor succeeds, and its fields are not seen from outside.
    """
    if not parallel.thresholds:
        return ()
    compared = {step for found in entries.values() for step, _ in found.scores}
    alike: dict[frozenset[str], list[str]] = {}
    for id_, found in entries.items():
        if not found.when and not found.scores and id_ not in compared:
            alike.setdefault(frozenset(found.requires), []).append(id_)
    taken = set(entries)
    groups: list[Group] = []
    for members in alike.values():
        if len(members) > 1:
            name = free_name(f"parallel_{len(groups) + 1}", taken)
            taken.add(name)
            groups.append(Group(name, tuple(members)))
    if not groups:
        for name, span in parallel.thresholds:
            conversion.report(
                "MEL149", f"`{name}` is left out", span,
                help="it is about tasks side by side, and no two dependencies require the same",
            )  # fmt: skip
    return tuple(groups)


class Order:
    """What a dependency waits for, when some of the others are branches."""

    def __init__(self, entries: Mapping[str, Found], groups: Sequence[Group]) -> None:
        self.group_of = {member: group for group in groups for member in group.members}
        self._absent = _absent(entries)

    def of(self, requires: Iterable[str]) -> tuple[list[str], list[str]]:
        """The steps to wait for, and the conditions that all of them did their work."""
        required = dict.fromkeys(requires)
        needs: dict[str, None] = {}
        guards: dict[str, None] = {}
        for id_ in required:
            group = self.group_of.get(id_)
            step = id_ if group is None else group.id
            needs[step] = None
            if group is not None and not set(group.members) <= set(required):
                guards[f"has(steps.{step}.output.{id_})"] = None
            elif id_ in self._absent:
                guards[f"steps.{step}.ok"] = None
        return list(needs), list(guards)

    def scores(self, found: Found) -> list[str]:
        """What a dependency compares of the steps it requires."""
        return [f"steps.{id_}.output.{compared}" for id_, compared in found.scores]


def _absent(entries: Mapping[str, Found]) -> set[str]:
    """The dependencies that may be skipped: by their own conditions, or with what they require."""
    readers: dict[str, list[str]] = {}
    for id_, found in entries.items():
        for required in found.requires:
            readers.setdefault(required, []).append(id_)
    ahead = [id_ for id_, found in entries.items() if found.when or found.scores]
    absent: set[str] = set()
    while ahead:
        id_ = ahead.pop()
        if id_ not in absent:
            absent.add(id_)
            ahead += readers.get(id_, ())
    return absent
