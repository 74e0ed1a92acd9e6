"""A text with edits, and the way back to the offsets of the original."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Patch:
    """Replace ``original[start:end]`` by ``text``."""

    start: int
    end: int
    text: str


class PatchedText:
    """What is read in place of the original, so that reading can go on after a mistake."""

    def __init__(self, original: str, patches: list[Patch]) -> None:
        """Apply patches that do not overlap."""
        pieces: list[str] = []
        self._starts: list[int] = []
        self._patches = sorted(patches)
        position = length = 0
        for patch in self._patches:
            kept = original[position : patch.start]
            pieces += (kept, patch.text)
            self._starts.append(length + len(kept))
            length += len(kept) + len(patch.text)
            position = patch.end
        self.text = "".join((*pieces, original[position:]))

    def original(self, offset: int) -> int:
        """The offset in the original of an offset in the patched text."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        patch, start = self._patches[index], self._starts[index]
        inside = offset - start
        if inside < len(patch.text):
            return patch.start + min(inside, patch.end - patch.start)
        return patch.end + inside - len(patch.text)
