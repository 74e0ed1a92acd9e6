"""``-i NAME=VALUE``: the declared type decides what the text of a value means."""

from __future__ import annotations

import json
import os

from pydantic import JsonValue

from workflow_ir.players import Schema
from workflow_ir.types import Enum, Json, String, describe, from_json_schema
from workflow_ir.types.model import Null, atoms


class WrittenValueError(ValueError):
    """Text that cannot be a value of the type; the message says what to write."""


def written_value(text: str, schema: Schema) -> JsonValue:
    """The value that a text given on the command line stands for.

    Texts are taken as they are, those of an enum too. A path means what it means in the shell that
    it was typed in: it becomes absolute, since players run in the project's folder. Everything
    else is JSON: ``3``, ``true``, ``["a", "b"]``. Where a type allows both, JSON is tried first.

    Args:
        text: What stands behind ``=``.
        schema: JSON Schema of the input.

    Raises:
        WrittenValueError: The type wants JSON and the text is none.

    >>> written_value("3", {"type": "integer"}), written_value("3", {"type": "string"})
    (3, '3')
    """
    kinds = [atom for atom in atoms(from_json_schema(schema)) if not isinstance(atom, Null)]
    if kinds and all(_is_text(kind) for kind in kinds):
        return _from_here(text) if all(kind == String("path") for kind in kinds) else text
    try:
        return _json(text)
    except (ValueError, RecursionError) as error:
        lenient = any(_is_text(kind) or isinstance(kind, Json) for kind in kinds)
        if lenient and not _looks_like_json(text):
            return text
        raise WrittenValueError(_reason(error, text, schema)) from error


def _from_here(path: str) -> str:
    return os.path.abspath(path) if path else path  # noqa: PTH100  text in, text out


def _is_text(kind: object) -> bool:
    match kind:
        case String():
            return True
        case Enum(values=values):
            return all(isinstance(value, str) for value in values)
        case _:
            return False


def _json(text: str) -> JsonValue:
    value: JsonValue = json.loads(text, parse_constant=_no_number)
    return value


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[", '"')


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _reason(error: Exception, text: str, schema: Schema) -> str:
    if not _looks_like_json(text):
        return f"that is no {describe(from_json_schema(schema))}"
    match error:
        case RecursionError():
            return "it is nested too deeply"
        case json.JSONDecodeError(msg=message, colno=column):
            return f"it is not JSON: {message} at character {column}"
        case _:
            return str(error)
