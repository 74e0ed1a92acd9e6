"""A step's record in a flow's state."""

from __future__ import annotations

import copy
from typing import Any

from workflow_ir.result import StepRecord


class Envelope(dict[str, Any]):
    """Plain JSON that is written once and never changed, so copies may share it.

    CrewAI copies the whole state deeply into two events a method; without this, the cost of a
    flow would grow with the square of what its steps put out.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Envelope:
        return self


def sealed(record: StepRecord) -> Envelope:
    """A copy of a record that has come to its end."""
    return Envelope(copy.deepcopy(record.to_record()))
