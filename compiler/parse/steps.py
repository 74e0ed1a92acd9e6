"""One step: exactly one verb, and the modifiers beside it (spec 2, Steps)."""

from __future__ import annotations

import re

from compiler.parse.atoms import INPUT_NAME, STEP_ID, integer, member_of, named, text, texts
from compiler.parse.policy import gate, step_policy
from compiler.parse.quantities import succeed_if, time_limit
from compiler.parse.reading import Fields, Reading
from compiler.parse.recovery import rungs
from compiler.parse.syntax import ForEach, Reconstruct, Spanned, Step, Unreadable
from compiler.parse.tree import KeyNode, MapNode, Node, ScalarNode
from compiler.parse.types import type_node
from compiler.parse.values import condition, map_value, value
from compiler.parse.verbs import BESIDE, VERBS
from compiler.parse.windows import window
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.policy import Importance
from workflow_ir.span import Span

MODIFIERS = (
    "label", "when", "for_each", "needs", "output", "gate", "policy", "on_failure", "reconstruct",
    "require", "window", "priority", "importance", "task_type", "compensate", "idempotency_key",
)  # fmt: skip
ITEM_IN = re.compile(r"(?:for )?([A-Za-z_]\w*) in ((?:inputs|steps)\.[\w.]+)")
OF_A_MAP = ("as", "concurrency", "succeed_if", "barrier_timeout")
"""Keys that go with ``for_each``."""
IN_POLICY = ("retry", "timeout", "total_timeout", "budget", "on_exceeded")
COMPENSATION = ("label", "policy", "output")
"""Modifiers that a ``compensate`` may have."""


def step(reading: Reading, key: KeyNode, node: Node) -> Step:
    """A step under its id; an unreadable one keeps its id."""
    id_ = named(reading, Spanned(key.text, key.span), STEP_ID, "a step")
    return _step(reading, id_, node, MODIFIERS)


def compensation(reading: Reading, node: Node, at: Span) -> Step:
    """The step that undoes another one."""
    return _step(reading, Spanned("compensate", at), node, COMPENSATION)


def _step(reading: Reading, id_: Spanned[str], node: Node, modifiers: tuple[str, ...]) -> Step:
    span = id_.span.to(node.span)
    unread = Step(id_, span, Unreadable(node.span), id_.span)
    mapping = reading.map_of(node, id_.value, help="write `{play: PLAYER}`, or another verb")
    if mapping is None:
        return unread
    fields = reading.fields(
        mapping, "step", _allowed(mapping, modifiers), at=id_.span, name=id_.value,
        elsewhere=_elsewhere,
    )  # fmt: skip
    if fields is None:
        return unread
    verb_key = fields.one_of(tuple(VERBS), what="verb", at=id_.span)
    verb = VERBS[verb_key](fields) if verb_key else None
    return Step(
        id_,
        span,
        verb or Unreadable(node.span),
        fields.span(verb_key) if verb_key else id_.span,
        label=fields.read("label", text),
        when=fields.read("when", condition),
        for_each=_for_each(fields),
        succeed_if=fields.read("succeed_if", succeed_if),
        barrier_timeout=fields.read("barrier_timeout", time_limit),
        needs=fields.read_all("needs", texts),
        with_=fields.read("with", map_value),
        with_span=fields.span("with") if "with" in fields else None,
        prompt=fields.read("prompt", value),
        output=fields.read("output", type_node),
        gate=fields.read_at("gate", gate),
        policy=fields.read_at("policy", step_policy),
        on_failure=fields.read("on_failure", rungs),
        reconstruct=fields.read_at("reconstruct", _reconstruct),
        require=fields.read("require", condition),
        window=fields.read("window", window),
        priority=fields.read("priority", member_of(Importance)),
        importance=fields.read("importance", member_of(Importance)),
        task_type=fields.read("task_type", text),
        compensate=fields.read_at("compensate", compensation),
        idempotency_key=fields.read("idempotency_key", value),
    )


def _allowed(node: MapNode, modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a step: verbs, modifiers, and what goes with those that are written."""
    allowed = dict.fromkeys((*VERBS, *modifiers))
    written = [verb for verb in VERBS if verb in node.keys]
    for verb in written or VERBS:  # without a verb, that alone is the mistake
        allowed.update(dict.fromkeys(BESIDE.get(verb, ())))
    if "for_each" in node.keys:
        allowed.update(dict.fromkeys(OF_A_MAP))
    return tuple(allowed)


def _elsewhere(key: str) -> str | None:
    if key in IN_POLICY:
        return f"`{key}` stands inside `policy`: `policy: {{{key}: …}}`"
    if key == "fallback":
        return "`fallback` is said of a player, in `players`"
    if key in ("until", "while", "max", "on_max"):
        return f"`{key}` stands inside `repeat`"
    if key in OF_A_MAP and key not in ("succeed_if", "barrier_timeout"):
        return f"`{key}` goes with `for_each`"
    partners = [verb for verb, keys in BESIDE.items() if key in keys]
    if key in OF_A_MAP:
        partners.append("for_each")
    if partners:
        return f"`{key}` goes with {' and '.join(f'`{verb}`' for verb in partners)}"
    if key in MODIFIERS:
        return f"`{key}` cannot stand in a `compensate`"
    return None


def _for_each(fields: Fields) -> ForEach | None:
    def items(reading: Reading, node: Node, at: Span) -> ForEach | None:
        if isinstance(node, ScalarNode) and "${{" not in node.text:
            words = node.text.strip()
            expression = words.startswith(("inputs.", "steps."))
            fix = Fix("wrap the expression", (Edit(node.span, f"${{{{ {words} }}}}"),))
            named_first = ITEM_IN.fullmatch(words)
            reading.wrong_shape(
                node,
                "for_each",
                "a list, or an expression in `${{ }}`",
                help=f"write `for_each: ${{{{ {named_first[2]} }}}}` and `as: {named_first[1]}`"
                if named_first
                else None,
            ) if not expression else reading.report(
                "MEL111",
                "`for_each` is a value, so an expression stands in `${{ }}`",
                node.span,
                help=f"write `for_each: ${{{{ {words} }}}}`",
                fix=fix if node.style == "plain" else None,
            )
            return None
        if isinstance(node, MapNode):
            reading.wrong_shape(node, "for_each", "a list, or an expression in `${{ }}`")
            return None
        as_ = fields.read("as", text)
        return ForEach(
            value(reading, node, "for_each"),
            at,
            as_=named(reading, as_, INPUT_NAME, "an item") if as_ else None,
            concurrency=fields.read("concurrency", integer(1)),
        )

    return fields.read_at("for_each", items)


def _reconstruct(reading: Reading, node: Node, at: Span) -> Reconstruct | None:
    keys = ("from", "play")
    fields = reading.fields(node, "reconstruct", keys, at=at, required=keys)
    if fields is None:
        return None
    source, player = fields.read("from", value), fields.read("play", text)
    return Reconstruct(at.to(node.span), source, player) if source and player else None
