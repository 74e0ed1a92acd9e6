"""One step on a command line: ``ID: [conditions &&] commands`` (spec 8, Command chaining)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.importers.command_words import Mark, OpenQuoteError, Token, Word, tokens_of
from compiler.importers.conditions import Condition, joined
from compiler.importers.conversion import Conversion, shortened
from compiler.parse.source_text import SourceText
from workflow_ir.span import Span

DEEPEST = 40
"""Parentheses inside one another; expressions end at 64."""

NO_SHELL = (
    "commands are started without a shell: quote it if it is text, write several steps, or "
    "`sh -c '…'` if a shell is meant and allowed"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between ``&&``, ``||`` and parentheses."""

    source: SourceText
    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Offset behind its last one."""
        return self.tokens[-1].end

    @property
    def span(self) -> Span:
        """Its place."""
        return self.source.span(self.start, self.end)

    @property
    def raw(self) -> str:
        """As written."""
        return self.source.text[self.start : self.end]

    @property
    def quoted(self) -> bool:
        """Something in it is quoted, so it is text for a program and no condition."""
        return any(isinstance(token, Word) and token.quoted for token in self.tokens)


Atom = Condition | Literal["command", "wrong"]
"""What a segment is; ``wrong``: a condition with a mistake, which is reported."""
ReadAtom = Callable[[Segment], Atom]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read."""

    condition: Condition | None
    commands: tuple[tuple[str, ...], ...]
    """Each a program with its arguments."""
    first: Segment | None = None
    """The first command as written."""


def read_line(
    conversion: Conversion, source: SourceText, start: int, atom: ReadAtom
) -> Line | None:
    """The conditions and commands of a line; None if something in it is wrong, and reported."""
    try:
        tokens = tokens_of(source.text, start)
    except OpenQuoteError as error:
        span = source.span(error.start, len(source.text))
        conversion.report(
            "MEL140", f"the quote {error.quote} is never closed", span, help=f"add {error.quote}"
        )
        return None
    return _Reader(conversion, source, _items(source, tokens), atom).line()


def _items(source: SourceText, tokens: Sequence[Token]) -> list[Segment | Mark]:
    items: list[Segment | Mark] = []
    held: list[Token] = []
    for token in tokens:
        if isinstance(token, Mark) and token.kind != "shell":
            if held:
                items.append(Segment(source, tuple(held)))
            held = []
            items.append(token)
        else:
            held.append(token)
    if held:
        items.append(Segment(source, tuple(held)))
    return items


class _Reader:
    """Conditions first, then commands."""

    def __init__(
        self,
        conversion: Conversion,
        source: SourceText,
        items: list[Segment | Mark],
        atom: ReadAtom,
    ) -> None:
        self.conversion, self.source, self.items = conversion, source, items
        self.kinds: list[Atom | None] = [
            atom(item) if isinstance(item, Segment) else None for item in items
        ]
        self.at = 0
        self.wrong = "wrong" in self.kinds

    def line(self) -> Line | None:
        condition = None
        if self._condition_ahead():
            condition = self._condition(0)
            if not self.wrong and self.at < len(self.items):
                self._separator()
        commands: list[tuple[str, ...]] = []
        first: Segment | None = None
        if not self.wrong and self.at < len(self.items):
            first, commands = self._commands()
        if not self.wrong and condition is None and not commands:
            end = len(self.source.text)
            self._report("MEL140", "this has no command", self.source.span(end, end),
                         help="write a command behind the colon")  # fmt: skip
        if not self.wrong:
            return Line(condition, tuple(commands), first)
        for item, kind in zip(self.items, self.kinds, strict=True):
            if isinstance(item, Segment) and kind == "command":
                self._argv(item, kind)  # its mistakes are shown with the others
        return None

    # --- conditions ---------------------------------------------------------------------------

    def _condition_ahead(self) -> bool:
        """Whether the first segment behind any opening parentheses is a condition."""
        at = self.at
        while at < len(self.items) and self._mark(at) == "open":
            at += 1
        return at < len(self.items) and not isinstance(self.items[at], Mark) and (
            self.kinds[at] != "command"
        )  # fmt: skip

    def _condition(self, depth: int) -> Condition | None:
        """One condition or several with the same word between them."""
        parts: list[Condition] = []
        word: Literal["and", "or"] | None = None
        while True:
            part = self._single(depth)
            if part is None:
                return None
            parts.append(part)
            mark = self._mark(self.at)
            if mark not in ("and", "or"):
                break
            here = self.at
            self.at += 1
            if not self._condition_ahead():
                self.at = here
                break
            if word is not None and mark != word:
                self._wrong(
                    "MEL142", "`&&` and `||` are mixed without parentheses", here,
                    help="write `(a.success || b.success) && …` or `a.success || (b.success && …)`",
                )  # fmt: skip
                return None
            word = "and" if mark == "and" else "or"
        return joined(word or "and", parts)

    def _single(self, depth: int) -> Condition | None:
        if self._mark(self.at) != "open":
            kind = self.kinds[self.at]
            self.at += 1
            if kind is None or isinstance(kind, str):
                self.wrong = True
                return None
            return kind
        opened = self.at
        if depth >= DEEPEST:
            self._wrong("MEL142", f"parentheses stand more than {DEEPEST} deep", opened)
            return None
        self.at += 1
        inner = self._condition(depth + 1)
        if inner is None:
            return None
        if self._mark(self.at) != "close":
            self._wrong("MEL142", "this parenthesis is not closed behind a condition", opened,
                        help="parentheses stand round conditions only")  # fmt: skip
            return None
        self.at += 1
        return inner

    def _separator(self) -> None:
        """The ``&&`` between the conditions and the commands."""
        if self._mark(self.at) == "and":
            self.at += 1
            if self.at == len(self.items):
                self._wrong("MEL140", "`&&` has nothing behind it", self.at - 1,
                            help="write a command behind it, or delete it")  # fmt: skip
            return
        item = self.items[self.at]
        text = item.text if isinstance(item, Mark) else item.raw
        help_ = "write `&&` between a condition and the commands"
        if text == "||":
            help_ = "`||` stands between conditions only; write a step of its own for this command"
        self._wrong("MEL141" if isinstance(item, Mark) else "MEL142",
                    f"`{shortened(text)}` cannot stand here", self.at, help=help_)  # fmt: skip

    # --- commands -----------------------------------------------------------------------------

    def _commands(self) -> tuple[Segment | None, list[tuple[str, ...]]]:
        first: Segment | None = None
        found: list[tuple[str, ...]] = []
        wanted = True
        for at in range(self.at, len(self.items)):
            item = self.items[at]
            if isinstance(item, Segment):
                first = first or item
                wanted = False
                argv = self._argv(item, self.kinds[at])
                if argv is not None:
                    found.append(argv)
            elif item.kind == "and":
                if wanted:
                    self._wrong("MEL140", "a command is missing before this `&&`", at)
                wanted = True
            else:
                what = "conditions" if item.kind == "or" else "conditions, before the commands,"
                self._wrong("MEL141", f"`{item.text}` stands between {what} only"
                            if item.kind == "or" else f"`{item.text}` stands round {what} only",
                            at, help=NO_SHELL)  # fmt: skip
                wanted = False
        if wanted and not self.wrong:
            self._wrong("MEL140", "`&&` has nothing behind it", len(self.items) - 1,
                        help="write a command behind it, or delete it")  # fmt: skip
        return first, found

    def _argv(self, segment: Segment, kind: Atom | None) -> tuple[str, ...] | None:
        if kind != "command":
            self._report(
                "MEL142", "a condition stands behind a command", segment.span,
                help="move it to the front, or make a step of its own with it",
            )  # fmt: skip
            return None
        words: list[str] = []
        for token in segment.tokens:
            span = self.source.span(token.start, token.end)
            if isinstance(token, Mark):
                shown = "a line break" if token.text in "\r\n" else f"`{token.text}`"
                self._report("MEL141", f"{shown} means nothing without a shell", span,
                             help=NO_SHELL)  # fmt: skip
            elif not words and not token.text:
                self._report("MEL140", "the name of the program is empty", span)
            else:
                self._literal(token)
                words.append(token.text)
        return tuple(words)

    def _literal(self, word: Word) -> None:
        if word.replaced is None:
            return
        start, end = word.replaced
        self.conversion.report(
            "MEL144",
            f"`{shortened(self.source.text[start:end])}` is taken literally: no shell replaces it",
            self.source.span(start, end),
            help="write the value itself, put it in single quotes if it is text, or write "
            "`sh -c '…'`",
        )

    # --- problems -----------------------------------------------------------------------------

    def _mark(self, at: int) -> str | None:
        item = self.items[at] if at < len(self.items) else None
        return item.kind if isinstance(item, Mark) else None

    def _wrong(self, code: str, message: str, at: int, *, help: str | None = None) -> None:
        item = self.items[at]
        self._report(code, message, self.source.span(item.start, item.end), help=help)

    def _report(self, code: str, message: str, span: Span, *, help: str | None = None) -> None:
        self.wrong = True
        self.conversion.report(code, message, span, help=help)
