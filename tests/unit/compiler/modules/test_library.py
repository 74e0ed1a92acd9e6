from __future__ import annotations

from pathlib import Path

import pytest

from compiler.modules import library
from compiler.parse.text import text_of_file
from compiler.pipeline import compile_text
from tests.unit.compiler.compiling_aid import ALLOWED, HEAD
from tests.unit.compiler.modules.calling_aid import LEAF, calls, compiled, ir_of, module_of, told


def test_a_file_is_read_once_however_often_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path, *, file: str) -> object:
        read.append(path.name)
        return text_of_file(path, file=file)

    monkeypatch.setattr("compiler.modules.library.text_of_file", counted)
    made = compiled(
        tmp_path,
        a="steps: {x: {call: b.melody.yaml}, y: {call: b.melody.yaml}, z: {call: c.melody.yaml}}\n",
        b=LEAF,
        c=calls("./b.melody.yaml"),
    )
    assert made.ir is not None
    assert sorted(read) == ["b.melody.yaml", "c.melody.yaml"]


def test_paths_are_seen_from_the_file_that_they_stand_in(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a=calls("sub/b.melody.yaml"),
        sub__b=calls("deeper/c.melody.yaml"),
        sub__deeper__c=calls("../../d.melody.yaml"),
        d=LEAF,
    )
    b = module_of(ir, ir, "c")
    c = module_of(ir, b, "c")
    assert [b.name, c.name, module_of(ir, c, "c").name] == ["b", "c", "d"]


def test_text_without_a_file_calls_from_its_folder(tmp_path: Path) -> None:
    ir_of(tmp_path, b=LEAF)
    made = compile_text(HEAD + calls("b.melody.yaml"), folder=tmp_path, allow=ALLOWED)
    assert made.ir is not None
    assert set(made.sources) == {"melody.yaml", "b.melody.yaml"}


def test_the_texts_of_all_files_are_kept_for_showing_problems(tmp_path: Path) -> None:
    made = compiled(tmp_path, a=calls("sub/b.melody.yaml"), sub__b=LEAF)
    assert made.ir is not None
    names = {made.ir.file, *(module.file for module in made.ir.modules.values())}
    assert names == set(made.sources)
    assert [Path(name).name for name in sorted(made.sources)] == ["a.melody.yaml", "b.melody.yaml"]


def test_a_mistake_inside_is_told_there_once_and_never_at_its_callers(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        a="""\
steps:
  x: {call: b.melody.yaml, with: {nothing: 1}}
  y: {call: b.melody.yaml}
  z: {set: "${{ steps.x.output.whatever + steps.y.output }}"}
""",
        b="inputs: {i: integer}\nsteps: {s: {set: '${{ inputs.j }}'}}\n",
    )
    assert told(made) == [("MEL213", "b.melody.yaml", 4)]
    assert made.ir is None


def test_what_is_wrong_with_the_yaml_of_a_melody_is_told_in_it(tmp_path: Path) -> None:
    made = compiled(tmp_path, a=calls("b.melody.yaml"), b="steps: {s: {set: 1}}\nnmae: x\n")
    assert told(made) == [("MEL112", "b.melody.yaml", 4)]


@pytest.mark.parametrize(
    "text", ["# Notes\n\nfree text: [", "- a\n- b\n", "x: 1\n", "", "\x00\x01\x02"]
)
def test_a_file_that_is_no_melody_is_one_diagnostic_at_the_call(tmp_path: Path, text: str) -> None:
    tmp_path.joinpath("notes.md").write_text(text)
    made = compiled(tmp_path, a="steps:\n  x: {call: notes.md}\n")
    assert told(made) == [("MEL231", "a.melody.yaml", 4)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("b", "./b.melody.yaml"),
        ("b.yaml", "./b.melody.yaml"),
        ("./b", "./b.melody.yaml"),
        ("./b.melody.yml", "./b.melody.yaml"),
        ("a", None),
        ("zzz", None),
    ],
)
def test_a_name_alone_is_told_as_the_path_of_the_file_beside(
    tmp_path: Path, written: str, meant: str | None
) -> None:
    (problem,) = compiled(tmp_path, a=calls(written), b=LEAF).diagnostics
    told_as = None if meant is None else f"did you mean `{meant}`?"
    assert (problem.code, problem.label) == ("MEL231", told_as)
    assert (problem.fix is None) == (meant is None)


def test_warnings_of_sub_melodies_are_told_and_stop_nothing(tmp_path: Path) -> None:
    made = compiled(
        tmp_path, a=calls("b.melody.yaml"), b="inputs: {i: {type: string, default: x}}\n" + LEAF
    )
    assert told(made) == [("MEL217", "b.melody.yaml", 3)]
    assert made.ir is not None


def test_the_problems_of_the_melody_itself_come_first(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        b=f"{calls('a.melody.yaml')}outputs: {{o: '${{{{ steps.none }}}}'}}\n",
        a="steps: {s: {set: '${{ inputs.j }}'}}\n",
    )
    assert [file for _, file, _ in told(made)] == ["b.melody.yaml", "a.melody.yaml"]


def test_types_cross_the_border(tmp_path: Path) -> None:
    sub = """\
inputs: {n: integer, t: {type: string, default: x}}
steps: {s: {set: "${{ inputs.n }}"}, u: {set: "${{ inputs.t }}"}}
outputs: {n: "${{ steps.s.output }}"}
"""
    made = compiled(
        tmp_path,
        a="""\
steps:
  ok: {call: b.melody.yaml, with: {n: 1}}
  few: {call: b.melody.yaml}
  many: {call: b.melody.yaml, with: {n: 1, m: 2}}
  bad: {call: b.melody.yaml, with: {n: one}}
  use: {set: "${{ steps.ok.output.n + 1 }}"}
  lost: {set: "${{ steps.ok.output.m }}"}
""",
        b=sub,
    )
    assert [line for _, _, line in told(made)] == [5, 6, 7, 9]


def test_a_call_player_is_resolved_where_it_is_written(tmp_path: Path) -> None:
    tmp_path.joinpath("melody.project.yaml").write_text(
        "players: {helper: {call: lib/b.melody.yaml}}\n"
    )
    ir = ir_of(
        tmp_path,
        deep__a="players: {own: {call: ./c.melody.yaml}}\n"
        "steps: {x: {play: helper}, y: {play: own}}\n",
        lib__b=LEAF,
        deep__c=LEAF,
    )
    found = {
        name: ir.modules[player.module].name
        for name, player in ir.players.items()
        if player.kind == "call"
    }
    assert found == {"helper": "b", "own": "c"}


def test_the_sub_melody_belongs_to_the_project_of_its_caller(tmp_path: Path) -> None:
    tmp_path.joinpath("melody.project.yaml").write_text(
        'players: {p: {python: "m:outer"}}\nallow: {python: [m]}\n'
    )
    tmp_path.joinpath("sub").mkdir()
    tmp_path.joinpath("sub", "melody.project.yaml").write_text(
        'players: {p: {python: "m:inner"}}\n'
    )
    ir = ir_of(tmp_path, a=calls("sub/b.melody.yaml"), sub__b="steps: {s: {play: p}}\n")
    (module,) = ir.modules.values()
    player = module.players["p"]
    assert player.kind == "python"
    assert player.target == "m:outer"


def test_each_melody_has_its_own_players_of_the_same_name(tmp_path: Path) -> None:
    ir = ir_of(
        tmp_path,
        a='players: {p: {python: "m:a"}}\nsteps: {x: {play: p}, c: {call: b.melody.yaml}}\n',
        b='players: {p: {python: "m:b"}}\nsteps: {x: {play: p}}\n',
    )
    inner = module_of(ir, ir, "c").players["p"]
    outer = ir.players["p"]
    assert outer.kind == "python"
    assert inner.kind == "python"
    assert (outer.target, inner.target) == ("m:a", "m:b")


def test_nothing_is_imported_or_started_by_looking_at_sub_melodies(tmp_path: Path) -> None:
    tmp_path.joinpath("trap.py").write_text("raise SystemExit('imported')\n")
    made = compiled(
        tmp_path,
        a=calls("b.melody.yaml"),
        b='players: {p: {python: "trap:f"}}\nsteps: {x: {play: p}, y: {run: [git, trap]}}\n',
    )
    assert made.ir is not None


def test_a_chain_may_be_sixteen_calls_deep_and_no_deeper(tmp_path: Path) -> None:
    files = {f"m{n}": calls(f"m{n + 1}.melody.yaml") for n in range(200)}
    made = compiled(tmp_path, **files, m200=LEAF)
    assert told(made) == [("MEL233", "m16.melody.yaml", 3)]
    chain = {f"n{n}": calls(f"n{n + 1}.melody.yaml") for n in range(16)}
    assert len(ir_of(tmp_path, **chain, n16=LEAF).modules) == 16


def test_the_number_of_files_and_their_size_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = "".join(f"  s{n}: {{call: f{n}.melody.yaml}}\n" for n in range(9))
    files = {f"f{n}": LEAF for n in range(9)}
    monkeypatch.setattr(library, "MAX_FILES", 5)
    assert told(compiled(tmp_path, a=f"steps:\n{steps}", **files)) == [
        ("MEL233", "a.melody.yaml", 9)
    ]
    monkeypatch.undo()
    monkeypatch.setattr(library, "MAX_TEXT", 500)
    found = told(compiled(tmp_path, a=f"steps:\n{steps}", **files))
    assert [code for code, _, _ in found] == ["MEL233"]


def test_in_a_circle_a_mistake_of_reading_breeds_no_followers_at_the_call(tmp_path: Path) -> None:
    made = compiled(
        tmp_path,
        a=f"inputs: [n]\n{calls('b.melody.yaml')}",
        b=calls("a.melody.yaml", **{"max_depth": "2", "with": "{n: 1}"}),
    )
    assert told(made) == [("MEL111", "a.melody.yaml", 3)]
