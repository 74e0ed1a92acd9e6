from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only

PLAYERS = 'players: {p: {python: "m:f"}}\n'


@pytest.mark.parametrize(
    ("melody", "message"),
    [
        (
            "steps: {a: {set: 1, when: host.memory_free > 1}}\n",
            "`host` tells of the machine, and is known in `require` only",
        ),
        (
            "steps: {a: {set: 1, when: iteration > 1}}\n",
            "`iteration` is known inside `repeat` only",
        ),
        (
            'steps: {a: {set: "${{ previous }}"}}\n',
            "`previous` is known inside `repeat` only",
        ),
        (
            "steps: {a: {repeat: {max: 2, until: true, steps: {}}, when: iteration > 1}}\n",
            "`iteration` is known inside `repeat` only",
        ),
        (
            "steps: {a: {set: 1, when: output > 1}}\n",
            "`output` is known in `gate` and `compensate` only",
        ),
        (
            'steps: {a: {set: "${{ with.x }}"}}\n',
            "`with` is known in the definition of a player only",
        ),
        (
            (
                'inputs: {x: string}\nplayers: {p: {command: [git, "${{ inputs.x }}"]}}\n'
                'steps: {a: {play: p, with: {x: "${{ inputs.x }}"}}}\n'
            ),
            "a player knows `with` only, and not `inputs`",
        ),
        (
            "steps: {a: {for_each: [1], set: 1, require: item > 1}}\n",
            "there is no name `item` here",
        ),
    ],
)
def test_a_name_that_exists_elsewhere_is_told_where(melody: str, message: str) -> None:
    found = only(melody)
    assert (found.code, found.message) == ("MEL206", message)
    assert found.help
    assert found.fix is None


@pytest.mark.parametrize(
    "step",
    [
        "{set: 1, require: health('db') and host.cpu_free > 0.5 and host.disk_free > 10}",
        "{repeat: {max: 2, until: iteration > 1 and previous == 1, steps: {}, result: 1}}",
        "{repeat: {max: 2, while: iteration < 2 and previous != 2, steps: {}, result: 1}}",
        (
            '{repeat: {max: 2, until: true, steps: {i: {set: "${{ iteration }}"}}, '
            'result: "${{ [previous, iteration] }}"}}'
        ),
        "{set: 1, gate: {check: output > 0}}",
        '{set: {x: 1}, compensate: {run: "echo ${{ output.x }}"}}',
        '{for_each: [1], set: 1, compensate: {play: p, with: {x: "${{ item + output }}"}}}',
        '{for_each: [1], set: 1, reconstruct: {from: "${{ steps.z.output + item }}", play: p}}',
        '{for_each: [1], as: row, steps: {i: {set: "${{ row + row_index }}"}}}',
        (
            "{for_each: [1], repeat: {max: 2, until: iteration > item, steps: "
            '{i: {set: "${{ item + iteration }}"}}}}'
        ),
        "{for_each: [1], run: 'echo ${{ item }}', idempotency_key: 'k${{ index }}'}",
        '{for_each: [1], approval: "Item ${{ item }}", show: {n: "${{ item }}"}}',
    ],
)
def test_each_name_is_known_where_it_belongs(step: str) -> None:
    assert codes(f"{PLAYERS}steps: {{z: {{play: p, needs: []}}, a: {step}}}\n") == []


def test_health_is_asked_in_require_only() -> None:
    found = only("steps: {a: {set: 1, when: health('db')}}\n")
    assert (found.code, found.help) == ("MEL205", "move it there")


def test_a_reading_of_the_machine_that_does_not_exist_is_an_unknown_field() -> None:
    found = only("steps: {a: {set: 1, require: host.memory_fre > 1}}\n")
    assert (found.code, found.label) == ("MEL204", "did you mean `memory_free`?")


def test_a_player_that_declares_its_input_reads_what_it_declares() -> None:
    found = only("""\
players: {p: {command: [git, "${{ with.nmae }}"], input: {name: string}}}
steps: {a: {play: p, with: {name: x}}}
""")
    assert (found.code, found.label) == ("MEL204", "did you mean `name`?")


def test_a_rejection_that_fails_the_approval_is_never_seen() -> None:
    found = only("""\
steps:
  a: {approval: Publish}
  b: {set: 1, when: steps.a.output.choice == "reject"}
""")
    assert found.code == "MEL216"
    assert found.help == (
        "a rejection fails the approval; write `on_reject: continue` to go on with it"
    )


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("outputs.x", "read the step that gives it: `steps.ID.output`"),
        (
            "env.HOME",
            "write `${{ secrets.NAME }}` in the `with` or `env` of a step, or add an input",
        ),
    ],
)
def test_a_name_of_other_tools_is_told_as_what_it_is_here(name: str, help_: str) -> None:
    problem = only(f'steps: {{a: {{set: "${{{{ {name} }}}}"}}}}\n')
    assert (problem.code, problem.label, problem.help) == ("MEL206", None, help_)
