"""From the first line of the program to its exit code; no traceback leaves here."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """The command ``melody``."""
    from melody.installation import find_collision

    collision = find_collision()
    if collision is not None:
        _say(collision)
        sys.exit(2)
    sys.exit(_flushed(_guarded()))


def _guarded() -> int:
    """Run the program; whatever nobody foresaw becomes a report and exit code 70."""
    try:
        from melody.cli.program import invoke

        return invoke(sys.argv[1:])
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    except BrokenPipeError:
        return _reader_left()
    except Exception as bug:  # noqa: BLE001 - the last line of defence
        from melody.cli.bug_report import report_bug

        report_bug(bug, sys.argv[1:])
        return 70


def _flushed(status: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return status or _reader_left()
    except OSError as error:  # the disk behind a redirection is full
        _say(f"cannot write the results: {error.strerror}")
        return status or 1
    return status


def _reader_left() -> int:
    """Whoever read our stdout has gone; Python must not complain about it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _say(text: object) -> None:
    sys.stderr.write(f"{text}\n")
