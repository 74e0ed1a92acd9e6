"""Somebody at a terminal, whom a command asks."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.unit.melody.stage import Ended, command_line, environment


@dataclass(slots=True)
class Person:
    """Somebody at a terminal: reads what is written there, and types when it is asked for."""

    process: subprocess.Popen[bytes]
    terminal: int
    screen: str = ""
    _seen: int = field(default=0)

    def waits_for(self, text: str) -> None:
        """Read until the text comes; what came before it is not looked at again."""
        while text not in self.screen[self._seen :]:
            ready, _, _ = select.select([self.terminal], [], [], 60)
            assert ready, f"{text!r} never came:\n{self.screen}"
            self.screen += os.read(self.terminal, 65_536).decode("utf-8", "replace")
        self._seen = self.screen.index(text, self._seen) + len(text)

    def types(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def leaves(self) -> Ended:
        """Wait for the end of the command."""
        while True:
            ready, _, _ = select.select([self.terminal], [], [], 60)
            assert ready, f"it does not end:\n{self.screen}"
            try:
                data = os.read(self.terminal, 65_536)
            except OSError:  # nobody else has the terminal open any more
                break
            self.screen += data.decode("utf-8", "replace")
        assert self.process.stdout is not None
        stdout = self.process.stdout.read().decode()
        return Ended(self.process.wait(60), stdout, self.screen)


Begin = Callable[..., Person]


@contextmanager
def terminals() -> Iterator[Begin]:
    """Begins commands at a terminal; none of them is left."""
    begun: list[Person] = []

    def begin(*arguments: str, cwd: Path, **more: str) -> Person:
        begun.append(_begun(*arguments, cwd=cwd, **more))
        return begun[-1]

    try:
        yield begin
    finally:
        for each in begun:
            each.process.kill()
            each.process.wait()
            assert each.process.stdout is not None
            each.process.stdout.close()
            os.close(each.terminal)


def _begun(*arguments: str, cwd: Path, **more: str) -> Person:
    person, terminal = os.openpty()
    own = {name: text for name, text in environment(**more).items() if name != "CI" or name in more}
    process = subprocess.Popen(
        command_line(*arguments),
        cwd=cwd,
        env={**own, "TERM": "xterm", "COLUMNS": "200", "LINES": "50"},
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.PIPE,
    )
    os.close(terminal)
    return Person(process, person)
