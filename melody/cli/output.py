"""Results on stdout; everything else that writes there is sent to stderr meanwhile."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, TextIO


def json_text(tree: Any, *, indent: int | None = 2, encoding: str = "utf-8") -> str:
    """JSON that a stream of this encoding can hold: readable where possible, else escaped."""
    style: dict[str, Any] = {"indent": indent, "default": _plain}
    if indent is None:
        style["separators"] = (",", ":")
    text = json.dumps(tree, ensure_ascii=False, **style)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(tree, **style)
    return text


def print_json(tree: Any, stream: TextIO | None = None, *, indent: int | None = 2) -> None:
    """Write one JSON value and a line break."""
    target = sys.stdout if stream is None else stream
    target.write(json_text(tree, indent=indent, encoding=target.encoding or "utf-8") + "\n")
    target.flush()


def print_text(text: str, stream: TextIO) -> None:
    """Write a line; what the stream's encoding cannot hold is written as escapes."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


@contextmanager
def results_only() -> Iterator[TextIO]:
    """The stream for results. Inside the block everything else that goes to stdout goes to stderr.

    A python player may print, and may start programs that print: neither must get into ``--json``.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(sys.stdout.fileno())
    except (OSError, ValueError):  # stdout is no file: a test, a notebook
        stdout = sys.stdout
        with redirect_stdout(sys.stderr):
            yield stdout
        return
    number, encoding = sys.stdout.fileno(), sys.stdout.encoding
    with open(kept, "w", encoding=encoding, errors="strict") as results:  # noqa: PTH123
        os.dup2(sys.stderr.fileno(), number)
        try:
            with redirect_stdout(sys.stderr):
                yield results
        finally:
            with suppress(BrokenPipeError):
                results.flush()
            os.dup2(results.fileno(), number)


def _plain(value: Any) -> Any:
    """JSON of what is none: an outcome inside the facts of an event, or its text."""
    return value.to_json() if hasattr(value, "to_json") else str(value)
