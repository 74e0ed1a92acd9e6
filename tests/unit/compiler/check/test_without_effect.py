from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {approval: "ok?", on_timeout: reject}
"""
SHOWN = """\
warning[MEL227]: `on_timeout` has no effect: without `expires` the question waits for ever
 --> t.melody.yaml:4:36
  |
4 |   a: {approval: "ok?", on_timeout: reject}
  |                                    ^^^^^^
  = help: add `expires: 24h`, or remove `on_timeout`
  = help: melody explain MEL227
"""


def test_without_an_end_nothing_happens_at_the_end() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("expires: 24h, on_timeout: reject", []),
        ("expires: 24h", []),
        ("expires: 2h, policy: {timeout: 1h}", ["MEL227"]),
        ("expires: 1h, policy: {timeout: 1h}", ["MEL227"]),
        ("expires: 1h, policy: {timeout: 2h}", []),
        ("exprires: 1h, on_timeout: reject", ["MEL112"]),
    ],
)
def test_a_question_must_be_able_to_expire(more: str, found: list[str]) -> None:
    assert codes(f"steps: {{a: {{approval: Publish, {more}}}}}\n") == found


def test_a_disabled_player_is_no_fallback() -> None:
    found = only("""\
players:
  p: {python: "m:f", fallback: [q, r]}
  q: {python: "m:f", enabled: false}
  r: {python: "m:f"}
steps: {a: {play: p}}
""")
    assert (found.code, found.severity.value) == ("MEL227", "warning")
    assert found.message == "this fallback has no effect: player `q` is disabled"
