"""A command line as words and marks, as a shell reads it; nothing is expanded or run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["and", "or", "open", "close", "shell"]

_MARK = re.compile(r"&&|\|\||\$\(|<<|>>|[()|;<>&`\n\r]")
_KINDS: dict[str, MarkKind] = {"&&": "and", "||": "or", "(": "open", ")": "close"}
_IN_WORD = re.compile(r"[^\s'\"\\()|;<>&`$]+")
_IN_DOUBLE = re.compile(r'[^"\\$]+')
_REPLACED = re.compile(r"\$(?:[A-Za-z_]\w*|\{(?!\{)[^}]*\}|[0-9?@#$!*])", re.ASCII)
_BLANK = " \t\v\f"


@dataclass(frozen=True, slots=True)
class Word:
    """An argument: what the program gets."""

    text: str
    start: int
    """Offset of its first character as written."""
    end: int
    quoted: bool
    """It has a quote or backslash."""
    replaced: tuple[int, int] | None = None
    """Offsets of what a shell would replace in it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something unquoted that is no word."""

    kind: MarkKind
    """``shell``: an operator that only a shell understands."""
    text: str
    start: int
    end: int


Token = Word | Mark


class OpenQuoteError(Exception):
    """A quote that is never closed."""

    def __init__(self, quote: str, start: int) -> None:
        self.quote, self.start = quote, start
        super().__init__(quote)


def tokens_of(text: str, start: int = 0) -> list[Token]:
    r"""The words and marks of a command line, in order.

    Quotes and backslashes mean what they mean to a shell. ``$NAME`` and ``*`` are text; the word
    tells where they stand.

    Args:
        text: The command line.
        start: Where it begins; offsets count from the beginning of the text.

    Raises:
        OpenQuoteError: A quote is never closed.

    >>> [token.text for token in tokens_of("a.success && echo 'x y'\\ z")]
    ['a.success', '&&', 'echo', 'x y z']
    """
    return _Reader(text).read(start)


class _Reader:
    """The state of one reading."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.parts: list[str] | None = None
        """Of the word in reading; None between words."""
        self.began = 0
        self.quoted = False
        self.replaced: tuple[int, int] | None = None

    def read(self, at: int) -> list[Token]:
        text = self.text
        while at < len(text):
            char = text[at]
            if char in _BLANK or text.startswith("\\\n", at):
                self._end(at)
                at += 1 if char in _BLANK else 2
            elif char == "'":
                at = self._single(at)
            elif char == '"':
                at = self._double(at)
            elif char == "\\" and at + 1 < len(text):
                self._add(text[at + 1], at, quoted=True)
                at += 2
            elif mark := _MARK.match(text, at):
                self._end(at)
                found = mark.group()
                self.tokens.append(Mark(_KINDS.get(found, "shell"), found, at, mark.end()))
                at = mark.end()
            else:
                at = self._bare(at)
        self._end(len(text))
        return self.tokens

    def _bare(self, at: int) -> int:
        if found := _REPLACED.match(self.text, at):
            self._replace(*found.span())
        found = found or _IN_WORD.match(self.text, at)
        piece = found.group() if found else self.text[at]
        first = self.parts is None
        self._add(piece, at)
        star = piece.find("*")
        if star >= 0 and not piece.startswith("$"):
            self._replace(at + star, at + star + 1)
        if first and (piece == "~" or piece.startswith("~/")):
            self._replace(at, at + 1)
        return at + len(piece)

    def _single(self, start: int) -> int:
        end = self.text.find("'", start + 1)
        if end < 0:
            raise OpenQuoteError("'", start)
        self._add(self.text[start + 1 : end], start, quoted=True)
        return end + 1

    def _double(self, start: int) -> int:
        text, at = self.text, start + 1
        self._add("", start, quoted=True)
        while at < len(text) and text[at] != '"':
            if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n"):
                self._add(text[at + 1].strip("\n"), at)
                at += 2
                continue
            if found := _REPLACED.match(text, at):
                self._replace(*found.span())
            found = found or _IN_DOUBLE.match(text, at)
            piece = found.group() if found else text[at]
            self._add(piece, at)
            at += len(piece)
        if at >= len(text):
            raise OpenQuoteError('"', start)
        return at + 1

    def _add(self, piece: str, at: int, *, quoted: bool = False) -> None:
        if self.parts is None:
            self.parts, self.began, self.quoted, self.replaced = [], at, False, None
        self.parts.append(piece)
        self.quoted = self.quoted or quoted

    def _replace(self, start: int, end: int) -> None:
        """Remember the first stretch that a shell would replace; the word is begun if need be."""
        self._add("", start)
        self.replaced = self.replaced or (start, end)

    def _end(self, at: int) -> None:
        if self.parts is not None:
            word = Word("".join(self.parts), self.began, at, self.quoted, self.replaced)
            self.tokens.append(word)
            self.parts = None
