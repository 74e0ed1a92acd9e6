"""Types written as text: ``string``, ``number(0..1)``, ``list[T]``, ``map[T]``, ``T?``.

Objects and choices too, where they stand inside: ``list[{name: string, kind: {enum: [a, b]}}]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from workflow_ir.nearest import nearest
from workflow_ir.types.model import (
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    JsonValue,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    String,
    Type,
)

_PLAIN: Final[dict[str, Type]] = {
    "string": String(),
    "integer": Integer(),
    "number": Number(),
    "boolean": Boolean(),
    "json": Json(),
    "null": Null(),
    "path": String("path"),
    "uri": String("uri"),
    "duration": String("duration"),
}
_MEANT: Final = {
    "str": "string",
    "text": "string",
    "int": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "any": "json",
    "array": "list[json]",
    "dict": "map[json]",
    "object": "map[json]",
    "list": "list[json]",
    "map": "map[json]",
    "none": "null",
    "url": "uri",
    "file": "path",
    "date": "string",
    "datetime": "string",
}
"""What people write who come from another language, and what Melody calls it."""
_NAMES: Final = (*_PLAIN, "list", "map")
_WRITTEN: Final[dict[str, JsonValue]] = {"true": True, "false": False, "null": None}
_DEEPEST = 64
_LONGEST = 4096
_WORD = re.compile(r"[^\W\d]\w*")
_FIELD = re.compile(r"[^\W\d][\w-]*")
_CHOICE = re.compile(r"[^\[\]{},:?\s'\"][^\[\]{},:'\"]*")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")
_LARGEST = 2**63 - 1


class TypeSyntaxError(Exception):
    """A type that cannot be read: the fact, the place, a help."""

    def __init__(
        self,
        message: str,
        *,
        path: tuple[str | int, ...] = (),
        offset: int | None = None,
        end: int | None = None,
        help: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        """The fact, one sentence."""
        self.path = path
        """Keys and indexes down to the mistake; if the last one is a key, see `offset`."""
        self.offset = offset
        """For text: the first character of the mistake in it; None: the whole value."""
        self.end = end
        """For text: the character after the mistake."""
        self.help = help
        """One imperative hint."""
        self.suggestion = suggestion
        """What to write in place of the characters from `offset` to `end`."""


def parse_type_name(text: str, *, at: tuple[str | int, ...] = ()) -> Type:
    """The type that a text stands for.

    Raises:
        TypeSyntaxError: With the offset of the mistake in ``text``.

    >>> parse_type_name("list[number(0..1)]?")
    Nullable(of=ListOf(item=Number(minimum=0, maximum=1)))
    """
    if len(text) > _LONGEST:
        raise TypeSyntaxError(f"The type is longer than {_LONGEST} characters.", path=at)
    reader = _Reader(text, at)
    type_ = reader.type(0)
    reader.skip()
    if reader.position < len(text):
        rest, before = text[reader.position :], text[: reader.position].rstrip()
        help_ = None
        if rest.replace(" ", "") == "[]":
            help_ = f"Write `list[{before}]`."
        elif rest.replace(" ", "").casefold() in ("|null", "|none"):
            help_ = f"Write `{before}?`."
        raise reader.error(f"{rest!r} stands after the end of the type.", help=help_)
    return type_


@dataclass(slots=True)
class _Reader:
    text: str
    at: tuple[str | int, ...]
    position: int = 0

    def error(
        self,
        message: str,
        *,
        start: int | None = None,
        help: str | None = None,
        suggestion: str | None = None,
    ) -> TypeSyntaxError:
        """The error at a position, by default the current one to the end."""
        offset = self.position if start is None else start
        end = len(self.text) if start is None else self.position
        return TypeSyntaxError(
            message, path=self.at, offset=offset, end=end, help=help, suggestion=suggestion
        )

    def skip(self) -> None:
        """Passes blanks."""
        while self.position < len(self.text) and self.text[self.position] in " \t\n\r":
            self.position += 1

    def takes(self, mark: str) -> bool:
        """Whether ``mark`` comes next; if so it is passed."""
        self.skip()
        if self.text.startswith(mark, self.position):
            self.position += len(mark)
            return True
        return False

    def type(self, depth: int) -> Type:
        """One type and its question marks."""
        if depth > _DEEPEST:
            raise self.error(f"The type is nested deeper than {_DEEPEST} levels.")
        type_ = self._named(depth)
        if self.takes("?"):
            type_ = Nullable(type_)
            if self.takes("?"):
                raise self.error("A type has two question marks.", start=self.position - 1)
        return type_

    def _named(self, depth: int) -> Type:
        self.skip()
        start = self.position
        if self.takes("{"):
            return self._braced(start, depth)
        word = _WORD.match(self.text, start)
        if word is None:
            what = repr(self.text[start:]) if start < len(self.text) else "nothing"
            raise self.error(f"The name of a type is wanted, not {what}.", help=_known())
        self.position = word.end()
        name = word.group()
        if name in {"list", "map"} and self.takes("["):
            inner = self.type(depth + 1)
            if not self.takes("]"):
                raise self.error(f"`{name}[` is not closed.", help="Add `]`.")
            return ListOf(inner) if name == "list" else MapOf(inner)
        if name in {"integer", "number"} and self.takes("("):
            return self._range(name)
        if name in _PLAIN:
            return _PLAIN[name]
        raise self._unknown(name, start)

    def _braced(self, start: int, depth: int) -> Type:
        """What stands in ``{…}``: the fields of an object, or the values of an ``enum``."""
        fields: dict[str, Field] = {}
        while not self.takes("}"):
            if fields and not self.takes(","):
                raise self.error("The fields of an object are not closed.", help="Add `}`.")
            self.skip()
            at = self.position
            word = _FIELD.match(self.text, at)
            if word is None:
                raise self.error("The name of a field is wanted.", help="Write `{name: type}`.")
            self.position = word.end()
            name = word.group()
            if name in fields:
                raise self.error(f"The field {name!r} stands twice.", start=at)
            if not self.takes(":"):
                raise self.error(f"The field {name!r} has no type.", help=f"Write `{name}: json`.")
            if name == "enum" and not fields and self.takes("["):
                return self._choices(start)
            type_ = self.type(depth + 1)
            fields[name] = Field(type_, required=not isinstance(type_, Nullable))
        return Object(fields)

    def _choices(self, start: int) -> Type:
        values: list[JsonValue] = []
        while not self.takes("]"):
            if values and not self.takes(","):
                raise self.error("The values of an enum are not closed.", help="Add `]`.")
            self.skip()
            at = self.position
            word = _CHOICE.match(self.text, at)
            if word is None:
                raise self.error("A value of the enum is wanted.", help="Write `[a, b]`.")
            self.position = word.end()
            written = word.group().rstrip()
            value = _WRITTEN.get(written, written)
            if _NUMBER.fullmatch(written):
                value = float(written) if set(".eE") & set(written) else int(written)
            if any(type(one) is type(value) and one == value for one in values):
                raise self.error(f"An enum lists {written!r} twice.", start=at)
            values.append(value)
        if not self.takes("}"):
            raise self.error("The enum is not closed.", help="Add `}`.")
        if not values:
            raise self.error("An enum lists no value.", start=start)
        return Enum(tuple(values))

    def _unknown(self, name: str, start: int) -> TypeSyntaxError:
        if name in {"list", "map"}:
            what = "items" if name == "list" else "values"
            return self.error(
                f"`{name}` does not say what its {what} are.",
                start=start,
                help=f"Write `{name}[string]`, or `{name}[json]` for anything.",
                suggestion=f"{name}[json]",
            )
        meant = _MEANT.get(name.casefold()) or nearest(name, (*_NAMES, *_MEANT))
        meant = _MEANT.get(meant, meant) if meant is not None else None
        return self.error(
            f"There is no type {name!r}.",
            start=start,
            help=_known() if meant is None else f"Did you mean `{meant}`?",
            suggestion=meant,
        )

    def _range(self, name: str) -> Type:
        start = self.position
        low = self._bound(name)
        if not self.takes(".."):
            raise self.error(
                "A range is written `(low..high)`.", help=f"For example `{name}(0..1)`."
            )
        high = self._bound(name)
        if not self.takes(")"):
            raise self.error("The range is not closed.", help="Add `)`.")
        if low is None and high is None:
            raise self.error("The range has no bound.", start=start, help=f"Write `{name}`.")
        if low is not None and high is not None and low > high:
            raise self.error(f"No number lies between {low} and {high}.", start=start)
        if name == "integer":
            return Integer(None if low is None else int(low), None if high is None else int(high))
        return Number(low, high)

    def _bound(self, name: str) -> float | None:
        self.skip()
        found = _NUMBER.match(self.text, self.position)
        if found is None:
            return None
        start, self.position = self.position, found.end()
        text = found.group()
        whole = text.lstrip("-").isdigit()
        value = int(text) if whole else float(text)
        if abs(value) > _LARGEST if whole else value in {float("inf"), float("-inf")}:
            raise self.error(f"The bound {text} is out of range.", start=start)
        if name == "integer" and not whole:
            raise self.error(f"The bound {text} of an integer is not whole.", start=start)
        return value


def _known() -> str:
    return (
        "The types are string, integer, number, boolean, list[T], map[T], json, path, uri and "
        "duration; add `?` for what may be null."
    )
