"""CrewAI without telemetry, panels or traces in the user's home.

Importing CrewAI writes a key under ``$HOME``, and without the variables below it reports to
``telemetry.crewai.com`` and asks ``pypi.org`` for its newest version. ``HOME`` is moved only
while the import runs and the variables only while a flow is built; both happen without giving up
control, so players of a run, which read the environment when they are called, never see them.
"""

from __future__ import annotations

import atexit
import contextvars
import importlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Final, TypeVar

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

T = TypeVar("T")

SILENCE: Final[Mapping[str, str]] = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TESTING": "true",
}
"""Read while a flow is built. ``CREWAI_TESTING`` stops the file that remembers the last run."""

WHILE_IMPORTED: Final[Mapping[str, str]] = {**SILENCE, "OTEL_SDK_DISABLED": "true"}
"""``OTEL_SDK_DISABLED`` holds during the import only: it would end a user's own OpenTelemetry."""

LASTING: Final = "CREWAI_DISABLE_VERSION_CHECK"
"""Read by a handler thread whenever a flow starts, so it stays set; it concerns CrewAI alone."""

_FLOW_MODULE = "adapters.crewai.flow"
_LOCK = threading.RLock()


def load(name: str = _FLOW_MODULE) -> ModuleType:
    """A module of this adapter that imports CrewAI, imported in silence once.

    Args:
        name: Of the module; without one that of the flow class.

    Raises:
        DiagnosticsError: MEL903: CrewAI is not installed.
    """
    with _LOCK:
        found = sys.modules.get(name)
        if found is not None:
            return found
        try:
            if "crewai" in sys.modules:  # a program that uses CrewAI itself has chosen its home
                return importlib.import_module(name)
            home = tempfile.mkdtemp(prefix="melody-crewai-")
            atexit.register(shutil.rmtree, home, ignore_errors=True)
            before = dict(os.environ)
            private = {"HOME": home, "CREWAI_STORAGE_DIR": os.path.join(home, "storage")}  # noqa: PTH118
            with _environment({**WHILE_IMPORTED, **private}):
                module = importlib.import_module(name)
            # CrewAI loads a `.env` that lies above its installation and sets what it likes.
            # Steps must find the same environment on every backend.
            for added in os.environ.keys() - before.keys():
                del os.environ[added]
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] != "crewai":
                raise
            raise DiagnosticsError(
                (
                    diagnose(
                        "MEL903",
                        "the backend 'crewai' needs CrewAI, which is not installed",
                        None,
                        help="pip install 'melody-compiler[crewai]'",
                    ),
                )
            ) from None
        finally:
            os.environ.setdefault(LASTING, "true")
        return module


def built(make: Callable[[], T]) -> T:
    """Build a flow: no panel, no trace, and no trace of it in the caller's context.

    CrewAI's event bus keeps what is built in a context variable for ever; a context of its own
    lets go of it.
    """
    with _LOCK, _environment(SILENCE):
        return contextvars.Context().run(_quietly, make)


def quiet() -> None:
    """No console panels from flows and crews in this context; events are still sent."""
    from crewai.events.listeners.tracing.utils import set_suppress_tracing_messages
    from crewai.events.utils.console_formatter import set_suppress_console_output

    set_suppress_console_output(True)
    set_suppress_tracing_messages(True)


def unkept() -> None:
    """What is kicked off in this context is let go of with it, and so are its events.

    CrewAI's event bus keeps both in context variables. A program that has used CrewAI itself
    shares theirs with every context that is copied from its own, and would keep every run.
    """
    from crewai.events import crewai_event_bus

    crewai_event_bus.reset_runtime_state()


def _quietly(make: Callable[[], T]) -> T:
    quiet()
    return make()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables and put back what was there, absent ones included."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
