"""Put ``--set`` values where they belong: into the Melody, or into what stands above it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from compiler.parse import syntax
from compiler.parse.packs import Packs
from compiler.parse.policy import run_policy
from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode, ListNode, MapNode, Node, ScalarNode, describe_node
from compiler.projects.bounds import Bound, Level, loosened, taken_away
from compiler.projects.merge_patch import is_null
from compiler.projects.settings import Setting
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest
from workflow_ir.span import Span

ROOTS = ("policy", "steps", "players", "models")
"""What may be set. Inputs have an option of their own, and the rest is what the Melody is."""
SHARED = ("players", "models")
"""Groups that a project has too."""
MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """The trees afterwards, and what could not be set."""

    melody: Node
    above: MapNode | None
    problems: tuple[Diagnostic, ...]


def settle(
    settings: Sequence[Setting],
    source: SourceText,
    melody: Node,
    above: MapNode | None,
    packs: Packs | None = None,
) -> Settled:
    """Apply settings in order.

    A player or model that the Melody does not have is looked for above it. A bound of the Melody's
    own ``policy`` can only be tightened: ``--set`` is the lowest level (MEL402).

    Args:
        settings: In the order given.
        source: The Melody's file.
        melody: Its tree.
        above: The tree of project, user and profile.
        packs: What the Melody's policies find.
    """
    problems: list[Diagnostic] = []
    before = melody
    for setting in settings:
        try:
            _refuse_root(setting, melody, above)
            if _is_above(setting, melody, above):
                found = _placed(above, setting.path, setting)
                assert isinstance(found, MapNode)
                above = found
            else:
                melody = _placed(melody, setting.path, setting)
        except _NowhereError as nowhere:
            problems.append(nowhere.problem)
    if melody is not before:
        reading = Reading(source, packs=packs)
        problems += _loosened(reading, before, melody, settings)
    return Settled(melody, above, tuple(problems))


class _NowhereError(Exception):
    """A path leads nowhere; carries the reason."""

    def __init__(
        self, message: str, span: Span, *, label: str | None = None, help: str | None = None
    ) -> None:
        self.problem = diagnose("MEL131", message, span, label=label, help=help)
        super().__init__(message)


def _unknown(message: str, key: KeyNode, known: Collection[str]) -> _NowhereError:
    close = nearest(key.text, known)
    listed = ", ".join(f"`{name}`" for name in islice(known, MOST_LISTED))
    return _NowhereError(
        message,
        key.span,
        label=f"did you mean `{close}`?" if close else None,
        help=None if close or not listed else f"there is {listed}",
    )


def _refuse_root(setting: Setting, melody: Node, above: MapNode | None) -> None:
    """Refuse a path that begins with nothing that may be set."""
    first, second = setting.path[0], setting.path[1] if len(setting.path) > 1 else None
    if first.text == "inputs":
        help_ = "give inputs by `-i NAME=VALUE`"
        raise _NowhereError("an input is no setting", first.span, help=help_)
    if first.text not in ROOTS:
        raise _unknown(f"`{first.text[:60]}` cannot be set", first, ROOTS)
    if second is None:
        message = f"`{first.text}` cannot be set as a whole"
        raise _NowhereError(message, first.span, help="name a value inside it")
    if first.text == "policy" or (first.text == "models" and len(setting.path) == 2):
        return  # an alias that is used and left open may be given here
    trees = (melody, above) if first.text in SHARED else (melody,)
    names = dict.fromkeys(name for tree in trees for name in _names(tree, first.text))
    if second.text not in names:
        what = first.text.removesuffix("s")
        raise _unknown(f"there is no {what} `{second.text[:60]}`", second, names)


def _names(tree: Node | None, group: str) -> tuple[str, ...]:
    found = tree.get(group) if isinstance(tree, MapNode) else None
    return found.keys if isinstance(found, MapNode) else ()


def _is_above(setting: Setting, melody: Node, above: MapNode | None) -> bool:
    group, name = setting.keys[0], setting.keys[1]
    if group not in SHARED or name in _names(melody, group):
        return False
    return name in _names(above, group)


def _placed(node: Node | None, path: tuple[KeyNode, ...], setting: Setting) -> Node:
    """The node with the value at a path inside it; null takes the value away."""
    key, rest = path[0], path[1:]
    if isinstance(node, ListNode):
        return _in_list(node, path, setting)
    if isinstance(node, ScalarNode) and not is_null(node):
        if setting.keys[0] != "models" or len(setting.path) - len(path) != 2:
            what = setting.path[len(setting.path) - len(path) - 1].text
            message = f"`{what}` is {describe_node(node)}, so there is no `{key.text[:60]}` in it"
            raise _NowhereError(message, key.span)
        # `smart: provider/name` is short for `smart: {model: provider/name}`.
        node = MapNode(((KeyNode("model", node.span), node),), node.span)
    if not isinstance(node, MapNode):
        node = MapNode((), key.span.to(setting.value.span))
    entries = {name.text: (name, value) for name, value in node.entries}
    known = entries.get(key.text)
    if rest:
        inner = _placed(None if known is None else known[1], rest, setting)
        entries[key.text] = (key if known is None else known[0], inner)
    elif is_null(setting.value):
        entries.pop(key.text, None)
    else:
        entries[key.text] = (key, setting.value)
    return MapNode(tuple(entries.values()), node.span)


def _in_list(node: ListNode, path: tuple[KeyNode, ...], setting: Setting) -> ListNode:
    key, rest = path[0], path[1:]
    number = (
        int(key.text) if key.text.isascii() and key.text.isdigit() and len(key.text) < 9 else -1
    )
    if not 0 <= number < len(node.items):
        last = len(node.items) - 1
        help_ = f"its items are 0 to {last}" if node.items else "it is empty"
        raise _NowhereError(f"the list has no item `{key.text[:60]}`", key.span, help=help_)
    items = list(node.items)
    if rest:
        items[number] = _placed(items[number], rest, setting)
    elif is_null(setting.value):
        del items[number]
    else:
        items[number] = setting.value
    return ListNode(tuple(items), node.span)


def _loosened(
    reading: Reading, before: Node, after: Node, settings: Iterable[Setting]
) -> Iterator[Diagnostic]:
    """Bounds of the Melody that a setting loosens or takes away."""
    old, new = _policy(reading, before), _policy(reading, after)
    level = Level(old, lambda _: "the Melody", binds_attempts=False)
    yield from loosened([level], new)
    for setting in settings:
        if is_null(setting.value) and setting.keys[0] == "policy":
            places = _Under(setting.keys[1:], setting.value.span)
            yield from taken_away(level, new, "this setting", places.of)


@dataclass(frozen=True, slots=True)
class _Under:
    """The place of a null that takes away whatever is below a path."""

    path: tuple[str, ...]
    span: Span

    def of(self, bound: Bound) -> Span | None:
        return self.span if bound.path[: len(self.path)] == self.path else None


def _policy(reading: Reading, tree: Node) -> syntax.Policy | None:
    """The ``policy`` of a tree; what is wrong with it is told elsewhere."""
    written = tree.get("policy") if isinstance(tree, MapNode) else None
    return None if written is None else run_policy(reading, written, written.span)
