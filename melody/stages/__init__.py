"""The value of a Melody at each stage of its way (spec 1, The data's way)."""

from __future__ import annotations

from melody.stages.stages import STAGES

__all__ = ["STAGES"]
