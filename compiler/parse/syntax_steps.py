"""Steps as written: verbs and modifiers (spec 2, Steps)."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.parse.syntax_base import Spanned, TypeNode, Unreadable
from compiler.parse.syntax_players import ParseAs
from compiler.parse.syntax_policy import Gate, Policy, SucceedIf
from compiler.parse.syntax_values import Expr, Map, Value
from workflow_ir.policy import Importance, Rung
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Play:
    """``play: NAME``."""

    player: Spanned[str]


@dataclass(frozen=True, slots=True)
class PlayCapability:
    """``play: {provides: …, prefer: […], balance: …}``."""

    span: Span
    provides: Spanned[str]
    prefer: tuple[Spanned[str], ...] = ()
    balance: Spanned[str] | None = None
    """``round_robin``, ``random``, ``least_loaded`` or ``priority``."""


@dataclass(frozen=True, slots=True)
class Run:
    """``run:`` commands in order; a string is split without a shell."""

    span: Span
    commands: tuple[tuple[Value, ...], ...]
    """One argv a command; the first item of each is written, never computed."""
    parse: Spanned[ParseAs] | None = None
    stdin: Value | None = None
    env: Map | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """``set: {…}``: pure data."""

    value: Value


@dataclass(frozen=True, slots=True)
class Scope:
    """Steps that see one another, and the value that is seen from outside."""

    span: Span
    steps: tuple[Step, ...] = ()
    result: Value | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """``steps: {…}`` with ``result``."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of a branch: exactly one of ``when`` and ``else: true``."""

    name: Spanned[str]
    span: Span
    scope: Scope
    when: Expr | None = None
    """None also where it could not be read."""
    is_else: bool = False
    """Taken where no condition holds."""


@dataclass(frozen=True, slots=True)
class Branch:
    """``branch: [arms]``."""

    span: Span
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class ParallelBranch:
    """One named branch of a ``parallel``."""

    name: Spanned[str]
    span: Span
    scope: Scope


@dataclass(frozen=True, slots=True)
class Parallel:
    """``parallel: {name: {steps, result}}``."""

    span: Span
    branches: tuple[ParallelBranch, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``repeat: {steps, until / while, max, on_max, result}``."""

    span: Span
    scope: Scope
    max: Spanned[int] | None = None
    """None only where it is missing or could not be read, which is reported."""
    until: Expr | None = None
    while_: Expr | None = None
    on_max: Spanned[str] | None = None
    """``fail`` or ``accept``."""


@dataclass(frozen=True, slots=True)
class Call:
    """``call: ./other.melody.yaml``."""

    file: Spanned[str]
    max_depth: Spanned[int] | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """``approval: "text"``: waits for a person."""

    text: Value
    show: Map | None = None
    form: TypeNode | None = None
    assignees: tuple[Spanned[str], ...] = ()
    expires: Spanned[float] | None = None
    on_timeout: Spanned[str] | None = None
    """``approve``, ``reject`` or ``fail``."""
    on_reject: Spanned[str] | None = None
    """``continue`` or ``fail``."""


@dataclass(frozen=True, slots=True)
class Wait:
    """``wait: 30s`` or ``{until: …}`` or ``{event: name}``: exactly one of the three."""

    span: Span
    duration: Spanned[float] | None = None
    until: Value | None = None
    event: Spanned[str] | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """``fail: {error, message}``."""

    span: Span
    error: Spanned[str]
    message: Value | None = None


Verb = (
    Play
    | PlayCapability
    | Run
    | Set
    | Group
    | Branch
    | Parallel
    | Repeat
    | Call
    | Approval
    | Wait
    | Fail
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class ForEach:
    """``for_each`` with ``as`` and ``concurrency``, which stand beside it."""

    items: Value
    span: Span
    """The place of the ``for_each`` key."""
    as_: Spanned[str] | None = None
    concurrency: Spanned[int] | None = None


@dataclass(frozen=True, slots=True)
class OpenTime:
    """``{from, to, days, zone}``: minutes after midnight; days from Monday, 0."""

    span: Span
    start: Spanned[int]
    end: Spanned[int]
    days: tuple[int, ...] | None = None
    """None: every day."""
    zone: Spanned[str] | None = None
    """None: UTC."""


@dataclass(frozen=True, slots=True)
class Window:
    """``window``: times, and names of windows."""

    span: Span
    times: tuple[OpenTime | Spanned[str], ...]


@dataclass(frozen=True, slots=True)
class NamedWindow:
    """One entry of the project's ``windows``."""

    name: Spanned[str]
    window: Window


@dataclass(frozen=True, slots=True)
class Reconstruct:
    """``reconstruct: {from, play}``."""

    span: Span
    source: Value
    player: Spanned[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: exactly one verb and its modifiers."""

    id: Spanned[str]
    span: Span
    """From the id to the end of the step."""
    verb: Verb
    verb_span: Span
    """The verb's key."""
    label: Spanned[str] | None = None
    when: Expr | None = None
    for_each: ForEach | None = None
    succeed_if: SucceedIf | None = None
    barrier_timeout: Spanned[float] | None = None
    needs: tuple[Spanned[str], ...] = ()
    with_: Map | None = None
    with_span: Span | None = None
    """The ``with`` key; None without one."""
    prompt: Value | None = None
    output: TypeNode | None = None
    gate: Gate | None = None
    policy: Policy | None = None
    on_failure: tuple[Spanned[Rung], ...] | None = None
    reconstruct: Reconstruct | None = None
    require: Expr | None = None
    window: Window | None = None
    priority: Spanned[Importance] | None = None
    importance: Spanned[Importance] | None = None
    task_type: Spanned[str] | None = None
    compensate: Step | None = None
    """Its id is ``compensate``; it has a verb and values, no modifiers of its own."""
    idempotency_key: Value | None = None
