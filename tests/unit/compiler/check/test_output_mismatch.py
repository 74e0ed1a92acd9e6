from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {set: "${{ 1 + 1 }}", output: string}
"""
SHOWN = """\
error[MEL210]: the value does not fit the output: integer where string is wanted
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ 1 + 1 }}", output: string}
  |                 ^^^^^
  = note: `a` declares its output at t.melody.yaml:4:36
  = help: write `str(1 + 1)`
  = help: melody explain MEL210
"""


def test_a_set_that_does_not_fit_its_output_is_refused() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  a: {set: {n: "${{ 1 + 1 }}"}, output: {n: integer}}
""",
            id="fits",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1, output: number}
""",
            id="integer where number is wanted",
        ),
        pytest.param(
            """\
inputs: {j: json}
steps:
  a: {set: "${{ inputs.j }}", output: {n: string}}
""",
            id="dynamic",
        ),
        pytest.param(
            """\
steps:
  a: {run: git log, parse: lines, output: "list[string]"}
""",
            id="lines",
        ),
        pytest.param(
            """\
steps:
  a: {run: git log, parse: json, output: {n: integer}}
""",
            id="json",
        ),
        pytest.param(
            """\
players: {m: {model: offline}}
steps:
  a: {play: m, prompt: hi, output: {n: integer}}
""",
            id="a model",
        ),
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, output: {n: integer}}
""",
            id="python",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL210" not in codes(melody)


def test_what_a_command_gives_is_known_from_parse() -> None:
    found = only('steps: {a: {run: git log, parse: text, output: "list[string]"}}\n')
    assert found.message == "a command cannot give this output: string where list[string] is wanted"


def test_the_output_that_a_player_declares_must_fit_that_of_the_step() -> None:
    found = only("""\
players: {p: {python: "m:f", output: {n: integer}}}
steps: {a: {play: p, output: {s: string}}}
""")
    assert found.code == "MEL210"
    assert [note.message for note in found.notes] == ["it declares its output"]


def test_a_mistake_inside_the_value_is_not_followed_by_another() -> None:
    assert codes('steps: {a: {set: "${{ inputs.zs }}", output: {n: integer}}}\n') == ["MEL213"]


def test_the_output_of_a_map_is_the_type_of_one_item() -> None:
    assert codes('steps: {a: {for_each: [1], set: "${{ item }}", output: integer}}\n') == []


@pytest.mark.parametrize(
    "step",
    [
        '{set: "${{ 1 + 1 }}", output: {n: integer}}',
        "{set: {n: 1}, output: integer}",
        "{steps: {}, result: 1, output: {n: number}}",
        "{repeat: {max: 1, until: true, steps: {}, result: {s: x}}, output: string}",
        "{branch: [{name: o, else: true, result: 1}], output: number}",
        (
            "{parallel: {l: {steps: {}, result: 1}, r: {steps: {}, result: x}}, "
            "output: {l: number, r: string}}"
        ),
        "{wait: {event: paid}, output: {n: integer}}",
    ],
)
def test_what_is_converted_safely_fits(step: str) -> None:
    assert codes(f"steps: {{a: {step}}}\n") == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{steps: {}, result: x, output: number}",
         'the result does not fit the output: "x" where number is wanted'),
        ("{repeat: {max: 1, until: true, steps: {}, result: x}, output: number}",
         'the result does not fit the output: "x" where number is wanted'),
        ("{branch: [{name: o, else: true, result: x}], output: number}",
         'the result does not fit the output: "x" where number is wanted'),
        ("{parallel: {l: {steps: {}, result: 1}}, output: {r: number}}",
         ("the map of the branches' results cannot give this output: {l: integer} where "
         "{r: number} is wanted (at the top: the field `r` is missing)")),
        ('{set: {n: "1"}, output: integer}',
         'the value does not fit the output: {n: "1"} where integer is wanted'),
    ],
)  # fmt: skip
def test_the_value_of_every_scope_is_held_against_its_output(step: str, expected: str) -> None:
    found = only(f"steps: {{a: {step}}}\n")
    assert (found.code, found.message) == ("MEL210", expected)


@pytest.mark.parametrize(
    ("value", "output", "help_"),
    [
        ('"${{ inputs.s }}"', "integer", "write `int(inputs.s)`"),
        ('"${{ inputs.s }}"', "number", "write `float(inputs.s)`"),
        ('"${{ inputs.f }}"', "integer", "write `int(inputs.f)`"),
        ('"${{ inputs.f }}"', "string", "write `str(inputs.f)`"),
        ('"${{ inputs.o }}"', "string",
         "write `default(inputs.o, y)` with what to take instead of null as `y`"),
        ('"${{ inputs.f }}"', "boolean", None),
    ],
)  # fmt: skip
def test_text_and_numbers_are_converted_by_hand_only(
    value: str, output: str, help_: str | None
) -> None:
    found = only(
        'inputs: {s: string, f: number, o: "string?"}\n'
        f'steps: {{a: {{set: {value}, output: {output}}}, z: {{set: "${{{{ inputs }}}}"}}}}\n'
    )
    assert (found.code, found.help) == ("MEL210", help_)


def test_a_player_chosen_by_capability_is_told_of_once() -> None:
    found = only("""\
players:
  a: {python: "m:f", provides: [x], output: {s: string}}
  b: {python: "m:f", provides: [x], output: {t: string}}
steps: {a: {play: {provides: x}, output: {n: integer}}}
""")
    assert found.message.startswith("player `a` cannot give this output")
