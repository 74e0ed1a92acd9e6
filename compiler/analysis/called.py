"""What a ``call`` meets on the other side: the inputs and outputs of a sub-melody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_ir.types import Field, Object


@dataclass(frozen=True, slots=True)
class Called:
    """A sub-melody as its caller sees it; found by the address of the step that calls it.

    A call that could not be resolved has no entry: that is reported where it was looked for, and
    nothing more is said of what the step gives.
    """

    name: str
    """The sub-melody's own ``name``."""
    file: str
    """Its file, for messages."""
    inputs: Mapping[str, Field]
    """By name; one that is not ``required`` has a default or may be null."""
    outputs: Object
    """A field for each of its ``outputs``; no fields where it gives nothing."""
