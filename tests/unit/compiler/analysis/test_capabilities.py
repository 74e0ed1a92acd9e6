from __future__ import annotations

import pytest

from compiler.analysis.capabilities import offers
from tests.unit.compiler.compiling_aid import symbols_of


@pytest.mark.parametrize(
    ("offered", "wanted", "expected"),
    [
        ("code.score", "code.score", True),
        ("email_campaign", "email", True),
        ("email-campaign", "email", True),
        ("code.score.fast", "code.score", True),
        ("emails", "email", False),
        ("email", "email_campaign", False),
        ("campaign_email", "email", False),
        ("code.score", "code.", False),
    ],
)
def test_a_capability_matches_exactly_or_by_whole_segments_from_the_left(
    offered: str, wanted: str, expected: bool
) -> None:
    assert offers(offered, wanted) is expected


PLAYERS = """\
players:
  a: {python: "m:f", provides: [text.write]}
  b: {python: "m:f", provides: [text.write.fast, other]}
  c: {python: "m:f", provides: [text.write], enabled: false}
  d: {python: "m:f", provides: [other]}
  e: {python: "m:f", provides: [text.write], enabled: true}
"""


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        ("{provides: text.write}", ["a", "b", "e"]),
        ("{provides: text.write, prefer: [e, b]}", ["e", "b", "a"]),
        ("{provides: text.write, prefer: [c, d, nobody, b]}", ["b", "a", "e"]),
        ("{provides: text}", ["a", "b", "e"]),
        ("{provides: text.write.fast}", ["b"]),
        ("{provides: text.wri}", []),
    ],
)
def test_candidates_are_the_preferred_then_the_others_in_file_order(
    play: str, expected: list[str]
) -> None:
    symbols = symbols_of(f"{PLAYERS}steps: {{s: {{play: {play}}}}}\n")
    found = symbols.players_of(symbols.steps[0].step)
    assert [player.name.value for player in found] == expected


def test_every_candidate_counts_as_used() -> None:
    symbols = symbols_of(f"{PLAYERS}steps: {{s: {{play: {{provides: other}}}}}}\n")
    assert symbols.reached_players() == ("b", "d")
