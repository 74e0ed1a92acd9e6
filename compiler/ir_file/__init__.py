"""IR files: what ``melody compile --to ir`` wrote, read back as hostile text (spec 8)."""

from __future__ import annotations

from compiler.ir_file.not_allowed import not_allowed
from compiler.ir_file.read import is_ir, most_bytes, read_ir

__all__ = ["is_ir", "most_bytes", "not_allowed", "read_ir"]
