"""An ordinary test of the repository; it runs beside those of the Melodies."""

from __future__ import annotations

from helpdesk.urgency import urgency


def test_two_alarming_words_are_urgent() -> None:
    """The shop is down, and it is urgent."""
    assert urgency("The shop is DOWN, this is urgent!") == {
        "words": ["down", "urgent"],
        "urgent": True,
    }


def test_one_alarming_word_is_not() -> None:
    """An invoice may be lost."""
    assert not urgency("I lost my invoice.")["urgent"]
