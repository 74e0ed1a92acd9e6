"""Generated projects: made, laid out, written without harm to the disk, and compared."""

from __future__ import annotations

from melody.ejecting.compared import behind, compare
from melody.ejecting.eject import Ejected, eject
from melody.ejecting.generate import Generated, generate

__all__ = ["Ejected", "Generated", "behind", "compare", "eject", "generate"]
