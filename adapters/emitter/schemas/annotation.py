"""The Python type of the values that meet a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.schemas.declarations import Declarations, Member
from workflow_ir.types import compile_schema, complete
from workflow_ir.types.definitions import Definitions, definition_name

_SCALARS: Final[Mapping[str, str]] = {
    "null": "None",
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "string": "str",
}
_DEEPEST: Final = 24
"""Levels that are written out; what lies deeper is ``Any``."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type as it stands in ``types.py``."""

    options: tuple[Code, ...]
    """The parts of a union."""
    names: tuple[str, ...] = ()
    """What it names beside builtins."""
    forward: bool = False
    """One of them is a class that is declared further down."""

    @property
    def code(self) -> Code:
        """The source."""
        return joined(self.options, " | ") if self.options else ANY.code

    def member(self, *, required: bool) -> Member:
        """The type of a key, in quotes where it has to wait for a class."""
        code = literal(str(self.code)) if self.forward else self.code
        return Member(code, required, self.names if self.options else ANY.names)


ANY: Final = Annotation((Code("Any"),), ("Any",))
NEVER: Final = Annotation(())
"""Of no value at all. It stands nowhere: readers of types, like pydantic, know no such type."""
NONE: Final = Annotation((Code("None"),))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands."""

    hint: str
    """How classes may be called."""
    filled: bool
    """Absent fields have been filled in (``workflow_ir.types.complete``)."""
    depth: int = 0

    def inside(self, part: str, *, filled: bool = True) -> Place:
        """One level down."""
        return Place(f"{self.hint}_{part}", self.filled and filled, self.depth + 1)


class Annotations:
    """The types of one schema and its parts. Objects become classes.

    Every value that meets a schema is of its type; what no type can say is left out.
    """

    def __init__(self, declarations: Declarations, root: Any) -> None:
        """Begin with a schema.

        Args:
            declarations: Where classes go.
            root: The schema that holds the definitions.
        """
        compile_schema(root)
        self._declarations = declarations
        self._definitions = Definitions(root)
        self._known: dict[tuple[str, bool], Annotation] = {}
        self._open: dict[tuple[str, bool], Code | None] = {}
        """Definitions that are being written, with their class if they are one."""

    def of(self, schema: Any, place: Place, name: Code | None = None) -> Annotation:
        """The type of values that meet a schema.

        Args:
            schema: The root, or a part of it.
            place: Where it stands.
            name: Its class, if it is an object and has a name already.
        """
        if not isinstance(schema, dict) or place.depth > _DEEPEST:
            return NEVER if schema is False else ANY
        if "const" in schema:
            return _union(_one_of([schema["const"]], _kinds(schema)))
        if "enum" in schema:
            return _union(_one_of(schema["enum"], _kinds(schema)))
        if "$ref" in schema:
            return self._definition(schema["$ref"], place)
        if "type" in schema:
            return _union(self._kind(kind, schema, place, name) for kind in _kinds(schema))
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return _union(self._options(schema[keyword], place))
        parts = self._options(schema.get("allOf", ()), place)
        return next((part for part in parts if part != ANY), ANY)

    def _options(self, options: Iterable[Any], place: Place) -> Iterator[Annotation]:
        for number, option in enumerate(options, 1):
            # Nobody knows by which of them a value came in, so none fills anything in.
            yield self.of(option, place.inside(str(number), filled=False))

    # --- kinds --------------------------------------------------------------------------------

    def _kind(
        self, kind: str, schema: dict[str, Any], place: Place, name: Code | None
    ) -> Annotation:
        if kind == "array":
            return _holder("list[", self.of(schema.get("items", True), place.inside("item")))
        if kind == "object" and schema.get("properties"):
            return self._object(schema, place, name)
        if kind == "object":
            others = schema.get("additionalProperties", True)
            return _holder("dict[str, ", self.of(others, place.inside("value")))
        return Annotation((Code(_SCALARS[kind]),))

    def _object(self, schema: dict[str, Any], place: Place, name: Code | None) -> Annotation:
        name = name or self._declarations.name(place.hint)
        required = schema.get("required", ())
        members = {
            key: self._member(part, place.inside(key), required=key in required)
            for key, part in schema["properties"].items()
            if _is_text(key) and part is not False
        }
        about = "An object as `schemas.py` checks it."
        self._declarations.typed_dict(name, about, members)
        return Annotation((name,), (str(name),))

    def _member(self, part: Any, place: Place, *, required: bool) -> Member:
        made = self.of(part, place)
        default = self._definitions.absent(part)
        if required or not place.filled or default is None:
            return made.member(required=required)
        # Nobody checks a default: one that is wrong is there all the same.
        if not self._fits(part):
            made = _union([made, NONE if default[0] is None else ANY])
        return made.member(required=True)

    def _fits(self, part: Any) -> bool:
        """What an absent field becomes meets its schema."""
        alone: Any = {"properties": {"it": part}, "$defs": self._definitions.sources}
        return not compile_schema(alone)(complete({}, alone))

    # --- definitions --------------------------------------------------------------------------

    def _definition(self, reference: str, place: Place) -> Annotation:
        name = definition_name(reference)
        key = (name, place.filled)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            own = self._open[key]
            return ANY if own is None else Annotation((own,), (str(own),), forward=True)
        source = self._definitions.sources[name]
        within = place.inside(name)
        own = self._declarations.name(within.hint) if _is_class(source) else None
        self._open[key] = own
        made = self.of(source, within, own)
        del self._open[key]
        if not made.forward and made != ANY:
            self._known[key] = made
        return made


def _one_of(values: list[Any], kinds: list[str]) -> Iterator[Annotation]:
    """Texts word for word, all others by their kind."""
    allowed = kinds or [*_SCALARS, "array", "object"]
    texts = [value for value in values if isinstance(value, str) and _is_text(value)]
    if texts and "string" in allowed:
        words = literal(list(dict.fromkeys(texts)))
        yield Annotation((Code("Literal") + words,), ("Literal",))
    for value in values:
        match value:
            case bool():
                kind, annotation = "boolean", Annotation((Code("bool"),))
            case int() | float() if "number" in allowed:
                kind, annotation = "number", Annotation((Code("float"),))
            case int() | float():
                kind, annotation = "integer", Annotation((Code("int"),))
            case list():
                kind, annotation = "array", _holder("list[", ANY)
            case dict():
                kind, annotation = "object", _holder("dict[str, ", ANY)
            case None:
                kind, annotation = "null", NONE
            case _:
                continue
        if kind in allowed:
            yield annotation


def _union(parts: Iterable[Annotation]) -> Annotation:
    """Any of them; None comes last."""
    made = [part for part in parts if part != NEVER]
    if ANY in made:
        return ANY
    if not made:
        return NEVER
    options = dict.fromkeys(option for part in made for option in part.options)
    return Annotation(
        tuple(sorted(options, key=lambda option: option == "None")),
        tuple(dict.fromkeys(name for part in made for name in part.names)),
        any(part.forward for part in made),
    )


def _holder(opening: str, of: Annotation) -> Annotation:
    of = of if of.options else ANY
    code = Code(opening) + of.code + Code("]")
    return Annotation((code,), of.names, of.forward)


def _is_class(schema: Any) -> bool:
    """It becomes one class, so that it may name itself."""
    if not isinstance(schema, dict) or schema.keys() & {"const", "enum", "$ref"}:
        return False
    return _kinds(schema) == ["object"] and bool(schema.get("properties"))


def _kinds(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _is_text(value: str) -> bool:
    """A text that data can hold: no half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
