"""Sub-melodies: found, checked and lowered with the Melody that calls them."""

from __future__ import annotations

from compiler.modules.checked import Look, check_library
from compiler.modules.library import File, Library
from compiler.modules.unroll import unroll

__all__ = ["File", "Library", "Look", "check_library", "unroll"]
