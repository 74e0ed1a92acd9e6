from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.unit.melody.stage import command_line, environment, written

SLEEPY = """\
melody: v1
name: sleepy
players:
  sleeper: {command: [sleep, "%d"]}
  thinker: {python: "thinking:think"}
steps:
  one: {play: sleeper}
  two: {play: sleeper}
  three: {play: thinker}
"""


def _sleepers(seconds: int) -> list[int]:
    """Processes of ours that still sleep."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[:2] == [b"sleep", str(seconds).encode()]:
                found.append(int(folder.name))
    return found


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_process_and_shows_no_traceback(
    backend: str, number: signal.Signals, tmp_path: Path
) -> None:
    seconds = 10_000 + os.getpid() % 10_000 + number * 10_000
    written(tmp_path, SLEEPY % seconds)
    written(tmp_path, "import time\ndef think():\n    time.sleep(60)\n", "thinking.py")
    allow = ("--allow", "command:sleep", "--allow", "python:thinking")
    process = subprocess.Popen(
        command_line("run", "some.melody.yaml", "--on", backend, "--json", *allow),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while len(_sleepers(seconds)) < 2:
            assert time.monotonic() < deadline, "the steps never started"
            time.sleep(0.05)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, stdout) == (130, "")
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    assert _sleepers(seconds) == []
    (journal,) = (tmp_path / ".melody" / "runs").iterdir()
    assert '"status":"cancelled"' in journal.read_text(encoding="utf-8").splitlines()[-1]
