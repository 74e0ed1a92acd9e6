"""Melodies written in Python that another one calls; each stands for a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, Note

if TYPE_CHECKING:
    from melody.builder.book import Book
    from melody.builder.melody import Melody


def file_of(melody: Melody) -> str:
    """The file that a Melody stands for, seen from the one that calls it."""
    return f"{melody.name}.melody.yaml"


def called(book: Book, melody: Melody) -> str:
    """The path to write behind ``call``; the Melody is remembered.

    Raises:
        DiagnosticsError: MEL107: another Melody that is called has the same name.
    """
    file = file_of(melody)
    first = book.called.setdefault(file, melody)
    if first is not melody:
        raise DiagnosticsError([_two_of(melody, first)])
    return f"./{file}"


def all_called(melody: Melody) -> dict[str, Melody]:
    """Every Melody in Python that is called from here, directly or not, by its file.

    Raises:
        DiagnosticsError: MEL107: two of them have one name.
    """
    found: dict[str, Melody] = {}
    ahead = [melody]
    while ahead:
        one = ahead.pop(0)
        file = file_of(one)
        first = found.setdefault(file, one)
        if first is not one:
            raise DiagnosticsError([_two_of(one, first)])
        ahead += [each for each in one.called if found.get(file_of(each)) is not each]
    return found


def _two_of(melody: Melody, first: Melody) -> Diagnostic:
    return diagnose(
        "MEL107",
        f"two Melodies that belong together are called `{melody.name}`",
        melody.places.span(()),
        notes=(Note("the first stands", first.places.span(())),),
        help="rename one of them: each stands for the file of its name",
    )
