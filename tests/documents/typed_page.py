"""A page is gone through as a reader does: its files are saved, its commands are typed."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from melody.cli.program import program
from tests.documents.page import Saved, Typed, doings


def type_page(page: Path, *more: str) -> int:
    """Do everything that the page says, in the working folder; how many commands were typed.

    What is seen must be what the page shows, to the letter, and no command may be left out.

    Args:
        page: The document.
        more: Options behind every command.
    """
    typed = 0
    for doing in doings(page):
        match doing:
            case Saved(name=name, text=text):
                Path(name).write_text(text, encoding="utf-8")
            case Typed(arguments=arguments, seen=expected, line=line):
                ended = CliRunner().invoke(program, [*arguments, *more])
                seen = ended.stdout or ended.stderr
                assert seen == expected, f"{page.name}:{line}: melody {' '.join(arguments)}"
                typed += 1
    assert typed == page.read_text("utf-8").count("\n$ ")
    return typed
