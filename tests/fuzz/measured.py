"""Time and memory of the reader for hostile texts, each in a process of its own.

`python -m tests.fuzz.measured SIZE [NAME…]` prints one JSON line for each text.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from compiler.parse.text import MAX_BYTES
from tests.fuzz.hostile import HOSTILE, files_of, hostile
from tests.fuzz.reader_property import check, demand, examine

SECONDS = 5
"""What reading, checking and showing any text may take."""
PEAK_BYTES = 512 * 2**20
_KILLED_AFTER_S = 120
_LARGE = 2**15
"""Bytes from which a text is not formatted as well: that takes longer than reading it."""
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one text cost."""

    name: str
    seconds: float
    """Of processor time: the machine may have other work."""
    peak_bytes: int
    """The most memory that its process held, the program itself included."""
    end: str
    """``model`` or ``errors``; else ``signal N``, or what does not hold."""


def measured(size: int = MAX_BYTES, names: Sequence[str] = ()) -> Iterator[Measured]:
    """Runs the reader on hostile texts in a fresh process.

    Args:
        size: Of each, in bytes.
        names: Some of them; none: all.
    """
    command = [sys.executable, "-m", "tests.fuzz.measured", str(size), *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Measured(**json.loads(line))
    assert process.returncode == 0, "the measuring process itself has failed"


def _measure(name: str, size: int) -> Measured:
    """In a fork, so that neither its memory nor its death is ours."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(_KILLED_AFTER_S)
        with os.fdopen(writing, "w", encoding="utf-8", errors="replace") as stream:
            _tell(name, size, stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        told = [json.loads(line) for line in stream]
    status = os.waitpid(child, 0)[1]
    end = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else told[-1]["end"]
    seconds = max((line["seconds"] for line in told), default=float(_KILLED_AFTER_S))
    return Measured(name, seconds, max((line["peak"] for line in told), default=0), end)


def _tell(name: str, size: int, stream: TextIO) -> None:
    """Cost first, in a line of its own: what is demanded afterwards may not end."""
    try:
        data = hostile(name, size)
        for file in files_of(name):
            started = time.process_time()
            found = check(data, file)
            seconds = round(time.process_time() - started, 2)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT
            end = "errors" if found.ir is None else "model"
            print(
                json.dumps({"seconds": seconds, "peak": peak, "end": end}), file=stream, flush=True
            )
            if len(data) < _LARGE:
                examine(data, file=file)
            else:
                demand(found, data, file)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        end = f"{type(error).__name__}: {error}"[:2000]
        print(json.dumps({"seconds": 0, "peak": 0, "end": end}), file=stream, flush=True)


_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes of one unit of ``ru_maxrss``."""


def main(size: int, names: Sequence[str]) -> None:
    """Measures each text and prints a line for it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    examine(hostile("an alias bomb"))  # what is imported late is imported now
    for name in names or HOSTILE:
        print(json.dumps(asdict(_measure(name, size))), flush=True)  # noqa: T201 - its result


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
