"""Values: text, words, names, quantities, expressions and commands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from compiler.language.noun import Schema, described, ref
from compiler.parse.atoms import LONGEST_NAME
from compiler.parse.models import URL
from compiler.parse.quantities import BYTES, SECONDS

_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_ABOVE_ZERO = r"(?=[0-9.]*[1-9])"
_PERCENT = r"0{0,12}(?:100(?:\.0{1,9})?|[0-9]{1,2}(?:\.[0-9]{1,9})?) ?%"

TEXT: Schema = {"type": "string", "pattern": r"\S", "patternErrorMessage": "Write some text."}
TEXTS: Schema = {"type": "array", "items": TEXT, "errorMessage": "Write a list: `[a, b]`."}
TEXT_OR_NUMBER: Schema = {**TEXT, "type": ["string", "number"]}
WRITTEN: Schema = {
    **TEXT,
    "pattern": r"^(?![\s\S]*\$\{\{)[\s\S]*\S",
    "patternErrorMessage": "Write it: it cannot be computed.",
}
"""Text without expressions."""
BOOLEAN: Schema = {"type": "boolean"}
ANY: Schema = {}
"""Any data; texts in it may hold ``${{ }}``."""
ANY_MAP: Schema = {"type": "object"}
"""A map of such data."""
CONDITION = ref("condition")
COMMAND = ref("command")

_DURATION = f"{_NUMBER}[ ]?(?:{'|'.join(SECONDS)})"
_DURATION_MESSAGE = "Write a duration with its unit: `200ms`, `30s`, `5m`, `2h` or `1d`."
DURATION: Schema = {
    "type": "string",
    "pattern": f"^{_DURATION}$",
    "errorMessage": _DURATION_MESSAGE,
}
"""Zero or longer."""
TIME_LIMIT: Schema = {**DURATION, "pattern": f"^{_ABOVE_ZERO}{_DURATION}$"}
"""Longer than zero."""
SIZE: Schema = {
    "type": "string",
    "pattern": f"^{_ABOVE_ZERO}{_NUMBER}[ ]?(?:{'|'.join(BYTES)})$",
    "errorMessage": "Write a size with its unit: `512MiB` or `2GB`.",
}
SHARE: Schema = {
    "type": ["string", "number"],
    "exclusiveMinimum": 0,
    "pattern": f"^{_ABOVE_ZERO}{_PERCENT}$",
    "errorMessage": "Write a share: `80%` or `0.8`.",
}
PART: Schema = {**SHARE, "maximum": 1}
"""A share of a whole."""
URL_OF_SERVER: Schema = {
    "type": "string",
    "pattern": f"^{URL.pattern}$",
    "errorMessage": "Write the URL of a server: `http://localhost:11434/v1`.",
}
SUCCEED_IF: Schema = {
    "type": ["string", "integer"],
    "minimum": 1,
    "pattern": f"^(?:all|any|{_ABOVE_ZERO}{_PERCENT})$",
    "errorMessage": "Write `all`, `any`, a number from 1, or a share such as `80%`.",
}


def integer(least: int) -> Schema:
    """A whole number from ``least``."""
    return {"type": "integer", "minimum": least}


def number(least: int) -> Schema:
    """A number from ``least``."""
    return {"type": "number", "minimum": least}


def words(listed: Iterable[str], meanings: Iterable[str] = ()) -> Schema:
    """One of a few words.

    Args:
        listed: The words.
        meanings: What each of them does, in the same order; empty where the key's text says it.
    """
    found: Schema = {"enum": list(listed)}
    if said := list(meanings):
        found |= {"enumDescriptions": said, "markdownEnumDescriptions": said}
    return found


def one_or_more(kind: type[StrEnum], meanings: Iterable[str]) -> Schema:
    """One word of an enumeration, or a list of them."""
    word = words((member.value for member in kind), meanings)
    return {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}


def text_or(noun: str, text: Schema = TEXT) -> Schema:
    """A text, or the long form: a map."""
    return {**text, "type": ["string", "object"], "if": {"type": "object"}, "then": ref(noun)}


def named(pattern: re.Pattern[str], what: str) -> Schema:
    """A text that is a name."""
    return {
        "type": "string",
        "pattern": f"^{pattern.pattern}$",
        "maxLength": LONGEST_NAME,
        "patternErrorMessage": f"Names of {what} match `{pattern.pattern}`.",
    }


def map_of(value: Schema, pattern: re.Pattern[str], what: str) -> Schema:
    """A map from names to values."""
    name = named(pattern, what)
    return {"type": "object", "propertyNames": name, "additionalProperties": value}


ARGUMENT: Schema = {"type": ["string", "number", "boolean"]}
PROGRAM: Schema = {
    "type": "string",
    "pattern": r"^(?!(?:[\s\S]*[^$])?\$\{\{)[\s\S]",
    "patternErrorMessage": "Write the program's name; only its arguments may be computed.",
}

DEFINITIONS: dict[str, Schema] = {
    "condition": {
        **described(
            "An expression that gives true or false, written without `${{ }}`: "
            "`steps.quality.output.score > 0.8`."
        ),
        "type": ["string", "number", "boolean"],
        "pattern": r"^(?!\s*\$\{\{)[\s\S]*\S",
        "patternErrorMessage": "This is an expression already: write it without `${{ }}`.",
        "errorMessage": "Write an expression, without `${{ }}`.",
        "examples": ["steps.quality.output.score > 0.8"],
    },
    "argv": {
        **described("A program and its arguments; no shell is started."),
        "minItems": 1,
        "items": [PROGRAM],
        "additionalItems": ARGUMENT,
        "examples": [["git", "log", "--oneline"]],
    },
    "command": {
        **described(
            "A command: text that is split without a shell (`a && b` runs both in order), "
            "a list `[program, argument]`, or a list of such lists."
        ),
        "type": ["string", "array"],
        "pattern": r"^(?!\s*(?:\S*[^$\s])?\$\{\{)[\s\S]*\S",
        "minItems": 1,
        "errorMessage": "Write a command: `[program, argument]` or a text.",
        "if": {"type": "array", "items": {"type": "array"}},
        "then": {"items": ref("argv")},
        "else": ref("argv"),
        "examples": ["ruff format .", ["git", "log", "--oneline"]],
    },
}  # fmt: skip
