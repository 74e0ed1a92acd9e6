"""The conditions of a TidyLLM dependency: one row a name, each with what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from compiler.importers.conditions import number_of
from compiler.importers.conversion import Conversion, shortened
from compiler.parse.atoms import INPUT_NAME
from compiler.parse.quantities import parse_duration, parse_size
from compiler.parse.tree import KeyNode, Node, ScalarNode, describe_node
from workflow_ir.diagnostics import Note
from workflow_ir.expressions import ExpressionError, parse
from workflow_ir.span import Span

PLAYER_WALL_S = 300.0
"""Seconds one player has, unless the project gives more (spec 8, Verbs)."""
WINDOWS = ("business_hours", "maintenance_window")
"""Those that have times without a project."""
_COMPARED = re.compile(r"(>=|<=|==|!=|>|<)?\s*(.+)", re.DOTALL)
_WORD = re.compile(r"[()]|[A-Za-z_][\w.-]*", re.ASCII)
_OR = re.compile(r"\s+(?:OR|or)\s+|\s*\|\|\s*")
_NAME = re.compile(r"[A-Za-z_][\w.-]*(?: [\w.-]+)*", re.ASCII)


@dataclass(slots=True)
class Found:
    """One dependency in reading."""

    id: str
    span: Span
    requires: dict[str, Span] = field(default_factory=dict)
    when: list[str] = field(default_factory=list)
    require: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    scores: list[tuple[str, str]] = field(default_factory=list)
    """The required step whose output is compared, and the comparison from its field on."""
    fields: dict[str, None] = field(default_factory=dict)
    """Numbers that its output must have."""
    inputs: dict[str, None] = field(default_factory=dict)
    window: list[str] | None = None
    timeout: str | None = None
    seen: dict[str, Span] = field(default_factory=dict)
    """The names of its conditions."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A condition as written."""

    conversion: Conversion
    entries: Mapping[str, Found]
    found: Found
    key: KeyNode
    node: ScalarNode

    @property
    def text(self) -> str:
        return self.node.text.strip()

    def compared(self) -> tuple[str, str]:
        """The operator, empty if there is none, and what is behind it."""
        match = _COMPARED.fullmatch(self.text)
        return (match[1] or "", match[2].strip()) if match else ("", "")

    def refuse(self, form: str) -> None:
        shown = f"`{shortened(self.text)}`" if self.text else "nothing"
        self.conversion.report(
            "MEL147", f"`{self.key.text}` cannot be {shown}", self.node.span,
            help=f"write `{self.key.text}: {form}`",
        )  # fmt: skip


def add_condition(
    conversion: Conversion, entries: Mapping[str, Found], found: Found, key: KeyNode, node: Node
) -> None:
    """Note what a condition says of its dependency; an unknown one is reported."""
    if key.text in found.seen:
        conversion.report(
            "MEL107", f"`{shortened(key.text)}` is said twice", key.span,
            notes=(Note("the first stands", found.seen[key.text]),), help="delete one of them",
        )  # fmt: skip
        return
    found.seen[key.text] = key.span
    if not isinstance(node, ScalarNode):
        conversion.report("MEL147", f"`{shortened(key.text)}` must be one value, not "
                          f"{describe_node(node)}", node.span)  # fmt: skip
        return
    written = _Written(conversion, entries, found, key, node)
    if written.text == "optional":
        conversion.report(
            "MEL149", f"`{key.text}` is optional, so nothing depends on it", node.span,
            help="the Melody has no condition for it",
        )  # fmt: skip
        return
    convert = _converter(key.text, written.text)
    if convert is not None:
        convert(written)
        return
    names = dict.fromkeys((*BY_NAME, *(f"…{suffix}" for suffix in BY_SUFFIX)))
    conversion.unknown("MEL147", "condition", key.text, names, key.span)


def _converter(name: str, text: str) -> Callable[[_Written], None] | None:
    if name in BY_NAME:
        return BY_NAME[name]
    if text in ("available", "required") or (text == "true" and name.endswith("_available")):
        return _available
    return next(
        (convert for suffix, convert in BY_SUFFIX.items()
         if name.endswith(suffix) and len(name) > len(suffix)), None,
    )  # fmt: skip


def _timeout(written: _Written) -> None:
    operator, limit = written.compared()
    seconds = parse_duration(limit)
    if operator not in ("", "<", "<=") or not seconds:
        written.refuse('"< 1800s"')
        return
    written.found.timeout = limit
    if seconds > PLAYER_WALL_S:
        written.conversion.report(
            "MEL148", f"{limit} is more than the 5 minutes that a player has", written.node.span,
            help=f"add `policy: {{wall: {limit}}}` to melody.project.yaml",
        )  # fmt: skip


def _health(written: _Written) -> None:
    """``gateway OR bedrock``: names of players or services, joined by words."""
    pieces: list[str] = []
    rest = _WORD.sub("", written.text).strip()
    for word in _WORD.findall(written.text):
        lower = word.lower()
        joins = word in "()" or lower in ("or", "and", "not")
        pieces.append(lower if joins else f'health("{word}")')
    expression = " ".join(pieces).replace("( ", "(").replace(" )", ")")
    try:
        parse(expression or "-")
    except ExpressionError:
        rest = rest or "x"
    if rest:
        written.refuse('"gateway OR bedrock"')
        return
    written.found.require.append(expression)


def _available(written: _Written) -> None:
    name = written.key.text.removesuffix("_available")
    if not _NAME.fullmatch(name):
        written.refuse("optional")
        return
    written.found.require.append(f'health("{name}")')


def _free_bytes(what: str) -> Callable[[_Written], None]:
    def convert(written: _Written) -> None:
        operator, amount = written.compared()
        size = parse_size(amount)
        if operator not in (">", ">=") or size is None:
            written.refuse('"> 4GB"')
            return
        written.found.require.append(f"host.{what} {operator} {size}")

    return convert


def _free_cpu(written: _Written) -> None:
    operator, amount = written.compared()
    share = number_of(amount)
    if operator not in (">", ">=") or share is None:
        written.refuse('"> 20%"')
        return
    written.found.require.append(f"host.cpu_free {operator} {share}")


def _threshold(written: _Written) -> None:
    """``quality_threshold``: the step's own gate on ``output.quality``."""
    name = written.key.text.removesuffix("_threshold")
    operator, amount = written.compared()
    number = number_of(amount)
    if not operator or number is None or not INPUT_NAME.fullmatch(name):
        written.refuse('"> 0.90"')
        return
    written.found.fields[name] = None
    written.found.checks.append(f"output.{name} {operator} {number}")


def _score(written: _Written) -> None:
    """``validation_score``: a field of what the required step gives."""
    name = written.key.text
    operator, amount = written.compared()
    number = number_of(amount)
    if not operator or number is None or not INPUT_NAME.fullmatch(name):
        written.refuse('"> 0.95"')
        return
    required = list(written.found.requires)
    if len(required) != 1:
        fact = "nothing is required" if not required else "several dependencies are required"
        written.conversion.report(
            "MEL147", f"`{name}` is of the required dependency, and {fact}", written.key.span,
            help="require exactly the one whose score it is, or write the condition into the "
            "Melody by hand",
        )  # fmt: skip
        return
    written.entries[required[0]].fields[name] = None
    written.found.scores.append((required[0], f"{name} {operator} {number}"))


def _approval(written: _Written) -> None:
    """A word that whoever starts the run gives."""
    words = _OR.split(written.text)
    if not all(_NAME.fullmatch(word) for word in words):
        written.refuse('"approved"')
        return
    name = written.key.text
    written.found.inputs[name] = None
    listed = ", ".join(f'"{word}"' for word in words)
    written.found.when.append(
        f"inputs.{name} == {listed}" if len(words) == 1 else f"inputs.{name} in [{listed}]"
    )


def _window(written: _Written) -> None:
    words = _OR.split(written.text)
    if not all(_NAME.fullmatch(word) for word in words):
        written.refuse('"business_hours OR maintenance_window"')
        return
    written.found.window = [*(written.found.window or []), *words]
    for word in words:
        if word not in WINDOWS:
            written.conversion.report(
                "MEL148", f"window `{word}` has no times yet", written.node.span,
                help=f'add `windows: {{{word}: {{from: "22:00", to: "06:00"}}}}` to '
                "melody.project.yaml",
            )  # fmt: skip


BY_NAME: Mapping[str, Callable[[_Written], None]] = {
    "timeout": _timeout,
    "backend_health": _health,
    "backend_type": _health,
    "memory_available": _free_bytes("memory_free"),
    "disk_available": _free_bytes("disk_free"),
    "cpu_available": _free_cpu,
    "quality_threshold": _threshold,
    "validation_score": _score,
    "approval_status": _approval,
    "deployment_window": _window,
}
"""Conditions by name."""
BY_SUFFIX: Mapping[str, Callable[[_Written], None]] = {
    "_health": _health,
    "_threshold": _threshold,
    "_score": _score,
    "_window": _window,
}
"""Conditions by the end of their names. ``NAME: available`` and ``optional`` are known too."""
