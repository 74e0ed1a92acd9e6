"""Expression text as tokens: the first half of the reader, where most mistakes are recognised.

Python's own parser comes second and sees a text of the same length in which strings are blank and
keywords after a dot are placeholders. So ``steps.a.output.class`` reads, all offsets stay true, and
no text can reach the parser that it answers with a warning or a crash.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.foreign import FOREIGN_OPERATORS, FOREIGN_WORDS
from workflow_ir.expressions.limits import (
    DEEPEST_SOURCE,
    GREATEST_INTEGER,
    MOST_SOURCE_BYTES,
)
from workflow_ir.expressions.strings import read_string

Kind = Literal["name", "attribute", "word", "number", "string", "mark"]
"""``attribute``: a name after a dot. ``word``: an operator written as a word, such as ``and``."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``value`` is that of a number or string."""

    kind: Kind
    text: str
    start: int
    value: int | float | str | None = None

    @property
    def end(self) -> int:
        """The offset of the character after the token."""
        return self.start + len(self.text)


_PATTERN: Final = re.compile(
    r"""
    (?P<blank>[ \t\r\n\f]+)
  | (?P<name>[^\W\d]\w*)
  | (?P<number>[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<quote>["'])
  | (?P<mark><=|>=|==|!=|//|[-+*/%<>()\[\]{},:.])
    """,
    re.VERBOSE,
)
_WORDS: Final = frozenset({"and", "or", "not", "in", "if", "else", "for"})
_NAMED_VALUES: Final = frozenset({"True", "False", "None", "with"})
_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}


def tokenise(source: str) -> list[Token]:
    """The tokens of an expression, with brackets that match.

    Raises:
        ExpressionError: For characters, words and operators that the language does not have.

    >>> [token.kind for token in tokenise("steps.a.class > 1")]
    ['name', 'mark', 'attribute', 'mark', 'attribute', 'mark', 'number']
    """
    _require_readable(source)
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        _refuse_foreign_operator(source, position, tokens)
        match = _PATTERN.match(source, position)
        if match is None:
            raise _strange_character(source, position)
        token = _token(source, match, tokens)
        if token is None:
            position = match.end()
        else:
            tokens.append(token)
            position = token.end
    _require_matching_brackets(tokens)
    return tokens


def _require_readable(source: str) -> None:
    try:
        size = len(source) if source.isascii() else len(source.encode())
    except UnicodeEncodeError as error:
        message = "Half of a surrogate pair stands in the expression; it is no character."
        raise ExpressionError(message, error.start, error.start + 1) from None
    if size > MOST_SOURCE_BYTES:
        raise ExpressionError(
            f"The expression has {size} bytes; at most {MOST_SOURCE_BYTES} are read.",
            0,
            len(source),
            "Compute parts of it in `set` steps.",
        )
    if not source.strip(" \t\r\n\f"):
        raise ExpressionError("The expression is empty.", 0, len(source), "Write a value.")


def _token(source: str, match: re.Match[str], before: list[Token]) -> Token | None:
    start, text = match.start(), match.group()
    match match.lastgroup:
        case "name":
            return _name(source, text, start, before)
        case "number":
            return _number(source, text, start)
        case "quote":
            end, value = read_string(source, start)
            return Token("string", source[start:end], start, value)
        case "mark":
            return Token("mark", text, start)
        case _:
            return None


def _name(source: str, text: str, start: int, before: list[Token]) -> Token:
    end = start + len(text)
    if before and before[-1].text == "." and before[-1].kind == "mark":
        return Token("attribute", text, start)
    if source[end : end + 1] in {'"', "'"} and text.lower() in {
        "f",
        "r",
        "b",
        "u",
        "rb",
        "br",
        "t",
    }:
        raise _prefixed_string(text, start)
    if text in _WORDS:
        return Token("word", text, start)
    if text in FOREIGN_WORDS:
        message, help_, suggestion = FOREIGN_WORDS[text]
        raise ExpressionError(message, start, end, help_, suggestion)
    if keyword.iskeyword(text) and text not in _NAMED_VALUES:
        help_ = "Choose another name; after a dot every name may stand."
        raise ExpressionError(f"{text!r} is a word of Python, no name.", start, end, help_)
    if text.startswith("__"):
        raise ExpressionError(f"No name begins like {text!r}.", start, end)
    if unicodedata.normalize("NFKC", text) != text:
        help_ = "Write it with other letters."
        raise ExpressionError(f"Python would read {text!r} as another name.", start, end, help_)
    return Token("name", text, start)


def _prefixed_string(prefix: str, start: int) -> ExpressionError:
    if prefix.lower() == "f":
        help_ = 'Join the parts with `+`, or interpolate outside: "Hi ${{ name }}".'
        return ExpressionError("There are no f-strings here.", start, start + 1, help_)
    help_ = f"Remove the {prefix!r}."
    message = f"A string has no prefix {prefix!r} here."
    return ExpressionError(message, start, start + len(prefix), help_, "")


def _number(source: str, text: str, start: int) -> Token:
    end = start + len(text)
    follower = source[end : end + 1]
    if follower and (follower == "_" or follower.isalnum()):
        while end < len(source) and (source[end] == "_" or source[end].isalnum()):
            end += 1
        help_ = "Write it in decimal digits; leave a blank between a number and a word."
        raise ExpressionError(f"{source[start:end]!r} is no number.", start, end, help_)
    if text.isdigit():
        if len(text) > 1 and text[0] == "0" and text.strip("0"):
            help_ = f"Write {text.lstrip('0')}."
            message = f"The integer {text} begins with 0."
            raise ExpressionError(message, start, end, help_, text.lstrip("0"))
        # One more than the greatest: `-9223372036854775808` is legal, and the sign comes before.
        if len(text) > 4000 or int(text) > GREATEST_INTEGER + 1:
            raise ExpressionError("The integer is beyond 64 bits.", start, end)
        return Token("number", text, start, int(text))
    value = float(text)
    if value == float("inf"):
        raise ExpressionError("The number is too large for a float.", start, end)
    return Token("number", text, start, value)


def _refuse_foreign_operator(source: str, position: int, before: list[Token]) -> None:
    for text, message, help_, suggestion in FOREIGN_OPERATORS.get(source[position], ()):
        end = position + len(text)
        if text in {"=", "!"} and source.startswith("=", end):
            continue  # `==` and `!=`
        if source.startswith(text, position):
            if text == "**" and before and before[-1].text in {"{", "(", ","}:
                raise ExpressionError("Nothing can be unpacked here.", position, end)
            raise ExpressionError(message, position, end, help_, suggestion)


def _strange_character(source: str, position: int) -> ExpressionError:
    character = source[position]
    end = position + 1
    if character in "“”„‟«»‘’‚‛":
        message = f"{character} is a typographic quote."
        return ExpressionError(message, position, end, "Write \" or '.", '"')
    name = unicodedata.name(character, "")
    shown = f"{character!r}" + (f" ({name.lower()})" if name and not character.isascii() else "")
    help_ = "Write an ordinary space." if character.isspace() else None
    suggestion = " " if character.isspace() else None
    return ExpressionError(f"{shown} has no place here.", position, end, help_, suggestion)


def _require_matching_brackets(tokens: list[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in _CLOSERS:
            opened.append(token)
            if len(opened) > DEEPEST_SOURCE:
                message = f"Brackets are nested deeper than {DEEPEST_SOURCE} levels."
                raise ExpressionError(message, token.start, token.end)
        elif token.text in ")]}":
            if not opened:
                message = f"{token.text!r} closes nothing."
                raise ExpressionError(message, token.start, token.end, "Remove it.", "")
            wanted = _CLOSERS[opened.pop().text]
            if token.text != wanted:
                help_ = f"Write {wanted!r}."
                message = f"{token.text!r} stands where {wanted!r} is wanted."
                raise ExpressionError(message, token.start, token.end, help_, wanted)
    if opened:
        last = opened[-1]
        help_ = f"Add {_CLOSERS[last.text]!r}."
        raise ExpressionError(f"{last.text!r} is never closed.", last.start, last.end, help_)


def python_text(source: str, tokens: list[Token]) -> str:
    """A text for Python's parser: as long as ``source``, one line, ASCII, strings blank.

    >>> python_text("a.if == 'ü'", tokenise("a.if == 'ü'"))
    "a.__ == ' '"
    """
    parts = [" "] * len(source)
    for token in tokens:
        text = token.text
        if token.kind == "string":
            text = "'" + " " * (len(text) - 2) + "'"
        elif token.kind in {"name", "attribute"} and (
            not text.isascii()
            or text == "with"
            or (token.kind == "attribute" and keyword.iskeyword(text))
        ):
            text = "_" * len(text)
        parts[token.start : token.end] = text
    return "".join(parts)
