"""Bounds itself, then becomes another program: what a command player with limits is started by.

A script of its own that imports the standard library only. The limits are set here, after the new
process has started, since code between fork and exec is not safe in a program with threads.

Arguments: bytes of address space and seconds of processor time (0: no bound), the number of the
file that is told an error of the start, ``1`` if LC_CTYPE is to be kept, then the command.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

NOT_STARTED = 127
"""Exit code where the program could not be started; its errno is in the file then."""


def main(memory: int, cpu: int, told: int, keep_ctype: bool, argv: list[str]) -> None:  # noqa: FBT001 - from the command line
    """Become the command ``argv``."""
    os.set_inheritable(told, False)  # noqa: FBT003 - a positional parameter
    if memory:
        _bound(resource.RLIMIT_AS, memory, memory)
    if cpu:
        _bound(resource.RLIMIT_CPU, cpu, cpu + 1)  # SIGXCPU, and a second later SIGKILL
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and what is ignored is inherited
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    environment = dict(os.environ)
    if not keep_ctype:
        environment.pop("LC_CTYPE", None)  # Python has set it for itself
    try:
        os.execvpe(argv[0], argv, environment)  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(told, str(error.errno or 0).encode())
        os._exit(NOT_STARTED)


def _bound(kind: int, soft: int, hard: int) -> None:
    """Set a limit; never above what holds already."""
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    _memory, _cpu, _told, _keep = map(int, sys.argv[1:5])
    main(_memory, _cpu, _told, _keep == 1, sys.argv[5:])
