"""A store of task outputs that keeps none."""

from __future__ import annotations

from typing import Any


class KeepsNothing:
    """In the place of CrewAI's store of task outputs, which writes to the user's home.

    It would open a database for every crew that is built and write to it after every task. What a
    run did stands in its journal.
    """

    def reset(self) -> None:
        """Nothing is stored."""

    def update(self, task_index: int, log: dict[str, Any]) -> None:
        """Nothing is stored."""

    def load(self) -> None:
        """Nothing was stored: a replay says that it does not find the task."""
