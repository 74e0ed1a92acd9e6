"""The fields of a form: what each one takes, and what a typed line means for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from melody.running.written_value import WrittenValueError, written_value
from workflow_ir.players import Schema
from workflow_ir.types import compile_schema, describe, from_json_schema
from workflow_ir.visible import visible

_YES: Mapping[str, str] = {"y": "true", "yes": "true", "n": "false", "no": "false"}
EMPTY = '""'
"""Stands for an empty text, since an empty line is soon typed by accident."""


class UnfitError(ValueError):
    """A typed line that is no value of the field; the message says why."""


class LeftOutError(Exception):
    """The line was empty and the field may be left out."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    name: str
    schema: Schema
    is_required: bool

    def shown(self) -> str:
        """``canary (integer, share of the users) [10]``."""
        kind = describe(from_json_schema(self.schema))
        about = self.schema.get("description")
        default = f" [{_as_typed(self.schema['default'])}]" if self._has_default else ""
        said = f", {about}" if about else ""
        return visible(f"{self.name} ({kind}{said}){default}")

    def value(self, line: str) -> JsonValue:
        """The value that a line stands for; ``@FILE`` stands for the text of that file.

        Raises:
            UnfitError: It is no value of the field.
            LeftOutError: It is empty, and the field may be left out.
        """
        if not line.strip():
            if self._has_default:
                default: JsonValue = copy.deepcopy(self.schema["default"])
                return default
            if not self.is_required:
                raise LeftOutError
            raise UnfitError(f"a value is needed; for an empty text write {EMPTY}")
        try:
            found = written_value(self._text(line), self.schema)
        except WrittenValueError as error:
            raise UnfitError(str(error)) from error
        violations = compile_schema(self.schema)(found)
        if violations:
            raise UnfitError(violations[0].message)
        return found

    @property
    def _has_default(self) -> bool:
        return "default" in self.schema

    def _text(self, line: str) -> str:
        if line.startswith("@@"):
            return line[1:]
        if line.startswith("@"):
            try:
                return Path(line[1:]).read_text("utf-8")
            except (OSError, ValueError) as error:
                told = (
                    f"that file cannot be read; a text that begins with @ is written @@ ({error})"
                )
                raise UnfitError(told) from error
        if line == EMPTY:
            return ""
        if self.schema.get("type") == "boolean":
            return _YES.get(line.strip().lower(), line)
        return line


def fields_of(form: Schema | None) -> Iterator[FormField]:
    """The fields of a form in their order."""
    known = (form or {}).get("properties", {})
    required = (form or {}).get("required", ())
    for name, schema in known.items():
        yield FormField(name, schema, name in required)


def _as_typed(value: JsonValue) -> str:
    """A default as it would be typed."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
