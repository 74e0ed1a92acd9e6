from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes

PLAYERS = 'players: {coder: {python: "m:f"}}\n'


@pytest.mark.parametrize(
    ("melody", "expected"),
    [
        # A section that is lost hides what it declares.
        ("player: {coder: {model: offline}}\nsteps: {a: {play: coder, prompt: x}}\n", ["MEL112"]),
        ("players: [coder]\nsteps: {a: {play: coder, prompt: x}}\n", ["MEL111"]),
        ("input: {a: string}\nsteps: {s: {set: '${{ inputs.a }}'}}\n", ["MEL112"]),
        ("inputs: text\nsteps: {s: {set: '${{ inputs.a }}'}}\n", ["MEL111"]),
        ("model: {m: offline}\nplayers: {p: {model: m}}\nsteps: {s: {play: p}}\n", ["MEL112"]),
        # A step of which a key is lost gives anything.
        (
            (f"{PLAYERS}steps:\n  a: {{play: coder, ouput: {{x: string}}}}\n"
            "  b: {set: '${{ steps.a.output.x.y }}'}\n"),
            ["MEL112"],
        ),
        ("steps:\n  a: {for_eahc: [1], set: 1}\n  b: {set: '${{ steps.a.failed }}'}\n", ["MEL112"]),
        ("steps: {a: {for_each: 5, as: row, set: '${{ row }}'}}\n", ["MEL111"]),
        ("steps: {a: {st: {x: 1}}, b: {set: '${{ steps.a.output.x }}'}}\n", ["MEL112"]),
        ("steps: {a: {}, b: {set: '${{ steps.a.output.x }}'}}\n", ["MEL117"]),
        # What stands in an unreadable expression is not known.
        ("steps: {a: {set: '${{ 1 + }}'}, b: {set: '${{ steps.a.output + 1 }}'}}\n", ["MEL120"]),
        (
            ('steps:\n  o: {set: 1, when: len("x") > 0}\n'
            "  a: {when: '${{ steps.o.ok }}', set: '${{ steps.o.output }}'}\n"),
            ["MEL121"],
        ),
        # A player of which a key is lost gives anything.
        (
            ("players: {p: {command: [git], prase: text}}\n"
            "steps: {a: {play: p, output: string}}\n"),
            ["MEL112"],
        ),
        # The second of two steps of one name is lost; the first may not be the one that is meant.
        (
            "steps:\n  a: {set: 1}\n  a: {set: {x: 1}}\n  b: {set: '${{ steps.a.output.x }}'}\n",
            ["MEL107"],
        ),
    ],
)  # fmt: skip
def test_a_mistake_of_reading_breeds_no_followers(melody: str, expected: list[str]) -> None:
    assert codes(melody) == expected


@pytest.mark.parametrize(
    ("melody", "expected"),
    [
        ("player: {c: {model: offline}}\nsteps: {a: {play: zzz}}\n", ["MEL112", "MEL202"]),
        (
            (
                f"{PLAYERS}steps:\n  a: {{play: coder, promt: hi, output: {{x: string}}}}\n"
                "  b: {set: '${{ steps.a.output.y }}'}\n"
            ),
            ["MEL112", "MEL204"],
        ),
        (
            (
                f"{PLAYERS}steps:\n  a: {{play: coder, label: [1]}}\n"
                "  b: {set: '${{ steps.c.output }}'}\n"
            ),
            ["MEL111", "MEL201"],
        ),
        ("steps: {a: {set: '${{ 1 + }}'}, b: {set: '${{ nope }}'}}\n", ["MEL120", "MEL206"]),
    ],
)
def test_a_mistake_elsewhere_is_found_in_the_same_pass(melody: str, expected: list[str]) -> None:
    assert codes(melody) == expected
