from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.splice import LINE_BREAK, line_starts


@given(st.text(alphabet="a\n\r\x0b\x85\u2028"))
def test_lines_start_at_the_beginning_and_behind_every_line_break(text: str) -> None:
    assert list(line_starts(text)) == [0, *(match.end() for match in LINE_BREAK.finditer(text))]


@given(st.text(alphabet="a\n\x0b\x85\u2028"))
def test_so_they_do_where_no_carriage_return_stands(text: str) -> None:
    assert list(line_starts(text)) == [0, *(match.end() for match in LINE_BREAK.finditer(text))]
