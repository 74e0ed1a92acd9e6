"""Generated projects on the disk: laid out, written without harm, and compared."""

from __future__ import annotations

from melody.ejecting.compared import compare
from melody.ejecting.eject import Ejected, eject
from melody.ejecting.own_files import OwnFiles, own_files
from melody.ejecting.refusals import refusals

__all__ = ["Ejected", "OwnFiles", "compare", "eject", "own_files", "refusals"]
