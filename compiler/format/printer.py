"""A layout as text: two columns a level, one blank behind a colon, keys in canonical order.

Tokens are written as they were. Values that stand in one column below each other keep it.
"""

from __future__ import annotations

from compiler.format.flow import token_text
from compiler.format.layout import Block, Entry, Lead, Token, entry_has_name
from compiler.format.order import Noun, Shape, below, noun_of, sorted_keys

STEP = 2


class Printer:
    """Writes the parts of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: Token | None = None
        """The token that was written last, if no comment came after it."""

    def file(self, root: Block, shape: Shape, header: str) -> str:
        """The whole text; ``header``: what stands above its first key."""
        top = _header(header)
        root.entries[0].after_empty_line = False  # the empty line is the header's
        above, body = self._block(root, shape, 0)
        if above and top and top[-1]:
            top.append("")
        # No line break behind a block of text that went to the very end: it would belong to it.
        last = self._last
        ends_open = last is not None and last.is_block and last.end == len(self._text)
        return "\n".join([*top, *above, *body]) + ("" if ends_open else "\n")

    def _block(self, block: Block, shape: Shape | None, indent: int) -> tuple[list[str], list[str]]:
        """Comments above the first entry, and the lines from it on."""
        noun = noun_of(shape, _keys(block)) if block.is_map else None
        entries = block.entries if noun is None else _in_order(block.entries, noun)
        above: list[str] = []
        lines: list[str] = []
        for number, entry in enumerate(entries):
            leads = _leads(entry.leads, indent, is_first=not number)
            if entry.after_empty_line and number:
                leads.append("")
            key = entry.key.text if entry.key else block.entries.index(entry)
            near = (entries[number - 1 : number], entries[number + 1 : number + 2])
            gap = self._gap(entry, [*near[0], *near[1]])
            inner, own = self._entry(entry, below(shape, noun, key), indent, gap)
            if number:
                lines += [*leads, *inner, *own]
            else:
                above, lines = [*leads, *inner], own
        if block.tail:
            lines += _leads(block.tail, indent, is_first=False)
            self._last = None
        return above, lines

    def _entry(
        self, entry: Entry, shape: Shape | None, indent: int, gap: int
    ) -> tuple[list[str], list[str]]:
        """Comments from inside that stand above its key or dash, and its lines."""
        head = " " * indent
        head += "-" if entry.key is None else self._text[entry.key.start : entry.key.end] + ":"
        value = entry.value
        if isinstance(value, Token):
            return [], self._with_token(entry, value, head, shape, indent, gap)
        if value.properties:
            head += f" {value.properties}"
        above, body = self._block(value, shape, indent + STEP)
        if entry.key is None and not entry.behind_key and not value.properties:
            # `- key: value`: what stood above the key stands above the dash.
            above = [line[STEP:] for line in above]
            return above, [f"{head} {body[0][indent + STEP :]}", *body[1:]]
        return [], [head + entry.behind_key, *above, *body]

    def _with_token(
        self, entry: Entry, value: Token, head: str, shape: Shape | None, indent: int, gap: int
    ) -> list[str]:
        self._last = value
        if value.start == value.end:
            return [head + (entry.behind_key or entry.behind_value)]
        text = token_text(self._text, value, shape)
        inner = indent + STEP
        if entry.behind_key or entry.between or self._is_below(entry, value):
            shifted = self._shifted(text, inner - self._column(value.start))
            comments = [f"{' ' * inner}{comment}" for comment in entry.between]
            lines = [head + entry.behind_key, *comments, f"{' ' * inner}{shifted[0]}", *shifted[1:]]
        else:
            shifted = self._shifted(text, indent - self._column(entry.start))
            lines = [f"{head}{' ' * gap}{shifted[0]}", *shifted[1:]]
        lines[-1] += entry.behind_value
        return lines

    def _gap(self, entry: Entry, near: list[Entry]) -> int:
        """Blanks before a value: one, or as many as bring it below its neighbour."""
        column = self._value_column(entry)
        if column is not None and any(self._value_column(one) == column for one in near):
            assert entry.key is not None
            assert isinstance(entry.value, Token)
            return entry.value.start - entry.key.end - 1
        return 1

    def _value_column(self, entry: Entry) -> int | None:
        """The column, from that of the key, of a value that stands beside its key on one line."""
        value, key = entry.value, entry.key
        if key is None or isinstance(value, Block) or value.start == value.end:
            return None
        between = self._text[key.end : value.start]
        if not between.startswith(":") or between[1:].strip(" ") or not between[1:]:
            return None
        return None if value.is_block else value.start - key.start

    def _is_below(self, entry: Entry, value: Token) -> bool:
        """Whether a value begins on a line of its own."""
        return "\n" in self._text[entry.start : value.start]

    def _column(self, offset: int) -> int:
        return offset - (self._text.rfind("\n", 0, offset) + 1)

    @staticmethod
    def _shifted(text: str, by: int) -> list[str]:
        """The lines of a token, those behind the first moved sideways."""
        first, *rest = text.split("\n")
        lines = [first]
        for line in rest:
            blanks = len(line) - len(line.lstrip(" "))
            lines.append(" " * by + line if by > 0 and line else line[min(-by, blanks) :]
                         if by < 0 else line)  # fmt: skip
        return lines


def _in_order(entries: list[Entry], noun: Noun) -> list[Entry]:
    by_key = {entry.key.text: entry for entry in entries if entry.key}
    if len(by_key) != len(entries):
        return entries
    ordered = [by_key[key] for key in sorted_keys(noun, by_key)]
    named = [entry for entry in entries if entry_has_name(entry)]
    # An alias comes after what it names: if one would move, none does.
    moved = [entry for entry in ordered if entry_has_name(entry)] != named
    return entries if moved else ordered


def _keys(block: Block) -> list[str]:
    return [entry.key.text for entry in block.entries if entry.key]


def _leads(leads: list[Lead], indent: int, *, is_first: bool) -> list[str]:
    lines: list[str] = []
    for number, lead in enumerate(leads):
        if lead.after_empty_line and not (is_first and not number):
            lines.append("")
        lines.append(f"{' ' * indent}{lead.text}")
    return lines


def _header(text: str) -> list[str]:
    """The lines above the first key, with one empty line where there were some."""
    lines: list[str] = []
    for line in text.split("\n"):
        kept = line.rstrip()
        if kept or (lines and lines[-1]):
            lines.append(kept)
    # The text ends where the first key's line begins.
    return lines[:-1] if text.endswith("\n") and not text.endswith("\n\n") and lines else lines
