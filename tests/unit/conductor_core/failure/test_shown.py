"""What is masked and where texts are cut before they are shown."""

from __future__ import annotations

from conductor_core.failure.shown import LONGEST, masked, shown


def test_a_line_of_the_longest_length_is_whole_and_a_longer_one_says_that_it_is_cut() -> None:
    assert shown("x" * LONGEST) == "x" * LONGEST
    assert shown("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"
    assert LONGEST == 300


def test_what_stands_behind_much_empty_space_is_not_searched_for() -> None:
    assert shown(" " * (4 * LONGEST - 1) + "x") == "x"
    assert shown(" " * (4 * LONGEST) + "x") == ""


def test_what_stands_behind_a_credential_of_great_length_is_shown_up_to_a_limit() -> None:
    key = "ghp_" + "0" * (8 * LONGEST - 6)
    assert shown(key + " x") == "*** x"
    assert shown(key + "0 x") == "***"


def test_credentials_are_masked_wherever_they_stand() -> None:
    text = "Authorization: Bearer abc.def-ghi1 https://me:secret@host/ ghp_0123456789"
    assert masked(text) == "Authorization: *** https://***@host/ ***"
    assert shown("a\r\nb") == "a b"
