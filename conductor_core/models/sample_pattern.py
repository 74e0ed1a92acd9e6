"""Texts that a pattern of the linear subset matches, the shortest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_MOST_ROUNDS = 40
_LONGEST = 4096
_ALPHABET = "a0-_ A.x1/:@#~éπ\n"
_CLASSES: dict[str, str] = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}

_Text = Callable[[int], str]
"""The text of a part when every open repetition runs so many rounds beyond its least."""


def sample_pattern(pattern: str) -> Iterator[str]:
    """Texts of growing length; to be checked by the caller, as classes are only approximated.

    >>> next(sample_pattern("^v[0-9]+(-rc)?$"))
    'v0'
    """
    reader = _Reader(pattern)
    options = reader.alternatives()
    for rounds in range(_MOST_ROUNDS):
        for option in options:
            yield option(rounds)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        sign = self._peek()
        self._at += 1
        return sign

    def alternatives(self) -> list[_Text]:
        options = [self._sequence()]
        while self._peek() == "|":
            self._take()
            options.append(self._sequence())
        return options

    def _sequence(self) -> _Text:
        parts: list[_Text] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return lambda rounds: "".join(part(rounds) for part in parts)

    def _atom(self) -> _Text:
        sign = self._take()
        match sign:
            case "(":
                if self._peek() == "?":
                    while self._peek() not in (":", ""):
                        self._take()
                    self._take()
                first = self.alternatives()[0]
                self._take()
                return first
            case "[":
                text = self._class()
            case "\\":
                text = self._escape()
            case "^" | "$":
                text = ""
            case ".":
                text = "a"
            case _:
                text = sign
        return lambda _: text

    def _escape(self) -> str:
        sign = self._take()
        if sign in ("x", "u"):
            digits = 2 if sign == "x" else 4
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
            return chr(int(code, 16))
        return _CLASSES.get(sign) or _ESCAPES.get(sign, sign)

    def _class(self) -> str:
        """One character of a class: its first, or for a negated one any that is not listed."""
        negated = self._peek() == "^"
        if negated:
            self._take()
        listed: list[tuple[str, str]] = []
        while self._peek() not in ("]", ""):
            low = self._escape() if self._take_if("\\") else self._take()
            high = low
            if self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", ""):
                self._take()
                high = self._escape() if self._take_if("\\") else self._take()
            listed.append((low, high))
        self._take()
        if not negated:
            return listed[0][0] if listed else ""
        return next((c for c in _ALPHABET if not any(a <= c <= b for a, b in listed)), "\u2603")

    def _take_if(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _repeated(self, atom: _Text) -> _Text:
        least, most = self._bounds()
        if self._peek() == "?" and (least, most) != (1, 1):
            self._take()  # a lazy repetition matches the same texts

        def text(rounds: int) -> str:
            times = least + rounds if most is None else min(least + rounds, most)
            return (atom(rounds) * min(times, _LONGEST))[:_LONGEST]

        return text

    def _bounds(self) -> tuple[int, int | None]:
        match self._peek():
            case "*":
                bounds: tuple[int, int | None] = (0, None)
            case "+":
                bounds = (1, None)
            case "?":
                bounds = (0, 1)
            case "{":
                end = self._pattern.find("}", self._at)
                low, comma, high = self._pattern[self._at + 1 : end].partition(",")
                if end < 0 or not low.isdecimal():
                    return (1, 1)
                self._at = end
                bounds = (int(low), int(high) if high else None if comma else int(low))
            case _:
                return (1, 1)
        self._take()
        return bounds
