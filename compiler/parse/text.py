"""Bytes of a file to checked text; whatever is wrong becomes one diagnostic with its place."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from compiler.parse.source_text import SourceText
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

MAX_BYTES = 8 * 1024 * 1024
"""A larger file is refused (spec 2, YAML reading)."""

UNREADABLE_CHARACTER = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)
"""What YAML does not accept in a stream: controls, surrogates, U+FFFE and U+FFFF."""

OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

END = re.compile(r"(?:\.melody)?(?:\.ya?ml|\.json)?$")
"""What a file's name may end in; a Melody's ends in ``.melody.yaml`` or ``.melody.json``."""

Text = tuple[SourceText | None, tuple[Diagnostic, ...]]
"""The text, or None and why."""


def text_of_file(
    path: str | os.PathLike[str],
    *,
    file: str | None = None,
    most: int = MAX_BYTES,
    melody: bool = False,
) -> Text:
    """Read a file.

    Args:
        path: Where it is.
        file: Its name in diagnostics; the path as given if None.
        most: Bytes; a larger file is refused.
        melody: It is to be a Melody; where it is not there, one of nearly this name is offered.
    """
    name = file if file is not None else os.fspath(path)
    try:
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            return _unreadable(name, "is a directory", "name a `*.melody.yaml` file in it")
        if not stat.S_ISREG(mode):
            return _unreadable(name, "is not a regular file", "name a file that can be read")
        with Path(path).open("rb") as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        beside = _melody_beside(Path(path)) if melody else None
        if beside is not None:
            guess = name[: len(name) - len(Path(path).name)] + beside
            return _unreadable(name, "does not exist", f"did you mean `{guess}`?")
        make = ", or make one with `melody init`" if ".melody." in name else ""
        return _unreadable(name, "does not exist", f"check the path{make}")
    except PermissionError:
        return _unreadable(name, "may not be read by you", "change its permissions")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _unreadable(name, f"cannot be read: {reason}", "name a file that can be read")
    return text_of_bytes(data, name, most=most)


def _melody_beside(path: Path) -> str | None:
    """The name of the Melody that a path without ``.melody``, or with another end, may mean."""
    stem = END.sub("", path.name)
    names = (f"{stem}{end}" for end in (".melody.yaml", ".melody.yml", ".melody.json"))
    return next((name for name in names if path.with_name(name).is_file()), None)


def text_of_bytes(data: bytes, file: str, *, most: int = MAX_BYTES) -> Text:
    """Decode UTF-8, with or without a byte order mark."""
    if len(data) > most:
        return _problem(
            "MEL106",
            f"`{file}` is larger than {most // 2**20} MiB",
            _top(file),
            help="move data out of the Melody into a file that a step reads",
        )
    if encoding := OTHER_ENCODINGS.get(data[:2]):
        return _problem(
            "MEL102", f"`{file}` is {encoding}, not UTF-8", _top(file), help="save it as UTF-8"
        )
    if _looks_binary(data[:4096]):
        return _problem(
            "MEL102",
            f"`{file}` is a binary file, not text",
            _top(file),
            help="a Melody is a text file in UTF-8",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        source = SourceText(file, before.removeprefix("\ufeff"))
        line, column = source.place(len(source.text))
        return _problem(
            "MEL102",
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            Span(file, line, column, line, column + 1),
            help="save the file as UTF-8",
        )
    return text_of_str(text, file, most=most)


def text_of_str(text: str, file: str, *, most: int = MAX_BYTES) -> Text:
    """Check text for characters that no Melody can hold."""
    text = text.removeprefix("\ufeff")
    if len(text) > most:
        return _problem("MEL106", f"`{file}` is larger than {most // 2**20} MiB", _top(file))
    source = SourceText(file, text)
    if found := UNREADABLE_CHARACTER.search(text):
        number = ord(found.group())
        if number == 0:
            name = "a NUL character"
        elif 0xD800 <= number <= 0xDFFF:
            name = f"half of a character (the lone surrogate U+{number:04X})"
        else:
            name = f"the unprintable character U+{number:04X}"
        return _problem(
            "MEL102",
            f"`{file}` contains {name}",
            source.span(*found.span()),
            help="delete it; in double quotes a control character is written as an escape",
        )
    return source, ()


def _looks_binary(data: bytes) -> bool:
    controls = sum(byte < 9 or 13 < byte < 32 for byte in data)
    return controls * 20 > len(data) and controls > 1


def _unreadable(file: str, fact: str, cure: str) -> Text:
    return _problem("MEL101", f"`{file}` {fact}", _top(file), help=cure)


def _top(file: str) -> Span:
    return Span(file, 1, 1, 1, 1)


def _problem(code: str, message: str, span: Span, *, help: str | None = None) -> Text:
    return None, (diagnose(code, message, span, help=help),)
