"""The lines of the files that diagnostics are about, split when first asked for."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.splice import LINE_BREAK


class SourceLines:
    """Lines by file and number, as spans count them."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Take the text of each file by the name that spans have; a byte order mark is left out."""
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def __contains__(self, file: str) -> bool:
        return file in self._sources

    def line(self, file: str, number: int) -> str:
        """A line without its end; empty behind the end of the file, and where there is no text."""
        if file not in self._lines:
            text = self._sources.get(file, "").removeprefix("\ufeff")
            self._lines[file] = LINE_BREAK.split(text)
        of_file = self._lines[file]
        return of_file[number - 1] if number <= len(of_file) else ""
