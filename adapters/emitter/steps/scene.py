"""One function in the making: what its expressions read decides which names it binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.expressions.idioms import NOW
from adapters.emitter.expressions.written import RESERVED, roots_of
from adapters.emitter.naming.names import Names
from adapters.emitter.steps.pieces import Locals
from workflow_ir.values import ExprValue, LiteralValue, TextValue, Value

if TYPE_CHECKING:
    from adapters.emitter.steps.writing import Writing

HERE: Final = Code("here")
INNER: Final = Code("inner")
_OF_A_PLACE: Final[Mapping[str, Code]] = {
    "steps": Code("steps"),
    "inputs": Code("inputs"),
    "secrets": Code("secrets"),
    NOW: Code("now"),
}
"""Roots that every place has as members; all others are in its ``names``."""
_USED: Final = ("inner", "schemas", "steps", "inputs", "secrets")
"""Names that the text of functions uses itself."""


class Scene:
    """The names that expressions of one function read.

    Args:
        writing: The file that it stands in.
        given: Roots that are parameters or made by the function, and what they are called.
        made: Names that the function gives to something else.
        here: What is asked for the others.
    """

    def __init__(
        self,
        writing: Writing,
        given: Mapping[str, Code] | None = None,
        *,
        made: Iterable[str] = (),
        here: Code = HERE,
    ) -> None:
        self._writing = writing
        self._given = dict(given or {})
        self._here = here
        self._bound: dict[str, Code] = {}
        self._names = Names((*_USED, *RESERVED, *made, *writing.module.called))
        self._outer: Scene | None = None
        self._steps = Code("steps")

    def given(self, given: Mapping[str, Code]) -> Scene:
        """The same function where it has made more names itself."""
        more = Scene(self._writing, {**self._given, **given}, here=self._here)
        more._bound, more._names, more._outer = self._bound, self._names, self._outer
        return more

    def inside(self, given: Mapping[str, Code] | None = None, steps: str = "steps") -> Scene:
        """What is seen once the inside of the step has come to its end: other steps only.

        Args:
            given: As for a scene.
            steps: What the steps seen from inside are called.
        """
        inner = Scene(self._writing, {**self._given, **(given or {})}, here=INNER)
        inner._outer, inner._names = self, self._names
        inner._steps = Code(steps)
        return inner

    def value(self, value: Value) -> Code:
        """A value as an expression of Python."""
        return self._writing.source(value, self._roots(value))

    def text(self, value: Value) -> Code:
        """A value as a text: strings as they are, others as JSON."""
        match value:
            case TextValue():
                return self.value(value)
            case LiteralValue(value=str()):
                return self.value(value)
            case ExprValue():
                return self.value(TextValue(kind="text", parts=(value,)))
            case _:
                return Code(
                    f"{self._writing.imported('functions', 'as_text')}({self.value(value)})"
                )

    def directly(self, value: Value) -> Code:
        """A value that asks its place itself, without names of its own."""
        found = {root: self._asked(root) for root in roots_of([value])}
        return self._writing.source(value, found)

    def condition(self, value: ExprValue) -> Code:
        """A condition, to stand behind ``if``."""
        return self._writing.condition(value, self._roots(value))

    def unless(self, value: ExprValue) -> Code:
        """The opposite of a condition, to stand behind ``if``."""
        return self._writing.opposite(value, self._roots(value))

    def lead(self) -> tuple[Locals, ...]:
        """The lines that bind what was read so far."""
        lines = []
        usual = [root for root in _OF_A_PLACE if root in self._bound]
        if usual:
            left = joined((self._bound[root] for root in usual), ", ")
            right = joined((self._asked(root) for root in usual), ", ")
            lines.append(joined((left, right), " = "))
        lines += [
            joined((name, self._asked(root)), " = ")
            for root, name in self._bound.items()
            if root not in usual
        ]
        return (Locals(tuple(lines)),) if lines else ()

    def _roots(self, value: Value) -> Mapping[str, Code]:
        return {root: self.root(root) for root in roots_of([value])}

    def _asked(self, root: str) -> Code:
        member = _OF_A_PLACE.get(root)
        asked = f"names[{literal(root)}]" if member is None else member
        return Code(f"{self._here}.{asked}")

    def root(self, root: str) -> Code:
        """What a root of the language is called here."""
        if root in self._given:
            return self._given[root]
        if self._outer is not None and root != "steps":
            return self._outer.root(root)
        if root not in self._bound:
            name = self._steps if root == "steps" else _OF_A_PLACE.get(root)
            self._bound[root] = name or self._names.of(("root", root), root)
        return self._bound[root]
