"""``melody import tidyllm``: a ``workflow_config.yaml`` of seed 004 as a Melody.

``dependencies`` become steps, ``parallel_execution`` limits and thresholds (spec 8, Command
chaining). Names of conditions have no meaning of their own in a Melody, so each becomes what it
says: a gate, a limit, a condition, an input.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.importers.circles import circles
from compiler.importers.conversion import Conversion, Converted, shortened
from compiler.importers.document import Data, melody, step
from compiler.importers.tidyllm_conditions import Found, add_condition
from compiler.importers.tidyllm_parallel import (
    Order,
    Parallel,
    parallel_execution,
    side_by_side,
)
from compiler.parse.atoms import STEP_ID
from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode, ListNode, MapNode, Node, ScalarNode, describe_node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Note, errors_of

SECTIONS = ("dependencies", "parallel_execution")
KEYS = ("requires", "conditions")


def import_tidyllm(source: SourceText, name: str, *, option: str = "--name") -> Converted:
    """The Melody that a workflow configuration describes.

    Args:
        source: The file.
        name: Of the Melody.
        option: Where the name comes from, for a diagnostic.

    Returns:
        The Melody, with MEL148 for each player to be filled in and MEL149 for what was left out;
        or every mistake: of the YAML, MEL116, MEL147, MEL201, MEL207.
    """
    conversion = Conversion()
    conversion.melody_name(name, option)
    conversion.source(source.file, source.text)
    tree, problems = read_tree(source)
    conversion.add(problems)
    if tree is None or errors_of(problems):
        return conversion.converted(None)
    if not isinstance(tree, MapNode):
        _wrong(conversion, tree, "the file", "a map of sections")
        return conversion.converted(None)
    for key, _ in tree.entries:
        if key.text not in SECTIONS:
            conversion.report(
                "MEL149", f"section `{shortened(key.text)}` is left out", key.span,
                help="only `dependencies` and `parallel_execution` describe the workflow",
            )  # fmt: skip
    found = _dependencies(conversion, tree)
    parallel = parallel_execution(conversion, tree.key("parallel_execution"),
                                  tree.get("parallel_execution"))  # fmt: skip
    if conversion.failed:
        return conversion.converted(None)
    return conversion.converted(_melody(conversion, name, found, parallel))


def _wrong(conversion: Conversion, node: Node, name: str, wanted: str) -> None:
    conversion.report("MEL147", f"`{name}` must be {wanted}, not {describe_node(node)}", node.span)


def _dependencies(conversion: Conversion, tree: MapNode) -> dict[str, Found]:
    """Every entry of ``dependencies``, with what it requires and its conditions."""
    node, key = tree.get("dependencies"), tree.key("dependencies")
    if node is None or key is None or not isinstance(node, MapNode) or not node.entries:
        span = tree.span.start if key is None else key.span
        conversion.report(
            "MEL147", "there are no `dependencies`, so there is no workflow", span,
            help="write `dependencies: {ID: {requires: [], conditions: []}}`",
        )  # fmt: skip
        return {}
    entries = {id_.text: Found(id_.text, id_.span) for id_, _ in node.entries}
    for id_, entry in node.entries:
        conversion.name(id_.text, id_.span, STEP_ID, "a step")
        _requires(conversion, entries, id_, entry)
    for id_, entry in node.entries:
        if isinstance(entry, MapNode):
            _conditions(conversion, entries, entries[id_.text], entry.get("conditions"))
    _refuse_circles(conversion, entries)
    return entries


def _requires(
    conversion: Conversion, entries: Mapping[str, Found], id_: KeyNode, entry: Node
) -> None:
    """The keys of one dependency, and its ``requires``."""
    if isinstance(entry, ScalarNode) and entry.value is None:
        return
    if not isinstance(entry, MapNode):
        _wrong(conversion, entry, id_.text, "a map with `requires` and `conditions`")
        return
    for key, _ in entry.entries:
        if key.text not in KEYS:
            conversion.unknown("MEL147", "key", key.text, dict.fromkeys(KEYS), key.span)
    node = entry.get("requires")
    items: tuple[Node, ...] = ()
    if isinstance(node, ListNode):
        items = node.items
    elif isinstance(node, ScalarNode) and node.value is not None:
        items = (node,)
    elif isinstance(node, MapNode):
        _wrong(conversion, node, "requires", "a list of ids")
    for item in items:
        if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
            _wrong(conversion, item, "requires", "a list of ids")
        elif item.value not in entries:
            conversion.unknown("MEL201", "dependency", item.value, entries, item.span)
        else:
            entries[id_.text].requires.setdefault(item.value, item.span)


def _conditions(
    conversion: Conversion, entries: Mapping[str, Found], found: Found, node: Node | None
) -> None:
    """``conditions``: a list of maps, or one map."""
    match node:
        case None | ScalarNode(value=None):
            return
        case MapNode():
            maps: tuple[Node, ...] = (node,)
        case ListNode():
            maps = node.items
        case _:
            _wrong(conversion, node, "conditions", "a list of `name: value`")
            return
    for one in maps:
        if not isinstance(one, MapNode):
            _wrong(conversion, one, "conditions", "a list of `name: value`")
            continue
        for key, value in one.entries:
            add_condition(conversion, entries, found, key, value)


def _refuse_circles(conversion: Conversion, entries: Mapping[str, Found]) -> None:
    for circle in circles({id_: list(found.requires) for id_, found in entries.items()}):
        pairs = list(zip(circle, (*circle[1:], circle[0]), strict=True))
        path = " → ".join(f"`{shortened(id_)}`" for id_ in (*circle[:8], circle[0]))
        conversion.report(
            "MEL207", f"these dependencies require one another: {path}",
            entries[pairs[0][0]].requires[pairs[0][1]],
            notes=tuple(
                Note(f"`{a}` requires `{b}`", entries[a].requires[b]) for a, b in pairs[1:8]
            ),
            help="remove one of them from `requires`",
        )  # fmt: skip


# --- the Melody ---------------------------------------------------------------------------------


def _melody(
    conversion: Conversion, name: str, entries: Mapping[str, Found], parallel: Parallel
) -> Data:
    players: dict[str, Data] = {}
    for id_, found in entries.items():
        conversion.report(
            "MEL148", f"player `{id_}` stands for what does this work", found.span,
            help=f"write its command, or another kind of player, at `players.{id_}`",
        )  # fmt: skip
        players[id_] = {"command": [id_], "parse": "json"}
        if parallel.limits:
            players[id_]["limits"] = dict(parallel.limits)
    groups = side_by_side(conversion, entries, parallel)
    order = Order(entries, groups)
    steps: dict[str, Data] = {}
    for id_, found in entries.items():
        group = order.group_of.get(id_)
        if group is None:
            needs, guards = order.of(found.requires)
            steps[id_] = _step(found, needs, [*guards, *order.scores(found), *found.when])
            _check_bounds(conversion, found, steps[id_])
        elif group.id not in steps:
            needs, guards = order.of(found.requires)
            branches = {
                member: {
                    "steps": {member: _step(entries[member], [], [])},
                    "result": f"${{{{ steps.{member}.output }}}}",
                }
                for member in group.members
            }
            steps[group.id] = step(
                parallel=branches,
                needs=needs,
                when=" and ".join(guards) or None,
                succeed_if=parallel.succeed_if,
                barrier_timeout=parallel.barrier_timeout,
            )
            _check_bounds(conversion, found, steps[group.id])
            for member in group.members:
                _check_bounds(conversion, entries[member], _step(entries[member], [], []))
    inputs: Data = {each: "string" for found in entries.values() for each in found.inputs}
    policy = {"concurrency": parallel.concurrency} if parallel.concurrency else None
    return melody(name, steps, inputs=inputs, players=players, policy=policy)


def _step(found: Found, needs: list[str], when: list[str]) -> Data:
    """One dependency as a step."""
    return step(
        play=found.id,
        needs=needs,
        when=" and ".join(dict.fromkeys(when)) or None,
        window=found.window,
        require=_all_of(found.require),
        output=dict.fromkeys(found.fields, "number") or None,
        gate={"check": " and ".join(found.checks)} if found.checks else None,
        policy={"timeout": found.timeout} if found.timeout else None,
    )


def _check_bounds(conversion: Conversion, found: Found, written: Data) -> None:
    """Expressions have bounds, which a long list of conditions can exceed."""
    for key in ("when", "require"):
        expression = written.get(key)
        if isinstance(expression, str):
            conversion.expression(expression, found.span)


def _all_of(conditions: list[str]) -> str | None:
    """Expressions that must all hold."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return " and ".join(f"({one})" if " or " in one else one for one in conditions)
