"""Ids of steps: as given, else made of a word and numbered if taken."""

from __future__ import annotations

import re

from compiler.parse.atoms import LONGEST_NAME, STEP_ID


class Ids:
    """The ids of one Melody."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        """The last number that was tried for a word."""

    def keep(self, id_: str) -> str:
        """An id that the author chose; whether it is a good one is said by the check."""
        self._taken.add(id_)
        return id_

    def made(self, word: str) -> str:
        """An id that no step of the Melody has so far, so that it shadows none.

        >>> ids = Ids()
        >>> ids.made("Git-Log"), ids.made("git_log"), ids.made("2nd"), ids.made("--")
        ('git_log', 'git_log_2', 'step_2nd', 'step')
        """
        base = re.sub(r"[^a-z0-9_]+", "_", word.lower()).strip("_")[: LONGEST_NAME - 10]
        if not STEP_ID.fullmatch(base):
            base = f"step_{base}".rstrip("_")
        found, number = base, self._numbers.get(base, 1)
        while found in self._taken:
            number += 1
            found = f"{base}_{number}"
        self._numbers[base] = number
        return self.keep(found)
