"""Who is there to be asked: a person at this terminal, or nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

from conductor_core.people.nobody import Nobody
from conductor_core.ports import People
from melody.cli.asking.at_the_terminal import AtTheTerminal
from melody.cli.asking.typed_lines import TypedLines
from melody.cli.terminal import is_terminal


def people(screen: TextIO, interrupting: Callable[[], AbstractContextManager[None]]) -> People:
    """A person where both stdin and the screen are a terminal and no build runs; else nobody.

    Args:
        screen: Where questions are shown: stderr, and not what stands in for it for a while.
        interrupting: Holds back what is drawn while a question is asked.
    """
    if not is_terminal(screen) or sys.stdin is None or not sys.stdin.isatty():
        return Nobody()
    return AtTheTerminal(TypedLines(sys.stdin.fileno()), screen, interrupting)
