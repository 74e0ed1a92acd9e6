"""Random data in scope, with the types that an author would have declared for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from workflow_ir.expressions import step_type
from workflow_ir.expressions.step_view import StepKind
from workflow_ir.types.model import (
    Absent,
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
    OneOf,
    String,
    Type,
)

TEXTS = (
    "", "a", "b", "ab", "Grüße, Welt\nzwei", "a,b,,c", "  pad\t", "ß", "İ", "ﬁ", "😀!", "x\u2028y",
    "one\r\ntwo\rthree\x1cfour\n", "12", " -3 ", "+1.5e3", "[1, 2.0, null]", '{"a": {"b": [true]}}',
    "90s", "1h30m", "0.5d250ms", "true", "null", "'\"\\", "\0", "e\u0301", "AaÄ", "${{ a }}",
)  # fmt: skip
KEYS = (
    "a", "b", "k", "class", "from", "if", "größe", "x y", "", "1", "items", "__class__", "with",
    "None", "ﬁ", "lambda", "e\u0301", '"', "not", "deep",
)  # fmt: skip
INTEGERS = (0, 1, 2, 3, -1, -2, 7, 10, 255, 2**31, 2**53 + 1, 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 0.1, 0.5, 2.0, -1.5, 2.5, 3.5, 1e16, 1e300, 5e-324, 1 / 3, 123456.789, 1e22)


@dataclass(frozen=True, slots=True)
class Place:
    """Something that can be read."""

    keys: tuple[str | int, ...]
    """The root's name, then keys and positions."""
    value: Any


@dataclass(frozen=True, slots=True)
class Environment:
    """The names in scope of one evaluation."""

    names: Mapping[str, Any]
    types: Mapping[str, Type]
    places: tuple[Place, ...]
    """Everything that can be read, containers and their members."""
    missing: tuple[tuple[str | int, ...], ...]
    """Paths at which nothing is found, or null."""

    def data(self) -> dict[str, Any]:
        """A copy of the names, for Python to read."""
        return {name: deepcopy(value) for name, value in self.names.items()}


@lru_cache(maxsize=8)
def environment(number: int) -> Environment:
    """The environment of a number; always the same one."""
    random = Random(f"environment {number}")
    types: dict[str, Type] = {
        "inputs": _object(random, depth=2, most=7),
        "steps": Object({name: Field(_step(random, name)) for name in ("draft", "class", "each")}),
        "with": _object(random, depth=1, most=4),
        "item": _type(random, 2),
        "größe": _number(random),
        "rows": ListOf(_object(random, depth=1, most=3)),
        "numbers": ListOf(_number(random)),
        "lines": ListOf(String()),
        "previous": Nullable(_object(random, depth=1, most=3)),
        "anything": Json(),
    }
    names = {name: _value(random, type_) for name, type_ in types.items()}
    places = tuple(
        place for name, value in names.items() for place in _places((name,), value, depth=5)
    )
    missing = [place.keys for place in places if place.value is None]
    for place in places:
        if isinstance(place.value, dict):
            missing.append((*place.keys, random.choice(["gone", "weg", "0"])))
        elif isinstance(place.value, list):
            missing.append((*place.keys, random.choice([len(place.value), 99, -99])))
    names["__now__"] = random.choice(["2000-01-01T00:00:00Z", "2031-12-24T18:30:05Z"])
    names["__health__"] = _health
    types["__health__"] = Boolean()
    return Environment(names, types, places, tuple(missing))


def _health(name: str) -> bool:
    return len(name) % 2 == 0


def _places(keys: tuple[str | int, ...], value: Any, *, depth: int) -> Iterator[Place]:
    yield Place(keys, value)
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places((*keys, key), item, depth=depth - 1)
    elif isinstance(value, list):
        for index, item in enumerate(value[:3]):
            yield from _places((*keys, index), item, depth=depth - 1)


def _number(random: Random) -> Type:
    numbers: list[Type] = [Integer(), Number()]
    return random.choice(numbers)


def _type(random: Random, depth: int) -> Type:
    simple: list[Type] = [
        Integer(), Integer(-5, 20), Number(), Number(0.0, 1.0), String(), String(), Boolean(),
        Enum(("a", "b", "ab")), Enum((1, 2, 3)), Json(), Null(),
    ]  # fmt: skip
    if depth == 0 or random.random() < 0.45:
        return random.choice(simple)
    match random.randrange(6):
        case 0:
            return ListOf(_type(random, depth - 1))
        case 1:
            return MapOf(_type(random, depth - 1))
        case 2:
            inner: list[Type] = [Integer(), String(), ListOf(Number()), Boolean()]
            return Nullable(random.choice(inner))
        case 3:
            return OneOf((String(), ListOf(Integer())))
        case 4:
            items: list[Type] = [Integer(), Number(), String(), Boolean()]
            return ListOf(random.choice(items))
        case _:
            return _object(random, depth=depth - 1, most=4)


def _object(random: Random, *, depth: int, most: int) -> Object:
    keys = random.sample(KEYS, random.randint(2, most))
    fields = {key: Field(_type(random, depth), required=random.random() < 0.8) for key in keys}
    return Object(fields, closed=random.random() < 0.8)


def _step(random: Random, name: str) -> Type:
    kinds: list[StepKind] = ["plain", "branch", "repeat"]
    kind: StepKind = "for_each" if name == "each" else random.choice(kinds)
    output = ListOf(_type(random, 1)) if name == "each" else _object(random, depth=1, most=4)
    return step_type(
        output, step=name, may_be_absent=random.random() < 0.4, kind=kind, arms=("fast", "slow")
    )


def _value(random: Random, type_: Type) -> Any:
    match type_:
        case Null():
            return None
        case Boolean():
            return random.random() < 0.5
        case Integer(low, high):
            return _within(random, INTEGERS, low, high, random.randint)
        case Number(low, high):
            whole = low is None and random.random() < 0.3
            return _within(random, INTEGERS if whole else FLOATS, low, high, random.uniform)
        case String():
            return random.choice(TEXTS)
        case Enum(values):
            return random.choice(values)
        case ListOf(item):
            return [_value(random, item) for _ in range(random.choice([0, 1, 2, 3, 3, 5]))]
        case MapOf(value):
            keys = random.sample(KEYS, random.randint(0, 4))
            return {key: _value(random, value) for key in keys}
        case Object(fields, closed):
            made = {
                key: _value(random, field.type)
                for key, field in fields.items()
                if (field.required or random.random() < 0.6) and not _is_left_out(random, field)
            }
            return made if closed else {**made, "beside": random.choice([None, 1, "x"])}
        case Nullable(of):
            return None if random.random() < 0.3 else _value(random, of)
        case OneOf(options):
            return _value(random, random.choice(options))
        case Absent(of):
            return _value(random, of)
        case _:
            return _json(random, 2)


def _is_left_out(random: Random, field: Field) -> bool:
    """What a step that did not run has not got."""
    return isinstance(field.type, Absent) and random.random() < 0.5


def _within(random: Random, choices: Any, low: Any, high: Any, draw: Any) -> Any:
    if low is not None or high is not None:
        return draw(low if low is not None else 0, high if high is not None else 40)
    return random.choice(choices)


def _json(random: Random, depth: int) -> JsonValue:
    kind = random.randrange(8 if depth else 6)
    match kind:
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.choice(INTEGERS)
        case 3:
            return random.choice(FLOATS)
        case 4 | 5:
            return random.choice(TEXTS)
        case 6:
            return [_json(random, depth - 1) for _ in range(random.randint(0, 4))]
        case _:
            keys = random.sample(KEYS, random.randint(0, 4))
            return {key: _json(random, depth - 1) for key in keys}
