from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.pipeline import compile_file, compile_text, find_project
from tests.unit.compiler.compiling_aid import (
    FILE,
    HEAD,
    NOWHERE,
    codes,
    compiled,
    in_project,
    ir_of,
)
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Severity, in_file_order

RUN = "steps: {a: {run: vim}}\n"


def test_warnings_leave_an_ir_and_errors_leave_none() -> None:
    warned = compiled('players: {p: {python: "m:f"}}\nsteps: {a: {set: 1}}\n')
    assert [one.severity for one in warned.diagnostics] == [Severity.WARNING]
    assert warned.errors == ()
    assert warned.ir is not None
    broken = compiled("steps: {a: {set: 1, needs: [b]}}\n")
    assert broken.errors == broken.diagnostics
    assert broken.ir is None


def test_the_ir_remembers_the_file_and_the_sources_show_it() -> None:
    made = compiled("steps: {a: {set: 1}}\n")
    assert made.ir is not None
    assert made.ir.file == FILE
    assert list(made.sources) == [FILE]
    assert not made.has_project


@pytest.mark.parametrize("below", [".", "deep/er"])
def test_the_project_is_the_nearest_file_beside_or_above(tmp_path: Path, below: str) -> None:
    made = in_project(tmp_path, "allow: {command: [vim]}\n", RUN, below=below)
    assert made.diagnostics == ()
    assert made.has_project
    assert made.folder == tmp_path
    assert made.allow.command == ("vim",)


def test_the_nearest_project_hides_those_above_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "melody.project.yaml").write_text("allow: {}\n")
    made = in_project(tmp_path, "allow: {command: [vim]}\n", RUN, below="inner")
    assert [one.code for one in made.errors] == ["MEL401"]


def test_dots_in_a_path_are_no_folders_to_look_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "melody.project.yaml").write_text("allow: {command: [vim]}\n")
    monkeypatch.chdir(here)
    assert find_project(Path("../there")) is None
    assert find_project(Path()) == here / "melody.project.yaml"


def test_what_the_caller_allows_is_added(tmp_path: Path) -> None:
    made = compile_text(HEAD + RUN, folder=NOWHERE, allow=Allow(command=("vim",)), will_run=True)
    assert made.diagnostics == ()
    assert made.allow.command == ("vim",)


def test_a_project_file_that_is_a_directory_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "melody.project.yaml").mkdir()
    (tmp_path / FILE).write_text(HEAD + RUN)
    made = compile_file(tmp_path / FILE)
    assert [one.code for one in made.diagnostics] == ["MEL101"]
    assert "is a directory" in made.diagnostics[0].message
    assert made.ir is None


def test_a_link_to_nowhere_is_a_project_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "melody.project.yaml").symlink_to("gone")
    (tmp_path / FILE).write_text(HEAD + "steps: {a: {set: 1}}\n")
    assert [one.code for one in compile_file(tmp_path / FILE).diagnostics] == ["MEL101"]


@pytest.mark.parametrize(
    ("project", "code"),
    [
        ("allow: {command: [vim\n", "MEL104"),
        ("[1, 2]\n", "MEL111"),
        ("player: {house: {model: offline}}\n", "MEL112"),
        ("players: {house: {model: offline, fallbck: [x]}}\n", "MEL112"),
        ("\0", "MEL102"),
        ("", "MEL103"),
    ],
)
def test_a_broken_project_is_told_once_and_breeds_no_followers(
    tmp_path: Path, project: str, code: str
) -> None:
    melody = "steps: {a: {run: vim}, b: {play: house, prompt: hi}, c: {play: other, prompt: hi}}\n"
    made = in_project(tmp_path, project, melody)
    assert [one.code for one in made.diagnostics] == [code]
    assert made.ir is None


def test_mistakes_of_the_project_come_first_and_those_of_the_melody_with_them(
    tmp_path: Path,
) -> None:
    made = in_project(tmp_path, "alow: {}\n", "steps: {a: {set: 1, needs: [b]}}\n")
    assert [one.code for one in made.diagnostics] == ["MEL112", "MEL201"]
    assert len(made.sources) == 2


@pytest.mark.parametrize("name", ["gone.yaml", ".", "a\0b", "x" * 5000])
def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path, name: str) -> None:
    made = compile_file(os.path.join(tmp_path, name))  # noqa: PTH118 - names no Path would take
    assert [one.code for one in made.diagnostics] == ["MEL101"]
    assert made.ir is None


def test_reading_and_checking_find_everything_in_one_pass() -> None:
    found = compiled("""\
steps:
  a: {sett: 1}
  b: {set: 1, needs: [zzz]}
  c: {set: "${{ 1 + }}"}
  d: {set: "${{ nope }}"}
""").diagnostics
    assert [one.code for one in found] == ["MEL112", "MEL201", "MEL120", "MEL206"]
    assert found == in_file_order(found)


def test_keys_that_begin_with_x_are_left_alone() -> None:
    plain = ir_of("steps: {a: {set: 1}}\n")
    noted = ir_of("x-a: [1, {b: 2}]\nx-b: '${{ nothing of this is read }}'\nsteps: {a: {set: 1}}\n")
    assert noted.hash == plain.hash


def test_ten_thousand_players_are_compiled_and_one_misspelt_name_is_found() -> None:
    players = "".join(f"  player_{n}: {{model: offline}}\n" for n in range(10_000))
    made = compiled(f"players:\n{players}steps: {{a: {{play: playr_77, prompt: hi}}}}\n")
    assert made.errors[0].code == "MEL202"
    assert made.errors[0].label is not None
    assert len(made.diagnostics) <= 201


def test_a_long_chain_in_reverse_order_is_compiled() -> None:
    size = 1500
    steps = "".join(f"  s{n}: {{set: '${{{{ steps.s{n + 1}.output }}}}'}}\n" for n in range(size))
    ir = ir_of(f"steps:\n{steps}  s{size}: {{set: 1}}\n")
    assert sum(len(step.depends) for step in ir.root.steps) == size


def test_branches_may_be_nested_as_deep_as_yaml_may() -> None:
    text = "set: 1"
    for depth in range(10):
        text = f"branch: [{{name: a, else: true, steps: {{s{depth}: {{{text}}}}}, result: 1}}]"
    assert codes(f"steps: {{a: {{{text}}}}}\n") == []


PIECES = st.sampled_from([
    "steps:\n", "  a: {set: 1}\n", "  b: {set: '${{ steps.a.output }}'}\n", "inputs: {x: string}\n",
    "  c: {play: p, prompt: hi}\n", "players: {p: {model: offline}}\n", "  a: {run: git log}\n",
    "  r: {branch: [{name: o, when: steps.a.ok}, {name: p, else: true}]}\n", "outputs: {o: 1}\n",
    "  m: {for_each: [1], as: x, set: '${{ x + steps.b.output }}'}\n", "policy: {timeout: 5}\n",
    "  d: {set: '${{ steps.d.output', needs: [a, b, q]}\n", "- x\n", "  : \n", "  a: &x {set: 1}\n",
    "  e: *x\n", "    - {name: q, steps: {a: {set: 1}}}\n", "x-n: 1\n", "  i: {repeat: {max: 1}}\n",
])  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_gives_an_ir_or_errors_with_places(text: str) -> None:
    made = compiled(text)
    assert (made.ir is None) == bool(made.errors)
    assert all(one.span is not None for one in made.diagnostics)
    assert len(set(made.diagnostics)) == len(made.diagnostics)


def test_the_hash_depends_on_no_order_of_maps_and_on_no_words_for_people() -> None:
    one = ir_of("""\
inputs: {a: string, b: {type: integer, default: 1, description: How many}}
players: {p: {python: "m:f", description: Does it}, q: {python: "m:g"}}
steps:
  x: {play: p, with: {a: "${{ inputs.a }}", b: "${{ inputs.b }}"}, output: {m: string, n: integer}}
  y: {play: q, policy: {timeout: 5s, retry: {max_attempts: 2}}, label: Then}
outputs: {m: "${{ steps.x.output.m }}", n: "${{ steps.x.output.n }}"}
""")
    two = ir_of("""\
# The same, written another way.
players:
  q: {python: "m:g"}
  p: {description: Something else, python: "m:f"}
outputs:
  n: ${{ steps.x.output.n }}
  m: ${{   steps.x.output.m   }}
inputs:
  b: {default: 1, type: integer}
  a: string
steps:
  x:
    label: First
    with: {b: "${{ inputs.b }}", a: "${{ inputs['a'] }}"}
    output: {n: integer, m: string}
    play: p
  y: {policy: {retry: {max_retries: 1}, timeout: 5000ms}, play: q}
""")
    assert one.hash == two.hash


def test_the_order_of_steps_in_the_file_is_part_of_what_runs() -> None:
    one = ir_of("steps: {x: {set: 1}, y: {set: 2}}\n")
    two = ir_of("steps: {y: {set: 2}, x: {set: 1}}\n")
    assert one.hash != two.hash
