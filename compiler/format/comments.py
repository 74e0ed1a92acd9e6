"""Comments: finding each, and giving it to the entry it belongs to.

A comment of its own line belongs to the entry below it, unless it is indented deeper: then it ends
the map or list above it. A comment behind a token stays behind it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from compiler.format.layout import Block, Comment, Entry, Lead, Pair, Token


class Comments:
    """The comments of a text, handed out in the order of the text."""

    def __init__(self, text: str, root: Block | Token) -> None:
        self.text = text
        self.starts = [0]
        for offset, char in enumerate(text):
            if char == "\n":
                self.starts.append(offset + 1)
        self.found: list[Comment] = []
        """Those outside of brackets."""
        self.inside: list[Comment] = []
        """Those inside brackets, which stay where they are."""
        self._texts: set[int] = set()
        """Lines of blocks of text: an empty one among them is a part of the text."""
        self._find(root)
        self._next = 0

    # ── finding ─────────────────────────────────────────────────────────────────────────────────

    def _find(self, root: Block | Token) -> None:
        position = closed = 0
        for token in (*_tokens(root), Token(len(self.text), len(self.text), "")):
            self._search(position, min(closed, token.start), is_inside=True)
            self._search(max(position, closed), token.start, is_inside=False)
            is_scalar = token.parts is None
            if token.is_block:
                self._texts.update(range(self.line(token.start), self.line(token.end) + 1))
            position = max(position, token.end if is_scalar else token.start)
            closed = closed if is_scalar else max(closed, token.end)

    def _search(self, position: int, limit: int, *, is_inside: bool) -> None:
        """The comments of a stretch without tokens; right behind a bracket no blank is needed."""
        first = position
        while (offset := self.text.find("#", position, limit)) >= 0:
            position = offset + 1
            if offset == first or self.text[offset - 1] in " \t\n":
                end = self.text.find("\n", offset)
                position = len(self.text) if end < 0 else end
                (self.inside if is_inside else self.found).append(self._comment(offset, position))

    def _comment(self, offset: int, end: int) -> Comment:
        line = self.line(offset)
        before = self.text[self.starts[line] : offset]
        text = self.text[offset:end].rstrip()
        return Comment(offset, line, len(before), text, is_alone=not before.strip())

    def line(self, offset: int) -> int:
        """The number of the line of an offset, from 0."""
        return bisect_right(self.starts, offset) - 1

    # ── giving ──────────────────────────────────────────────────────────────────────────────────

    def give(self, root: Block) -> None:
        """Every comment to its entry, but for those above the first one."""
        self._alone(root.entries[0].start)
        self._block(root, len(self.text), least=-1)

    def _block(self, block: Block, limit: int, *, least: int) -> None:
        """Comments of a map or list whose surroundings go on at ``limit``."""
        following = [entry.start for entry in block.entries[1:]] + [limit]
        for entry, until in zip(block.entries, following, strict=True):
            entry.leads += self._alone(entry.start)
            entry.after_empty_line = self._is_after_empty_line(self.line(entry.start))
            self._entry(entry, block, until)
        column = max(block.column, least + 1) if least >= 0 else 0
        while (comment := self._peek(limit)) and comment.is_alone and comment.column >= column:
            block.tail.append(self._lead(comment))

    def _entry(self, entry: Entry, block: Block, limit: int) -> None:
        behind = entry.start + 1 if entry.key is None else self.text.index(":", entry.key.end) + 1
        value = entry.value
        if isinstance(value, Block):
            first = value.entries[0].start
            entry.behind_key = self._behind(behind, first)
            self._block(value, limit, least=block.column)
            return
        if value.start > behind:
            entry.behind_key = self._behind(behind, value.start)
            entry.between = [lead.text for lead in self._alone(value.start)]
        entry.behind_value = self._behind(value.end, limit)

    def _behind(self, offset: int, limit: int) -> str:
        """The comment on the line of an offset, with the blanks before it."""
        comment = self._peek(limit)
        if comment is None or comment.is_alone or comment.line != self.line(offset):
            return ""
        self._next += 1
        gap = comment.offset - offset
        gap = gap if gap >= 2 and not self.text[offset : comment.offset].strip(" ") else 2
        return f"{' ' * gap}{comment.text}"

    def _alone(self, limit: int) -> list[Lead]:
        found: list[Lead] = []
        while (comment := self._peek(limit)) is not None:
            found.append(self._lead(comment))
        return found

    def _peek(self, limit: int) -> Comment | None:
        comment = self.found[self._next] if self._next < len(self.found) else None
        return comment if comment is not None and comment.offset < limit else None

    def _lead(self, comment: Comment) -> Lead:
        self._next += 1
        return Lead(comment.text, self._is_after_empty_line(comment.line))

    def _is_after_empty_line(self, line: int) -> bool:
        if line == 0 or line - 1 in self._texts:
            return False
        return not self.text[self.starts[line - 1] : self.starts[line]].strip()


def _tokens(node: Block | Token | Pair) -> Iterator[Token]:
    """The tokens of a file in the order of the text, brackets before what is in them."""
    match node:
        case Token():
            yield node
            for part in node.parts or ():
                yield from _tokens(part)
        case Pair():
            yield from _tokens(node.key)
            yield from _tokens(node.value)
        case Block():
            for entry in node.entries:
                if entry.key is not None:
                    yield entry.key
                yield from _tokens(entry.value)
