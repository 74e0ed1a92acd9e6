"""Commands as argvs: lists as they are, strings split without a shell."""

from __future__ import annotations

from compiler.parse.reading import Reading
from compiler.parse.syntax_values import Expr, List, Literal, Map, Text, Value
from compiler.parse.tree import ListNode, Node, ScalarNode
from compiler.parse.values import slot, template_of, value
from workflow_ir.expressions import Template
from workflow_ir.span import Span

Argv = tuple[Value, ...]
OPERATORS = "|;<>&`\n"
"""What a shell would act on; quoted it is text like any other."""

LONGEST_LINE = 131_072
"""Characters of one command line; Linux takes no longer argument either."""


def commands(reading: Reading, node: Node, name: str) -> tuple[Argv, ...] | None:
    """Commands in order: a string (``&&`` between commands), an argv, or a list of argvs."""
    found: list[Argv] | None
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
        found = _split(reading, node, name)
    elif isinstance(node, ListNode) and node.items:
        lists = [item for item in node.items if isinstance(item, ListNode)]
        if lists and len(lists) == len(node.items):
            found = [_argv(reading, item, name) for item in lists]
        else:
            found = [_argv(reading, node, name)]
    else:
        reading.wrong_shape(node, name, "a command", help=f"write `{name}: [program, argument]`")
        return None
    if found is None:
        return None
    bad = [argv for argv in found if not _has_program(reading, argv, node.span, name)]
    return None if bad else tuple(found)


def _argv(reading: Reading, node: ListNode, name: str) -> Argv:
    items: list[Value] = []
    for index, item in enumerate(node.items):
        found = value(reading, item, f"{name}[{index}]")
        if isinstance(found, Map | List) or (isinstance(found, Literal) and found.value is None):
            reading.wrong_shape(item, f"{name}[{index}]", "one argument")
        else:
            items.append(found)
    return tuple(items)


def _has_program(reading: Reading, argv: Argv, span: Span, name: str) -> bool:
    if not argv:
        reading.report("MEL111", f"`{name}` has an empty command", span, help="name a program")
        return False
    program = argv[0]
    if isinstance(program, Literal) and isinstance(program.value, str) and program.value:
        return True
    reading.report(
        "MEL111",
        "the program of a command must be written out",
        program.span,
        help="write its name as text; only arguments may be computed",
    )
    return False


def _split(reading: Reading, node: ScalarNode, name: str) -> list[Argv] | None:
    """Split a command line as a shell would, but act on nothing except ``&&``."""
    if len(node.text) > LONGEST_LINE:
        reading.report(
            "MEL106",
            f"the command has {len(node.text)} characters; at most {LONGEST_LINE} are read",
            node.span.start,
            help="put it into a script, and text for it into `stdin`",
        )
        return None
    line = _CommandLine(node, template_of(reading, node))
    try:
        return line.split()
    except _NotPlainError as error:
        reading.report(
            "MEL111",
            f"`{name}` {error.fact}",
            node.at(error.start, error.end),
            help=error.help,
        )
        return None


class _NotPlainError(Exception):
    """A command line that only a shell would understand."""

    def __init__(self, fact: str, start: int, end: int, help: str) -> None:
        self.fact, self.start, self.end, self.help = fact, start, end, help
        super().__init__(fact)


class _CommandLine:
    """A command line in reading.

    An expression is never split: its value is one argument, or a part of one.
    """

    def __init__(self, node: ScalarNode, template: Template | None) -> None:
        self.node = node
        self.slots = {found.start: found for found in (template.slots if template else ())}
        self.commands: list[Argv] = []
        self.argv: list[Value] = []
        self.word: list[str | Expr] | None = None
        """Parts of the argument in reading; None between arguments."""
        self.began = 0

    def split(self) -> list[Argv]:
        """Every command of the line."""
        at = 0
        while at < len(self.node.text):
            at = self._next(at)
        self._end_word(len(self.node.text))
        self.commands.append(tuple(self.argv))
        return self.commands

    def _next(self, at: int) -> int:
        """Read one piece; the offset behind it."""
        text, char = self.node.text, self.node.text[at]
        if at in self.slots or text.startswith("$${{", at):
            return self._brackets(at)
        if char in "'\"":
            return self._quoted(at)
        if char == "\\" and at + 1 < len(text):
            self._add(text[at + 1], at)
            return at + 2
        if char in " \t" or not text[at:].strip():
            self._end_word(at)
            return at + 1
        if text.startswith("&&", at):
            self._end_word(at)
            self.commands.append(tuple(self.argv))
            self.argv = []
            return at + 2
        if char in OPERATORS or text.startswith("$(", at):
            raise _NotPlainError(
                f"starts no shell, so {char!r} has no meaning here",
                at,
                at + 1,
                "quote it if it is text; write several steps, or `[sh, -c, …]` if a shell is meant "
                "and allowed",
            )
        self._add(char, at)
        return at + 1

    def _quoted(self, start: int) -> int:
        text, quote = self.node.text, self.node.text[start]
        self._add("", start)
        at = start + 1
        while at < len(text) and text[at] != quote:
            if at in self.slots or text.startswith("$${{", at):
                at = self._brackets(at)
                continue
            if quote == '"' and text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
                at += 1
            self._add(text[at], at)
            at += 1
        if at >= len(text):
            raise _NotPlainError(
                f"has a quote {quote} that is never closed",
                start,
                len(text),
                f"add the closing {quote}",
            )
        return at + 1

    def _brackets(self, at: int) -> int:
        """``${{ … }}``, or its escape."""
        found = self.slots.get(at)
        if found is None:
            self._add("${{", at)
            return at + 4
        self._add("", at)
        assert self.word is not None
        self.word.append(slot(self.node, found))
        return found.end

    def _add(self, text: str, at: int) -> None:
        if self.word is None:
            self.word, self.began = [], at
        if self.word and isinstance(self.word[-1], str):
            self.word[-1] += text
        else:
            self.word.append(text)

    def _end_word(self, end: int) -> None:
        if self.word is None:
            return
        span = self.node.at(self.began, end)
        parts = tuple(part for part in self.word if part != "")
        if len(parts) > 1:
            self.argv.append(Text(parts, span))
        elif parts and isinstance(parts[0], Expr):
            self.argv.append(parts[0])
        else:
            self.argv.append(
                Literal("".join(part for part in parts if isinstance(part, str)), span)
            )
        self.word = None
