from __future__ import annotations

from melody.semantic_diff.told import counted, told
from tests.unit.melody.semantic_diff.test_changes import BASE, between


def test_short_values_stand_side_by_side() -> None:
    assert list(told(between(("20s", "30s")))) == [
        "~ step draft",
        "    policy.timeout_s: 20.0 → 30.0",
    ]


def test_types_are_told_in_shorthand() -> None:
    found = between(("integer}\n    gate", 'integer, more: "list[string]"}\n    gate'))
    assert list(told(found)) == [
        "~ step draft",
        "    output: {text: string, n: integer} → {text: string, n: integer, more: list[string]}",
    ]


def test_long_texts_are_compared_line_by_line() -> None:
    old = 'prompt: "Write on ${{ inputs.topic }}."'
    first = "prompt: |\n      One.\n      Two ${{ inputs.topic }}.\n"
    text = BASE.replace(old, first)
    assert text != BASE
    lines = list(told(between((old, first))))
    assert lines == [
        "~ step draft",
        "    prompt:",
        "      - Write on ${{ inputs.topic }}.",
        "      + One.",
        "      + Two ${{ inputs.topic }}.",
        "      +",
    ]


def test_what_was_added_is_told_with_its_fields() -> None:
    more = "outputs:\n", "  more: {set: {t: x}}\noutputs:\n"
    assert list(told(between(more))) == ["+ step more", "  + verb: set", '  + value: {"t": "x"}']


def test_nothing_that_was_written_can_turn_the_terminal_round() -> None:
    text = "\n".join(told(between(("Write on", "\\u202eWrite on"))))
    assert "\u202e" not in text
    assert "\\u202e" in text


def test_the_differences_are_counted_by_what_they_are_of() -> None:
    assert counted(between(("20s", "30s"))) == "1 step differs"
    assert counted(between(("20s", "30s"), ("Be brief", "Be exact"), ("ncy: 8", "ncy: 9"))) == (
        "the policy, 1 player and 1 step differ"
    )
