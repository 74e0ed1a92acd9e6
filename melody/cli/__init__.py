"""The command line: one command a file, loaded when it is used."""

from __future__ import annotations

from melody.cli.door import main

__all__ = ["main"]
