"""Melodies written in Python: the same document, the same checks, the same IR as a file's."""

from __future__ import annotations

from melody.builder.functions import fn
from melody.builder.melody import Melody

__all__ = ["Melody", "fn"]
