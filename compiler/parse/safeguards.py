"""What keeps a target from being asked too often: ``breaker``, ``hedge`` and ``throttle``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from compiler.parse.atoms import integer, word_of
from compiler.parse.quantities import duration_text, part, share, time_limit
from compiler.parse.reading import Reading
from compiler.parse.syntax import Breaker, BreakerState, Hedge, Spanned, Throttle
from compiler.parse.tree import ListNode, Node
from workflow_ir.diagnostics import Note
from workflow_ir.span import Span

BREAKER = ("window", "calls", "failures", "open", "max_open", "probes", "ramp", "state")
HEDGE = ("delay", "max")
THROTTLE = ("tokens", "ratio")

breaker_state: Callable[[Reading, Node, str], Spanned[BreakerState] | None] = word_of(
    "automatic", "forced_open", "disabled"
)


def breaker(reading: Reading, node: Node, at: Span) -> Breaker | None:
    """``breaker``: when a provider that keeps failing is left alone."""
    fields = reading.fields(node, "breaker", BREAKER, at=at)
    if fields is None:
        return None
    opened, most = fields.read("open", time_limit), fields.read("max_open", time_limit)
    if opened is not None and most is not None and most.value < opened.value:
        reading.report(
            "MEL118",
            "`max_open` is shorter than `open`",
            most.span,
            notes=(Note("`open` is set", opened.span),),
            help=f"write `max_open: {duration_text(opened.value)}` or more",
        )
    return Breaker(
        at.to(node.span),
        window=fields.read("window", time_limit),
        calls=fields.read("calls", integer(1)),
        failures=fields.read("failures", part),
        open=opened,
        max_open=most,
        probes=fields.read("probes", integer(1)),
        ramp=fields.read("ramp", _ramp),
        state=fields.read("state", breaker_state),
    )


def hedge(reading: Reading, node: Node, at: Span) -> Hedge | None:
    """``hedge``: attempts beside one that takes long."""
    fields = reading.fields(node, "hedge", HEDGE, at=at, required=("delay",))
    if fields is None:
        return None
    delay, most = fields.read("delay", time_limit), fields.read("max", integer(1))
    return Hedge(at.to(node.span), delay, most) if delay else None


def _ramp(reading: Reading, node: Node, name: str) -> Spanned[tuple[float, ...]] | None:
    """Shares that grow: ``[10%, 50%]``; the whole need not be written."""
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of shares", help="write `ramp: [10%, 50%]`")
        return None
    shares = [part(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items)]
    found = [share for share in shares if share is not None]
    for before, after in pairwise(found):
        if after.value <= before.value:
            reading.report(
                "MEL118", f"the shares of `{name}` must grow", after.span,
                help="write them from the smallest to the largest: `ramp: [10%, 50%]`",
            )  # fmt: skip
    return Spanned(tuple(share.value for share in found), node.span)


def throttle(reading: Reading, node: Node, at: Span) -> Throttle | None:
    """``throttle``: retry tokens of one target."""
    fields = reading.fields(node, "throttle", THROTTLE, at=at)
    if fields is None:
        return None
    return Throttle(
        at.to(node.span),
        tokens=fields.read("tokens", integer(1)),
        ratio=fields.read("ratio", share),
    )
