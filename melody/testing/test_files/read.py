"""A test file is read: everything that is wrong with its form is told at its place (MEL1xx)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

from adapters import registry
from compiler.parse.atoms import PLAYER_NAME, boolean, named, text, word_of
from compiler.parse.reading import Fields, Reading
from compiler.parse.syntax import Spanned
from compiler.parse.text import text_of_file
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from compiler.parse.yaml_reader import read_tree
from conductor_core.run import Start
from melody.file_names import MELODIES
from melody.testing.test_files.expectations import expectation
from melody.testing.test_files.places import melody_beside, shown
from melody.testing.test_files.targets import targets
from melody.testing.test_files.written import Conditions, WrittenTest, WrittenTests
from workflow_ir.diagnostics import Diagnostic, in_file_order
from workflow_ir.nearest import nearest

CONDITIONS = ("on", "inputs", "script", "faults", "have", "profile", "set", "offline", "start")
"""Keys of the file and of a test; a test's own wins, and inputs are put together."""
OF_THE_FILE = ("melody", "description", *CONDITIONS, "snapshot", "tests")
OF_A_TEST = ("description", *CONDITIONS, "expect")

OF_A_MELODY = (*MELODIES, ".ir.json")
OF_A_SCRIPT = (".yaml", ".yml", ".json")
"""What the paths in a test file end in."""

_EXAMPLE = "tests: {it_works: {expect: {status: succeeded}}}"
_EMPTY = f"write `{_EXAMPLE}`"


def read_tests(path: Path) -> WrittenTests:
    """Read a ``*.melody.test.yaml`` file.

    Nothing is compiled: names of steps and outputs are looked up when a test is made.
    """
    path = path.absolute()
    file = shown(path)
    source, problems = text_of_file(path, file=file)
    if source is None:
        return WrittenTests(path, file, None, problems)
    tree, found = read_tree(source)
    if tree is None:
        return WrittenTests(path, file, source, tuple(map(_as_told, found)))
    reading = Reading(source, found)
    empty = WrittenTests(path, file, source, ())
    if isinstance(tree, MapNode):
        read = _file(reading, tree, empty)
    else:
        reading.report("MEL111", "a test file is a map", tree.span, help=_EMPTY)
        read = empty
    return replace(read, problems=in_file_order(map(_as_told, (*found, *reading.problems))))


def _as_told(problem: Diagnostic) -> Diagnostic:
    """As of a test file: `melody check --fix` cures Melodies, and an empty one is another thing."""
    help_ = _EMPTY if problem.code == "MEL103" else problem.help
    return replace(problem, help=help_, fix=None)


def _file(reading: Reading, tree: MapNode, empty: WrittenTests) -> WrittenTests:
    fields = reading.fields(
        tree,
        "test file",
        OF_THE_FILE,
        at=tree.span,
        name="the test file",
        elsewhere=lambda key: "`expect` stands in a test" if key == "expect" else None,
    )
    assert fields is not None  # it is a map
    if "tests" not in fields and "snapshot" not in fields:
        reading.report("MEL113", "the test file has no `tests`", empty.top, help=_EMPTY)
    fields.read("description", text)
    written = fields.read("melody", _path)
    beside = Spanned(melody_beside(empty.path), empty.top)
    return replace(
        empty,
        melody=written if "melody" in fields else beside,
        conditions=_conditions(fields),
        snapshots=fields.read_all("snapshot", _targets),
        tests=fields.read_all("tests", _tests),
    )


def _conditions(fields: Fields) -> Conditions:
    inputs = fields.read("inputs", _map)
    start = fields.read("start", _start)
    offline = fields.read("offline", boolean)
    return Conditions(
        inputs=() if inputs is None else (inputs,),
        script=fields.read("script", _script),
        faults=fields.read_all("faults", _some_texts),
        have=fields.read("have", _map),
        profile=fields.read("profile", text),
        settings=fields.read_all("set", _some_texts),
        offline=None if offline is None else offline.value,
        start=None if start is None else start.value,
        on=fields.read_all("on", _backends),
    )


def _tests(reading: Reading, node: Node, name: str) -> tuple[WrittenTest, ...] | None:
    entries = reading.map_of(node, name, help=_EMPTY)
    if entries is None:
        return None
    if not entries.entries:
        reading.report("MEL111", f"`{name}` is empty", node.span, help=_EMPTY)
    found = (_test(reading, Spanned(key.text, key.span), each) for key, each in entries.entries)
    return tuple(one for one in found if one is not None)


def _test(reading: Reading, name: Spanned[str], node: Node) -> WrittenTest | None:
    named(reading, name, PLAYER_NAME, "a test")
    fields = reading.fields(
        node, "test", OF_A_TEST, at=name.span, name=name.value, required=("expect",)
    )
    if fields is None:
        return None
    fields.read("description", text)
    conditions = _conditions(fields)
    expect = fields.read("expect", expectation)
    return None if expect is None else WrittenTest(name, conditions, expect)


def _map(reading: Reading, node: Node, name: str) -> MapNode | None:
    return reading.map_of(node, name)


def _path(
    reading: Reading,
    node: Node,
    name: str,
    *,
    what: str = "a Melody",
    ends: tuple[str, ...] = OF_A_MELODY,
) -> Spanned[str] | None:
    """The path of a file, from the folder of the test file.

    A test file may come from anybody, and what it names is read and may be shown: so no file of
    another kind is opened, and none of a place that depends on the machine.
    """
    found = text(reading, node, name)
    if found is None:
        return None
    if found.value.startswith(("/", "~", "\\")) or not found.value.endswith(ends):
        reading.report(
            "MEL111",
            f"`{name}` must be the path of {what}, from the folder of the test file",
            found.span,
            help=f"it ends in {', '.join(f'`{end}`' for end in ends)}; `..` is the folder above",
        )
        return None
    return found


def _script(reading: Reading, node: Node, name: str) -> Node | None:
    if isinstance(node, MapNode):
        return node
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return node if _path(reading, node, name, what="a script", ends=OF_A_SCRIPT) else None
    reading.wrong_shape(node, name, "a script or the path of one")
    return None


def _some_texts(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    """A list of texts, or one text alone."""
    return _some(text)(reading, node, name)


def _backends(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    return _some(partial(_one_of, "MEL301", "there is no backend", registry.names()))(
        reading, node, name
    )


def _targets(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    return _some(partial(_one_of, "MEL551", "nothing is compiled to", targets()))(
        reading, node, name
    )


_start: Callable[[Reading, Node, str], Spanned[Start] | None] = word_of("eager", "graph")
ReadOne = Callable[[Reading, Node, str], Spanned[str] | None]
ReadSome = Callable[[Reading, Node, str], tuple[Spanned[str], ...] | None]


def _some(one: ReadOne) -> ReadSome:
    """A reader of a list, or of one word alone; what stands there twice counts once."""

    def read(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
        if isinstance(node, ScalarNode):
            found = [one(reading, node, name)]
        elif isinstance(node, ListNode) and node.items:
            found = [one(reading, item, f"{name}[{n}]") for n, item in enumerate(node.items)]
        else:
            reading.wrong_shape(node, name, "a word or a list of words")
            return None
        return tuple({item.value: item for item in found if item is not None}.values())

    return read


def _one_of(
    code: str, unknown: str, known: Collection[str], reading: Reading, node: Node, name: str
) -> Spanned[str] | None:
    word = text(reading, node, name)
    if word is None or word.value in known:
        return word
    meant = nearest(word.value, known)
    reading.report(
        code,
        f"{unknown} `{word.value[:60]}`",
        word.span,
        label=f"did you mean `{meant}`?" if meant else None,
        help=None if meant else f"known: {', '.join(known)}",
    )
    return None
