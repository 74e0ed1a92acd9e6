"""CrewAI in a player: no telemetry, no traces, no panels; what the user has set stays.

Unlike the backend, a player of the user's own keeps CrewAI's own home and stores: a crew with a
memory looks for it there. Its variables have to stand before CrewAI is imported, which only the
user's module does; so a finder waits for that import.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

VARIABLES: Final[Mapping[str, str]] = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TESTING": "true",
}
"""Read by CrewAI at any time, so they stay; they concern CrewAI alone. ``CREWAI_TESTING`` stops the
file that remembers the last run. Without ``CREWAI_TRACING_ENABLED`` a first run collects traces
and waits five seconds an agent."""


def silence() -> None:
    """Switch off what the user has said nothing about."""
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)


@contextmanager
def silent_import() -> Iterator[None]:
    """An import of CrewAI inside the block finds the variables."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> None:
        del path, target
        if name.partition(".")[0] == "crewai":
            silence()


def quiet() -> None:
    """No panels on the screen from what runs in this context: it is the runner's."""
    from crewai.events.utils.console_formatter import set_suppress_console_output

    set_suppress_console_output(True)
