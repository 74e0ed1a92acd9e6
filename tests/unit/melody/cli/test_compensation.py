"""What undoes a run is shown, and a first Ctrl-C does not end it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.unit.melody.stage import command_line, environment, melody, written

TRIP = """\
melody: v1
name: trip
players:
  book: {command: [echo, booked]}
  cancel: {command: [sh, -c, "%s"]}
  refuse: {command: [sh, -c, "exit 3"]}
  last: {command: [sh, -c, "%s"]}
steps:
  flight: {play: book, compensate: {play: cancel}}
  hotel: {play: book, compensate: {play: refuse}, needs: [flight]}
  pay: {play: last, needs: [hotel]}
"""
ALLOW = ("--allow", "command:echo", "--allow", "command:sh")


def test_a_run_that_failed_says_what_was_undone_and_what_was_not(tmp_path: Path) -> None:
    file = written(tmp_path, TRIP % ("exit 0", "exit 4"))
    ended = melody("run", file, "--json", *ALLOW)
    assert ended.code == 1
    steps = ended.json["steps"]
    assert list(steps) == ["flight", "hotel", "pay", "hotel~compensate", "flight~compensate"]
    assert [steps[path]["status"] for path in list(steps)[3:]] == ["failed", "succeeded"]
    lines = ended.stderr.splitlines()
    assert "undone: `flight`" in lines
    assert "not undone: `hotel`: player.crash: 'sh' ended with exit code 3" in lines


def _interrupted(folder: Path, backend: str, moments: dict[str, signal.Signals]) -> tuple[int, str]:
    """Run it, and send each signal when its words come; the exit code and what was said."""
    command = command_line("run", "some.melody.yaml", "--on", backend, *ALLOW)
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    seen = ""
    try:
        for line in process.stderr:
            seen += line
            for words in [words for words in moments if words in line]:
                process.send_signal(moments.pop(words))
        return process.wait(60), seen
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
def test_an_interrupted_run_is_undone_before_it_ends(backend: str, tmp_path: Path) -> None:
    written(tmp_path, TRIP % ("sleep 1; touch undone", "sleep 100"))
    code, seen = _interrupted(tmp_path, backend, {"last performs": signal.SIGINT})
    assert code == 130
    assert (tmp_path / "undone").exists()
    assert "undone: `flight`" in seen.splitlines()
    assert "interrupted: every step of run" in seen
    assert "Traceback" not in seen


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_the_undoing_too(second: signal.Signals, tmp_path: Path) -> None:
    mark = 20_000 + os.getpid() % 10_000
    written(tmp_path, TRIP.replace("play: refuse", "play: cancel") % (f"sleep {mark}", "sleep 99"))
    moments = {"last performs": signal.SIGINT, "cancel performs": second}
    code, seen = _interrupted(tmp_path, "native", moments)
    assert code == 130
    lines = seen.splitlines()
    assert "not undone: `hotel`: cancelled: cancelled by the run" in lines
    assert "not undone: `flight`: it was ended before" in lines
    assert "Traceback" not in seen
