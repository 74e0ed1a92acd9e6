"""From a document to the calls of the builder that write it again."""

from __future__ import annotations

import ast
import inspect
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, cast

from melody.builder import Melody, fn
from melody.builder.reference import Reference
from melody.builder.verbs import Verbs
from workflow_ir.expressions import parse, parse_template

Read = Callable[[str], Any]
"""From the source of an expression to an operand of the builder."""

_CONDITIONS = {"when", "require"}
_RENAMED = {"with": "with_", "while": "while_"}
_OF_A_VERB = {
    "run": ("parse", "stdin", "env"),
    "call": ("with", "max_depth"),
    "approval": ("show", "form", "assignees", "expires", "on_timeout", "on_reject"),
}
_DATA = {
    "label", "needs", "output", "on_failure", "priority", "importance", "task_type", "succeed_if",
    "barrier_timeout", "parse", "max_depth", "form", "assignees", "expires", "on_timeout",
    "on_reject", "on_max",
}  # fmt: skip


def build(
    document: Mapping[str, Any], read: Read, parts: Mapping[str, Melody] | None = None
) -> Melody:
    """The Melody of a document; its own keys (``x-…``) are left out.

    ``parts`` are Melodies in Python that stand for files that it calls.
    """
    head = {key: document[key] for key in ("version", "description") if key in document}
    data = _Values(read)
    head |= {key: data.of(document[key]) for key in ("policy", "process") if key in document}
    melody = Melody(document["name"], **head)
    for name, type_ in document.get("inputs", {}).items():
        melody.input(name, type_)
    for alias, model in document.get("models", {}).items():
        if isinstance(model, str):
            melody.model(alias, model)
        else:
            melody.model(alias, **{key: data.of(item) for key, item in _own(model)})
    for name, player in document.get("players", {}).items():
        fixed = {"input", "output", "description"}
        fields = {key: item if key in fixed else data.of(item) for key, item in _own(player)}
        melody.player(name, **fields)
    _Scope(melody, data, parts or {}).steps(document["steps"])
    if "outputs" in document:
        melody.outputs(data.of(document["outputs"]))
    return melody


class _Values:
    def __init__(self, read: Read) -> None:
        self.read = read

    def of(self, item: Any) -> Any:
        if isinstance(item, dict):
            return {key: self.of(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [self.of(inner) for inner in item]
        if not isinstance(item, str) or "${{" not in item:
            return item
        template = parse_template(item)
        if template.single is not None:
            return self.whole(template.single.expression.source)
        return "".join(
            part if isinstance(part, str) else f"{self.whole(part.expression.source)}"
            for part in template.parts
        )

    def whole(self, source: str) -> Any:
        """A reference, also where the expression is a constant."""
        found = self.read(source)
        return found if isinstance(found, Reference) else fn.expr(source)

    def condition(self, item: Any) -> Any:
        return self.read(item) if isinstance(item, str) else item


class _Scope:
    def __init__(self, verbs: Verbs, data: _Values, parts: Mapping[str, Melody]) -> None:
        self.verbs = verbs
        self.data = data
        self.parts = parts

    def steps(self, steps: Mapping[str, Any]) -> None:
        for id_, step in steps.items():
            self._step(id_, dict(_own(step)))

    def _step(self, id_: str, step: dict[str, Any]) -> None:
        verb = next(key for key in step if key in _VERBS)
        given = step.pop(verb)
        result = step.pop("result", None) if verb == "steps" else None
        beside = {
            _RENAMED.get(key, key): self._argument(key, step.pop(key))
            for key in _OF_A_VERB.get(verb, ())
            if key in step
        }
        if "for_each" in step:
            items = self.data.of(step.pop("for_each"))
            beside["for_each"] = Melody("x").for_each(
                items, as_=step.pop("as", None), concurrency=step.pop("concurrency", None)
            )
        beside |= {_RENAMED.get(key, key): self._argument(key, item) for key, item in step.items()}
        getattr(self, f"_{verb}")(given, {"id": id_, **beside}, result)

    def _argument(self, key: str, item: Any) -> Any:
        if key in _CONDITIONS:
            return self.data.condition(item)
        if key == "gate":
            conditions = {"check", "score"}
            return {
                name: self.data.condition(inner) if name in conditions else inner
                for name, inner in item.items()
            }
        if key == "compensate" and "call" in item:
            item = {**item, "call": self.parts.get(item["call"], item["call"])}
            return {
                name: inner if name == "call" else self.data.of(inner)
                for name, inner in item.items()
            }
        return item if key in _DATA else self.data.of(item)

    def _play(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.play(given, **more)

    def _run(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.run(self.data.of(given), **more)

    def _set(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.set(self.data.of(given), **more)

    def _call(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.call(self.parts.get(given, given), **more)

    def _approval(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.approval(self.data.of(given), **more)

    def _wait(self, given: Any, more: dict[str, Any], _: Any) -> None:
        if isinstance(given, dict):
            self.verbs.wait(
                until=self.data.of(given.get("until")), event=given.get("event"), **more
            )
        else:
            self.verbs.wait(given, **more)

    def _fail(self, given: Any, more: dict[str, Any], _: Any) -> None:
        self.verbs.fail(given["error"], self.data.of(given.get("message")), **more)

    def _steps(self, given: Any, more: dict[str, Any], result: Any) -> None:
        self._inside(self.verbs.group(**more), {"steps": given, "result": result})

    def _branch(self, given: Any, more: dict[str, Any], _: Any) -> None:
        route = self.verbs.branch(**more)
        for arm in given:
            is_else = arm.get("else")
            opened = (
                route.otherwise(arm["name"])
                if is_else
                else route.arm(arm["name"], when=self.data.condition(arm["when"]))
            )
            self._inside(opened, arm)

    def _parallel(self, given: Any, more: dict[str, Any], _: Any) -> None:
        both = self.verbs.parallel(**more)
        for name, lane in given.items():
            self._inside(both.branch(name), lane)

    def _repeat(self, given: Any, more: dict[str, Any], _: Any) -> None:
        head = {"max": given["max"], "on_max": given.get("on_max")}
        if "while" in given:
            head["while_"] = self.data.condition(given["while"])
        loop = self.verbs.repeat(**head, **more)
        self._inside(loop, given)
        if "until" in given:
            loop.until(self.data.condition(given["until"]))

    def _inside(self, scope: Any, holder: Mapping[str, Any]) -> None:
        _Scope(scope, self.data, self.parts).steps(holder.get("steps", {}))
        if holder.get("result") is not None:
            scope.result(self.data.of(holder["result"]))


def _own(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, item) for key, item in entries.items() if not key.startswith("x-")]


_VERBS = (
    "play", "run", "set", "steps", "branch", "parallel", "repeat", "call", "approval", "wait",
    "fail",
)  # fmt: skip


def by_words(source: str) -> Reference:
    """The expression as its text: the document is the same to the letter."""
    return fn.expr(source)


def by_operators(source: str) -> Any:
    """The expression by attributes, operators and functions, as a person writes it in Python."""
    return _Translator(source).operand(parse(source).tree)


_ARITHMETIC = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: fn.in_, ast.NotIn: fn.not_in,
}  # fmt: skip


class _Translator:
    def __init__(self, source: str) -> None:
        self._source = source

    def operand(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return fn.expr(name)
            case ast.Attribute(value=base, attr=name) if not name.startswith("_"):
                return getattr(self.reference(base), name)
            case ast.Subscript(value=base, slice=ast.Slice(lower=low, upper=high)):
                bounds = [None if end is None else self.operand(end) for end in (low, high)]
                return self.reference(base)[slice(*bounds)]
            case ast.Subscript(value=base, slice=key):
                return self.reference(base)[self.operand(key)]
            case ast.BinOp(left=left, op=op, right=right):
                return _ARITHMETIC[type(op)](self.reference(left), self.operand(right))
            case ast.BoolOp(op=op, values=values):
                join = operator.and_ if isinstance(op, ast.And) else operator.or_
                return reduce(join, [self.reference(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return ~self.reference(inner)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.operand(inner)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARED[type(op)](self.reference(left), self.operand(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return fn.if_(*map(self.operand, (test, body, orelse)))
            case ast.Call(func=ast.Name(id=name), args=args):
                return getattr(fn, name)(*map(self.operand, args))
            case ast.List(elts=items):
                return [self.operand(item) for item in items]
            case ast.ListComp() | ast.GeneratorExp():
                return self._each(node)
        return self._words(node)

    def reference(self, node: ast.expr) -> Reference:
        """A reference also for a constant, which Python itself would work with."""
        found = self.operand(node)
        return found if isinstance(found, Reference) else self._words(node)

    def _words(self, node: ast.expr) -> Reference:
        return fn.expr(self._source[node.col_offset : node.end_col_offset])

    def _each(self, node: ast.ListComp | ast.GeneratorExp) -> Reference:
        *outer, last = node.generators
        targets = [loop.target for loop in node.generators]
        if any(loop.ifs for loop in outer) or not all(isinstance(t, ast.Name) for t in targets):
            return self._words(node)
        names = [cast("ast.Name", target).id for target in targets]
        sources = [loop.iter for loop in node.generators]
        then = [self._function(names[:k], source) for k, source in enumerate(sources) if k]
        when = None
        if last.ifs:
            conditions = [self.reference(condition) for condition in last.ifs]
            when = _with_names(names, reduce(operator.and_, conditions))
        return fn.each(self.operand(sources[0]), *then, self._function(names, node.elt), when=when)

    def _function(self, names: list[str], body: ast.expr) -> Callable[..., Any]:
        return _with_names(names, self.operand(body))


def _with_names(names: list[str], value: Any) -> Callable[..., Any]:
    def function(*_: Any) -> Any:
        return value

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(name, kind) for name in names])
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function
