"""A step that has been written, and what may be read of it."""

from __future__ import annotations

from typing import NoReturn

from melody.builder.book import Written
from melody.builder.reference import Reference
from melody.builder.spelling import Spelling


class Step:
    """A step of a Melody. It is no value itself; its properties are references."""

    def __init__(self, written: Written) -> None:
        self.id = str(written.path[-1])
        """Its key among the steps of its scope."""
        self._written = written

    @property
    def output(self) -> Reference:
        """What it gives; with ``for_each`` a list."""
        return self._read("output")

    @property
    def ok(self) -> Reference:
        """Whether it succeeded or recovered."""
        return self._read("ok")

    @property
    def status(self) -> Reference:
        """How it ended: ``succeeded``, ``recovered``, ``failed``, ``skipped``, ``cancelled``."""
        return self._read("status")

    @property
    def error(self) -> Reference:
        """What went wrong: ``class``, ``code``, ``message``; null if nothing did."""
        return self._read("error")

    @property
    def attempts(self) -> Reference:
        """How often it was tried."""
        return self._read("attempts")

    @property
    def player(self) -> Reference:
        """Who performed in the end."""
        return self._read("player")

    @property
    def failed(self) -> Reference:
        """Of a ``for_each`` or ``parallel``: the places that failed."""
        return self._read("failed")

    @property
    def succeeded(self) -> Reference:
        """Of a ``for_each`` or ``parallel``: how many succeeded."""
        return self._read("succeeded")

    @property
    def exhausted(self) -> Reference:
        """Of a ``repeat`` that accepts its end: whether ``max`` was reached."""
        return self._read("exhausted")

    def _read(self, name: str) -> Reference:
        return Reference(Spelling(f"steps.{self.id}.{name}"))

    def __repr__(self) -> str:
        return f"<step {self.id}>"

    def __format__(self, layout: str) -> NoReturn:
        message = f"a step is no text: write `{{{self.id}.output}}`"
        raise TypeError(message)

    def __bool__(self) -> NoReturn:
        message = f"a step is neither true nor false before the run: `{self.id}.ok` is for `when`"
        raise TypeError(message)
