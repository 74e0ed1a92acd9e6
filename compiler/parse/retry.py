"""``retry``: when and how often the same player tries again (spec 4, Pipeline of one attempt)."""

from __future__ import annotations

from compiler.parse.atoms import integer, member_of, number
from compiler.parse.error_names import error_names
from compiler.parse.models import parameters
from compiler.parse.quantities import duration
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import Retry, Spanned
from compiler.parse.syntax_values import Map
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from workflow_ir.diagnostics import Note
from workflow_ir.policy import Backoff, Jitter
from workflow_ir.span import Span

RETRY = (
    "max_attempts",
    "max_retries",
    "backoff",
    "initial",
    "multiplier",
    "max_delay",
    "jitter",
    "vary",
    "on",
)
VARIED = ("model", *SAMPLING)


def retry(reading: Reading, node: Node, at: Span) -> Retry | tuple[Retry, ...] | None:
    """``retry``: a map, or a list of rules of which the first that names the error holds."""
    if not isinstance(node, ListNode):
        return _rule(reading, node, at)
    if not node.items:
        reading.wrong_shape(node, "retry", "a map or a list of rules", help="write `retry: {}`")
        return None
    _reached(reading, node)
    rules = (_rule(reading, item, None) for item in node.items)
    return tuple(rule for rule in rules if rule is not None)


def _reached(reading: Reading, rules: ListNode) -> None:
    """MEL237 for rules that follow one without ``on``, which takes every error."""
    takes_all = (rule for rule in rules if isinstance(rule, MapNode) and rule.get("on") is None)
    last = next(takes_all, None)
    for rule in rules.items[rules.items.index(last) + 1 :] if last is not None else ():
        assert last is not None
        reading.report(
            "MEL237",
            "this rule is never reached: a rule before it takes every error",
            rule.span.start,
            notes=(Note("a rule without `on` stands", last.span.start),),
            help="move the rule without `on` to the end",
        )


def _rule(reading: Reading, node: Node, at: Span | None) -> Retry | None:
    fields = reading.fields(node, "retry", RETRY, at=at)
    if fields is None:
        return None
    return Retry(
        node.span if at is None else at.to(node.span),
        max_attempts=_max_attempts(fields),
        backoff=fields.read("backoff", _backoff),
        initial=fields.read("initial", duration),
        multiplier=fields.read("multiplier", number(1)),
        max_delay=fields.read("max_delay", duration),
        jitter=fields.read("jitter", member_of(Jitter)),
        vary=fields.read_all("vary", _vary),
        on=fields.read_all("on", error_names),
    )


def _max_attempts(fields: Fields) -> Spanned[int] | None:
    attempts = fields.read("max_attempts", integer(1))
    retries = fields.read("max_retries", integer(0))
    if "max_attempts" in fields and "max_retries" in fields:
        fields.reading.report(
            "MEL117",
            "`max_attempts` and `max_retries` say the same in two ways",
            fields.span("max_retries"),
            notes=(Note("`max_attempts` is written", fields.span("max_attempts")),),
            help="keep `max_attempts`; it counts the first attempt too",
        )
    if attempts is None and retries is not None:
        return Spanned(retries.value + 1, retries.span)
    return attempts


def _backoff(
    reading: Reading, node: Node, name: str
) -> Spanned[Backoff | tuple[float, ...]] | None:
    if isinstance(node, ListNode) and node.items:
        delays = [duration(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items)]
        found = tuple(delay.value for delay in delays if delay is not None)
        return Spanned(found, node.span) if len(found) == len(delays) else None
    if isinstance(node, ScalarNode):
        word = member_of(Backoff)(reading, node, name)
        return None if word is None else Spanned(word.value, word.span)
    words = ", ".join(f"`{kind.value}`" for kind in Backoff)
    reading.wrong_shape(node, name, f"{words} or a list of delays")
    return None


def _vary(reading: Reading, node: Node, name: str) -> tuple[Map, ...] | None:
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of maps", help="write `vary: [{temperature: 0.2}]`")
        return None
    found = (_varied(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items))
    return tuple(item for item in found if item is not None)


def _varied(reading: Reading, node: Node, name: str) -> Map | None:
    fields = reading.fields(node, "vary", VARIED, at=None, name=name)
    if fields is None:
        return None
    return parameters(fields, VARIED) or Map((), node.span)
