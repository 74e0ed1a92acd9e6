r"""Regular expressions that take time linear in the text, whatever the expression.

Python's ``re`` backtracks: ``^(\w+\s?)*$`` hangs on 48 characters. Schemas come from files and
packages, so patterns here are a subset without look-around and back-references, run as an automaton
whose states are sets (Thompson), built as they are met.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MOST_STATES = 2000
"""Size of one pattern after ``{m,n}`` are written out."""
_MOST_CACHED = 4000
"""Transitions kept; a text that needs more starts a new table."""
_DEEPEST = 32

Test = Callable[[str], bool]
"""Whether a character may be read here."""

_CLASSES: Final[dict[str, Test]] = {
    "d": lambda c: "0" <= c <= "9",
    "D": lambda c: not "0" <= c <= "9",
    "w": lambda c: c == "_" or (c.isascii() and c.isalnum()),
    "W": lambda c: not (c == "_" or (c.isascii() and c.isalnum())),
    "s": lambda c: c.isspace() or c == "\ufeff",
    "S": lambda c: not (c.isspace() or c == "\ufeff"),
}
"""As in JSON Schema's dialect, ECMA 262: digits and words are ASCII."""
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


class PatternError(Exception):
    """A pattern outside the subset: the fact and its offset."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(slots=True)
class _Program:
    """States: a test and one successor, or no test and several; state 0 accepts."""

    tests: list[Test | None] = field(default_factory=lambda: [None])
    nexts: list[tuple[int, ...]] = field(default_factory=lambda: [()])
    anchors: list[str] = field(default_factory=lambda: [""])

    def add(self, test: Test | None, nexts: tuple[int, ...], anchor: str = "") -> int:
        if len(self.tests) > MOST_STATES:
            raise PatternError(f"The pattern is larger than {MOST_STATES} states.", 0)
        self.tests.append(test)
        self.nexts.append(nexts)
        self.anchors.append(anchor)
        return len(self.tests) - 1


def compile_pattern(source: str) -> Callable[[str], bool]:
    r"""A function that tells whether a pattern is found anywhere in a text.

    Literals, ``.``, classes, ``\d \w \s``, groups, ``|``, ``* + ? {m,n}``, ``^`` and ``$``.

    Raises:
        PatternError: For anything else, and for patterns larger than `MOST_STATES`.

    >>> found = compile_pattern("^[a-z]+(-[0-9]{2})?$")
    >>> found("ab-12"), found("ab-1")
    (True, False)
    """
    parsed = _Parser(source).whole()
    program = _Program()
    start = parsed(program, 0)
    return _matcher(program, start)


Build = Callable[[_Program, int], int]
"""Adds the states of one part before a given successor and returns the part's first state."""


@dataclass(slots=True)
class _Parser:
    source: str
    position: int = 0

    def whole(self) -> Build:
        build = self.choice(0)
        if self.position < len(self.source):
            raise self.refusal("an unbalanced `)`")
        return build

    def refusal(self, what: str) -> PatternError:
        return PatternError(f"The pattern has {what}.", self.position)

    def peek(self) -> str:
        return self.source[self.position : self.position + 1]

    def choice(self, depth: int) -> Build:
        if depth > _DEEPEST:
            raise self.refusal(f"more than {_DEEPEST} nested groups")
        options = [self.sequence(depth)]
        while self.peek() == "|":
            self.position += 1
            options.append(self.sequence(depth))
        if len(options) == 1:
            return options[0]
        return lambda program, after: program.add(
            None, tuple(option(program, after) for option in options)
        )

    def sequence(self, depth: int) -> Build:
        parts: list[Build] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.repeated(self.atom(depth)))

        def build(program: _Program, after: int) -> int:
            for part in reversed(parts):
                after = part(program, after)
            return after

        return build

    def repeated(self, atom: Build) -> Build:
        start = self.position
        bounds = self.bounds()
        if bounds is None:
            return atom
        if self.peek() == "?":
            self.position += 1  # lazy or greedy: the same texts are found
        if self.peek() and self.peek() in "*+{":
            raise self.refusal("a quantifier on a quantifier")
        least, most = bounds
        if least > MOST_STATES or (most or 0) > MOST_STATES:
            raise PatternError(f"The pattern repeats more than {MOST_STATES} times.", start)

        def build(program: _Program, after: int) -> int:
            state = after
            if most is None:
                loop = program.add(None, (after,))
                program.nexts[loop] = (atom(program, loop), after)
                state = loop
            else:
                for _ in range(most - least):
                    state = program.add(None, (atom(program, state), after))
            for _ in range(least):
                state = atom(program, state)
            return state

        return build

    def bounds(self) -> tuple[int, int | None] | None:
        mark = self.peek()
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if mark in simple:
            self.position += 1
            return simple[mark]
        if mark != "{":
            return None
        end = self.source.find("}", self.position)
        low, comma, high = self.source[self.position + 1 : max(end, 0)].partition(",")
        if end < 0 or not _digits(low) or (high and not _digits(high)):
            raise self.refusal("a `{` that begins no quantifier")
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise self.refusal("a quantifier whose bounds are exchanged")
        self.position = end + 1
        return least, most

    def atom(self, depth: int) -> Build:
        mark = self.peek()
        if mark in "*+?{":
            raise self.refusal(f"a `{mark}` with nothing to repeat")
        self.position += 1
        match mark:
            case "(":
                return self.group(depth)
            case "[":
                return _reads(self.character_class())
            case ".":
                return _reads(lambda c: c not in "\n\r\u2028\u2029")
            case "^" | "$":
                return lambda program, after: program.add(None, (after,), mark)
            case "\\":
                return _reads(self.escape())
            case _:
                return _reads(_only(mark))

    def group(self, depth: int) -> Build:
        if self.peek() == "?":
            if not self.source.startswith("?:", self.position):
                raise self.refusal("a group `(?…)` of a kind that is not supported")
            self.position += 2
        inner = self.choice(depth + 1)
        if self.peek() != ")":
            raise self.refusal("a `(` that is not closed")
        self.position += 1
        return inner

    def escape(self) -> Test:
        mark = self.peek()
        if mark in _CLASSES and mark:
            self.position += 1
            return _CLASSES[mark]
        return _only(self.escaped_character())

    def escaped_character(self) -> str:
        mark = self.peek()
        self.position += 1
        if mark in _ESCAPES and mark:
            return _ESCAPES[mark]
        if mark in {"x", "u"}:
            width = 2 if mark == "x" else 4
            digits = self.source[self.position : self.position + width]
            if len(digits) < width or not all(c in "0123456789abcdefABCDEF" for c in digits):
                raise self.refusal(f"a `\\{mark}` without {width} hexadecimal digits")
            self.position += width
            return chr(int(digits, 16))
        if not mark or mark.isalnum():
            raise self.refusal(f"`\\{mark}`, which is not supported")
        return mark

    def character_class(self) -> Test:
        negated = self.peek() == "^"
        self.position += negated
        tests: list[Test] = []
        while self.peek() != "]":
            tests.append(self.class_item())
        self.position += 1
        if negated:
            return lambda c: not any(test(c) for test in tests)
        return lambda c: any(test(c) for test in tests)

    def class_item(self) -> Test:
        low = self.class_character()
        if not isinstance(low, str):
            return low
        if self.peek() != "-" or self.source[self.position + 1 : self.position + 2] == "]":
            return _only(low)
        self.position += 1
        high = self.class_character()
        if not isinstance(high, str) or high < low:
            raise self.refusal("a range of characters that is empty")
        return lambda c: low <= c <= high

    def class_character(self) -> str | Test:
        mark = self.peek()
        if not mark:
            raise self.refusal("a `[` that is not closed")
        self.position += 1
        if mark != "\\":
            return mark
        if self.peek() in _CLASSES and self.peek():
            self.position += 1
            return _CLASSES[self.source[self.position - 1]]
        return self.escaped_character()


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST_STATES))


def _only(wanted: str) -> Test:
    return lambda c: c == wanted


def _reads(test: Test) -> Build:
    return lambda program, after: program.add(test, (after,))


def _matcher(program: _Program, start: int) -> Callable[[str], bool]:
    cache: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def closure(states: set[int], *, first: bool, last: bool) -> frozenset[int]:
        reached: set[int] = set()
        stack = list(states)
        while stack:
            state = stack.pop()
            if state in reached:
                continue
            anchor = program.anchors[state]
            if (anchor == "^" and not first) or (anchor == "$" and not last):
                continue
            reached.add(state)
            if program.tests[state] is None:
                stack += program.nexts[state]
        return frozenset(reached)

    def step(states: frozenset[int], character: str) -> frozenset[int]:
        known = cache.get((states, character))
        if known is not None:
            return known
        moved = {start}  # a match may begin at every character
        for state in states:
            test = program.tests[state]
            if test is not None and test(character):
                moved.add(program.nexts[state][0])
        if len(cache) >= _MOST_CACHED:
            cache.clear()
        # The end is tried separately, since `$` holds at one place only.
        result = frozenset(moved)
        cache[states, character] = result
        return result

    def found(text: str) -> bool:
        raw: frozenset[int] = frozenset({start})
        closures: dict[frozenset[int], frozenset[int]] = {}
        for index, character in enumerate(text):
            states = closures.get(raw) if index else None
            if states is None:
                states = closure(set(raw), first=index == 0, last=False)
                if index:
                    closures[raw] = states
            if 0 in states:
                return True
            raw = step(states, character)
        return 0 in closure(set(raw), first=not text, last=True)

    return found
