"""What two Melodies mean differently. Formatting, comments and the order of steps mean nothing."""

from __future__ import annotations

from melody.semantic_diff.changes import Change, changes

__all__ = ["Change", "changes"]
