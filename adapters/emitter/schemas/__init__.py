"""JSON Schemas as Python: checks that run (``schemas.py``) and types for readers (``types.py``)."""

from __future__ import annotations

from adapters.emitter.schemas.schemas import Schemas
from adapters.emitter.schemas.types import Types

__all__ = ["Schemas", "Types"]
