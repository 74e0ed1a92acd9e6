from __future__ import annotations

import io
import json

import pytest

from melody.cli.output import json_text, print_text
from melody.cli.readable import readable


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("text", ["plain", "é", "漢", "\ud800"])
def test_json_reaches_a_stream_of_any_encoding_whole(text: str, encoding: str) -> None:
    written = json_text({"a": text}, encoding=encoding)
    assert json.loads(written.encode(encoding).decode(encoding)) == {"a": text}


def test_a_line_that_a_stream_cannot_hold_is_escaped() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_text("漢 \ud800", stream)
    assert raw.getvalue() == b"\\u6f22 \\ud800\n"


def test_outputs_are_readable() -> None:
    outputs = {
        "word": "yes",
        "number": 3,
        "nothing": None,
        "empty": [],
        "text": "one\n\n\ttwo\n",
        "list": ["a", "b\nc", 1, {"k": "v"}],
        "map": {"inner": "x", "more": {"deep": True}},
        "rude": "\x1b[2Jgone",
    }
    assert list(readable(outputs)) == [
        "word: yes",
        "number: 3",
        "nothing: null",
        "empty: []",
        "text:",
        "  one",
        "",
        "      two",
        "list:",
        "  - a",
        "  - b",
        "    c",
        "  - 1",
        '  - {"k": "v"}',
        "map:",
        "  inner: x",
        "  more:",
        "    deep: true",
        "rude: \\x1b[2Jgone",
    ]
