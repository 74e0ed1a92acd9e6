"""``expect``: its shape. What is written must be of the kinds that the result of a run has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from compiler.parse.atoms import integer, text, word_of
from compiler.parse.reading import Fields, Reading
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from workflow_ir.result import RunStatus, StepStatus

ABSENT = "absent"
"""Expected of a step that the run never came to: of an arm not taken."""
RUN = tuple(status.value for status in RunStatus)
STEP = (*(status.value for status in StepStatus), ABSENT)

OF_A_RUN = ("status", "outputs", "error", "steps", "gaps", "usage")
OF_A_STEP = (
    "status", "player", "branch", "output", "error", "attempts", "failed", "succeeded",
    "synthetic", "exhausted", "degraded", "provenance",
)  # fmt: skip
OF_AN_ATTEMPT = ("n", "player", "outcome", "error", "decision", "delay_s")
OF_AN_ERROR = ("class", "code", "message")
OF_THE_RUNS_ERROR = (*OF_AN_ERROR, "step")
OF_A_GAP = ("step", "reason", "error")
OF_THE_USAGE = ("usd", "tokens")
"""``wall_s`` is left out: it is another one each time."""

_STEP_HELP = "write its status, or for example `{status: recovered, attempts: 2}`"


def expectation(reading: Reading, node: Node, name: str) -> MapNode | None:
    """The map, if what it expects has the right shape; what has not is reported."""
    fields = reading.fields(node, name, OF_A_RUN, at=node.span, name=name)
    if fields is None:
        return None
    if not fields.node.entries:
        example = "write for example `{status: succeeded}`"
        reading.report(
            "MEL111", f"`{name}` is empty, so the test could not fail", node.span, help=example
        )
    fields.read("status", word_of(*RUN))
    fields.read("outputs", _map)
    fields.read("error", _error(OF_THE_RUNS_ERROR))
    fields.read("steps", _steps)
    fields.read("gaps", _gaps)
    fields.read("usage", _usage)
    return fields.node


def errors_written(expect: MapNode) -> Iterator[ScalarNode]:
    """Every error code that is expected somewhere, where it is written."""
    yield from _codes(expect.get("error"))
    for gap in _items(expect.get("gaps")):
        yield from _codes(_in(gap, "error"))
    steps = expect.get("steps")
    for _, step in steps.entries if isinstance(steps, MapNode) else ():
        yield from _codes(_in(step, "error"))
        for attempt in _items(_in(step, "attempts")):
            yield from _codes(_in(attempt, "error"))


def _codes(error: Node | None) -> Iterator[ScalarNode]:
    code = _in(error, "code") if isinstance(error, MapNode) else error
    if isinstance(code, ScalarNode) and isinstance(code.value, str):
        yield code


def _in(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MapNode) else None


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, ListNode) else ()


Check = Callable[[Reading, Node, str], object]


def _map(reading: Reading, node: Node, name: str) -> MapNode | None:
    return reading.map_of(node, name)


def _known(node: Node, reading: Reading, name: str, keys: tuple[str, ...]) -> Fields | None:
    return reading.fields(node, name, keys, at=node.span, name=name)


def _error(keys: tuple[str, ...]) -> Check:
    def read(reading: Reading, node: Node, name: str) -> None:
        if isinstance(node, MapNode):
            _known(node, reading, name, keys)
        elif not isinstance(node, ScalarNode) or not isinstance(node.value, str | None):
            reading.wrong_shape(node, name, "an error code, a map or null")

    return read


def _steps(reading: Reading, node: Node, name: str) -> None:
    entries = reading.map_of(node, name, help="write `steps: {draft: succeeded}`")
    for path, step in () if entries is None else entries.entries:
        if isinstance(step, MapNode):
            fields = _known(step, reading, path.text, OF_A_STEP)
            for key, check in _OF_A_STEP.items():
                if fields is not None:
                    fields.read(key, check)
        elif isinstance(step, ScalarNode):
            word_of(*STEP)(reading, step, path.text)
        else:
            reading.wrong_shape(step, path.text, "a status or a map", help=_STEP_HELP)


def _attempts(reading: Reading, node: Node, name: str) -> None:
    if isinstance(node, ScalarNode):
        integer(0)(reading, node, name)
        return
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "how many there are, or a list of them")
        return
    for number, item in enumerate(node.items):
        fields = _known(item, reading, f"{name}[{number}]", OF_AN_ATTEMPT)
        if fields is not None:
            fields.read("error", _error(OF_AN_ERROR))


def _gaps(reading: Reading, node: Node, name: str) -> None:
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of steps", help="write `gaps: [draft]` or `[]`")
        return
    for number, item in enumerate(node.items):
        if isinstance(item, MapNode):
            fields = _known(item, reading, f"{name}[{number}]", OF_A_GAP)
            if fields is not None:
                fields.read("error", _error(OF_AN_ERROR))
        else:
            text(reading, item, f"{name}[{number}]")


def _usage(reading: Reading, node: Node, name: str) -> None:
    _known(node, reading, name, OF_THE_USAGE)


_OF_A_STEP: Mapping[str, Check] = {
    "status": word_of(*STEP),
    "error": _error(OF_AN_ERROR),
    "attempts": _attempts,
}
"""Those parts of a step whose shape is not any value."""
