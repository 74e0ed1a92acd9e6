"""Cases as pytest runs them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from melody.running.interruption import Interrupted
from melody.testing.plugin.words import OPTION, STORED
from melody.testing.test_files.cases import Case
from melody.testing.test_files.verdict import Verdict


class Failed(Exception):
    """A case failed; its verdict says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.text())
        self.verdict = verdict


def items_of(parent: pytest.Collector, cases: Iterable[Case]) -> Iterator[pytest.Item]:
    """Cases as pytest runs them."""
    for case in cases:
        yield MelodyItem.from_parent(parent, name=case.name, case=case)


class MelodyItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.add_marker("melody")

    def runtest(self) -> None:
        """Perform it."""
        try:
            with _filters_of_a_program():
                verdict = self.case.perform(update=self.config.getoption(OPTION))
        except Interrupted:
            raise KeyboardInterrupt from None
        self.user_properties += [(STORED, line) for line in verdict.stored]
        if not verdict.passed:
            raise Failed(verdict)
        if verdict.problems:
            self.add_report_section("call", "melody", verdict.text())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        """The problems; a traceback only of what is a bug of Melody."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where it stands."""
        place = Path(self.path)
        return place, None if place.is_dir() else self.case.line - 1, self.name


@contextmanager
def _filters_of_a_program() -> Iterator[None]:
    """Warnings as ``melody test`` meets them.

    Under `filterwarnings = error` a framework that warns when it is imported would not be imported,
    and the verdict would be another one than without pytest.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for quiet in (
            DeprecationWarning,
            PendingDeprecationWarning,
            ImportWarning,
            ResourceWarning,
        ):
            warnings.simplefilter("ignore", quiet)
        yield
