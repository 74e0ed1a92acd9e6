"""What a player returned, as exact JSON data."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

_DEEPEST = 200
_LARGEST = 2**63
"""Integers are exact within 64 bits and an error beyond (spec 8, Expressions)."""


class NotJsonError(Exception):
    """A value that is not JSON data."""

    def __init__(self, place: str, fact: str) -> None:
        super().__init__(f"{place or 'the output'} {fact}")


def json_data(value: object) -> Any:
    """A deep copy of ``value`` made of None, bool, int, float, str, list and dict only.

    Pydantic models and dataclasses become objects, enums their values, tuples lists.

    Raises:
        NotJsonError: A part has no exact JSON form; the message names the place.

    >>> json_data({"pair": (1, 2)})
    {'pair': [1, 2]}
    """
    return _convert(value, "", 0)


def json_size(value: Any) -> int:
    """Bytes of JSON data in the compact form.

    >>> json_size({"a": "é"})
    10
    """
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _convert(value: object, place: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise NotJsonError("", f"is nested deeper than {_DEEPEST} levels")
    match value:
        case None | True | False:
            return value
        case Enum():
            return _convert(value.value, place, depth + 1)
        case str():
            return _text(value, place)
        case int():
            return _integer(value, place)
        case float():
            if not math.isfinite(value):
                raise NotJsonError(place, f"is {float(value)!r}, which JSON does not know")
            return float(value)
        case _ if _is_model(value):
            return _convert(_dumped(value, place), place, depth + 1)
        case Mapping():
            return {
                _key(key, place): _convert(item, f"{place}.{key}" if place else str(key), depth + 1)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_convert(item, f"{place}[{n}]", depth + 1) for n, item in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return _convert(named, place, depth + 1)
    kind = type(value)
    raise NotJsonError(place, f"is of type {kind.__module__}.{kind.__qualname__}, not JSON data")


def _text(value: str, place: str) -> str:
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotJsonError(place, "holds half a character (a lone surrogate)") from None
    return text


def _integer(value: int, place: str) -> int:
    number = int(value)
    if not -_LARGEST <= number < _LARGEST:
        raise NotJsonError(place, "is an integer of more than 64 bits")
    return number


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise NotJsonError(place, f"has the key {key!r}, which is not a string")
    return _text(key, place)


def _is_model(value: object) -> bool:
    """Whether it is a pydantic model; where nobody has imported pydantic there is none."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(value, pydantic.BaseModel)


def _dumped(model: Any, place: str) -> Any:
    from pydantic_core import PydanticSerializationError

    try:
        return model.model_dump(mode="json")
    except PydanticSerializationError as error:
        raise NotJsonError(place, f"cannot be written as JSON: {error}") from None
