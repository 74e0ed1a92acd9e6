"""What holds for every test of the suite: nothing of the user's own machine is touched."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile

# CrewAI writes into HOME and sends telemetry as soon as it is imported, so this comes first.
_HOME = tempfile.mkdtemp(prefix="melody-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ.update(
    HOME=_HOME,
    CREWAI_DISABLE_TELEMETRY="true",
    CREWAI_DISABLE_VERSION_CHECK="true",
    CREWAI_TRACING_ENABLED="false",
    CREWAI_TESTING="true",
    OTEL_SDK_DISABLED="true",
)
for _name in ("XDG_CONFIG_HOME", "MELODY_PROFILE"):  # the user's own file and profile
    os.environ.pop(_name, None)

# A shell that begins the suite in the background switches SIGINT off for it and for all it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
