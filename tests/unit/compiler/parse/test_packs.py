from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.parse.packs import SHIPPED, shipped
from compiler.parse.policy import OF_A_PACK, packed
from compiler.parse.reading import Reading
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import Compilation, compile_file
from tests.unit.compiler.compiling_aid import HEAD, codes, ir_of, only
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.policy import Policy
from workflow_ir.steps import layers

PLAYER = 'players: {p: {python: "m:f"}}\n'
PROJECT = "allow: {python: [m]}\n"


def with_files(folder: Path, policy: str, *, step: str = "", **packs: str) -> Compilation:
    """A Melody in a project, with packs beside it."""
    folder.joinpath("melody.project.yaml").write_text(PROJECT)
    for name, text in packs.items():
        folder.joinpath(f"{name}.policy.yaml").write_text(text)
    own = f", policy: {{{step}}}" if step else ""
    top = f"policy: {{{policy}}}\n" if policy else ""
    path = folder / "t.melody.yaml"
    path.write_text(f"{HEAD}{PLAYER}{top}steps: {{a: {{play: p{own}}}}}\n")
    return compile_file(path)


def policy_of(made: Compilation) -> Policy:
    assert made.ir is not None, made.diagnostics
    guard = layers(made.ir.root.steps[0]).guard
    assert guard is not None
    return guard.policy


def problem_of(made: Compilation) -> Diagnostic:
    (found,) = made.diagnostics
    return found


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_pack_can_be_used_anywhere_without_a_word(name: str) -> None:
    assert codes(f"{PLAYER}policy: {{use: [{name}]}}\nsteps: {{a: {{play: p}}}}\n") == []
    assert codes(f"{PLAYER}steps: {{a: {{play: p, policy: {{use: [{name}]}}}}}}\n") == []
    described = (SHIPPED / f"{name}.policy.yaml").read_text()
    assert re.search(r"^description: \S", described, re.MULTILINE)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_pack_says_something_and_bounds_nobody(name: str) -> None:
    source = SourceText("t", f"use: [{name}]")
    tree, _ = read_tree(source)
    assert tree is not None
    reading = Reading(source)
    said = packed(reading, tree).plain()
    assert isinstance(said, dict)
    assert said
    assert said.keys() <= set(OF_A_PACK)
    # One for everybody cannot know how long a step may take, or what it may cost.
    assert not said.keys() & {"timeout", "total_timeout", "budget", "memory", "cpu"}
    rules = said.get("retry", [])
    assert not isinstance(rules, list) or rules == [] or "max_attempts" not in str(rules[-1])


def test_the_packs_of_the_seed_are_there() -> None:
    teams = ("aws", "gateway", "performance", "qa", "reliability")
    assert shipped() == tuple(sorted((*teams, "development", "production")))


def test_a_pack_says_what_would_be_written_in_its_place(tmp_path: Path) -> None:
    text = "retry: {max_attempts: 2, initial: 3s}\nnotify: [team]\nbreaker: {calls: 9}\n"
    used = policy_of(with_files(tmp_path, "use: [./team.policy.yaml]", team=text))
    inside = ", ".join(text.splitlines())
    assert used == policy_of(with_files(tmp_path, inside)) != Policy()


def test_later_packs_win_and_own_keys_win_over_packs(tmp_path: Path) -> None:
    found = policy_of(
        with_files(
            tmp_path,
            "use: [./one.policy.yaml, ./two.policy.yaml], breaker: {calls: 3}",
            one="breaker: {calls: 1, window: 1s, open: 1s}\non_exceeded: skip\n",
            two="breaker: {calls: 2, window: 2s}\n",
        )
    )
    assert found.breaker is not None
    assert (found.breaker.calls, found.breaker.window_s, found.breaker.open_s) == (3, 2, 1)
    assert found.on_exceeded == "skip"


def test_ladders_are_merged_by_error_and_those_who_are_told_add_up(tmp_path: Path) -> None:
    found = policy_of(
        with_files(
            tmp_path,
            "use: [./one.policy.yaml], notify: [c, a], recovery: {rate_limited: [fail]}",
            one="notify: [a, b]\nrecovery: {http.429: [retry], http.500: [retry, fallback]}\n",
        )
    )
    assert found.notify == ("a", "b", "c")
    assert found.recovery == {"http.429": ("fail",), "http.500": ("retry", "fallback")}


def test_own_keys_may_take_back_what_a_pack_forbids(tmp_path: Path) -> None:
    pack = "may_degrade: false\nerror_tolerance: minimal\n"
    use = "use: [./one.policy.yaml]"
    found = policy_of(with_files(tmp_path, f"{use}, may_degrade: true", one=pack))
    assert (found.may_degrade, found.error_tolerance) == (True, "minimal")


def test_a_step_s_packs_stand_over_the_melody_s_own_keys(tmp_path: Path) -> None:
    made = with_files(
        tmp_path,
        "on_exceeded: skip, retry: {initial: 1s}",
        step="use: [./one.policy.yaml]",
        one="on_exceeded: cheaper\nretry: {max_attempts: 2}\n",
    )
    found = policy_of(made)
    assert found.on_exceeded == "cheaper"
    assert (found.rules[0].initial_s, found.rules[0].max_attempts) == (1, 2)


def test_what_a_pack_says_of_a_run_is_nothing_at_a_step(tmp_path: Path) -> None:
    pack = "concurrency: 3\non_step_failure: finish_independent\n"
    made = with_files(tmp_path, "", step="use: [./one.policy.yaml]", one=pack)
    assert made.diagnostics == ()
    assert made.ir is not None
    assert made.ir.policy.concurrency == 32
    made = with_files(tmp_path, "use: [./one.policy.yaml]", one=pack)
    assert made.ir is not None
    assert (made.ir.policy.concurrency, made.ir.policy.on_step_failure) == (3, "finish_independent")


def test_a_pack_s_looser_bound_does_not_hold_and_is_no_mistake(tmp_path: Path) -> None:
    pack = "timeout: 9m\nretry: {max_attempts: 9}\nbudget: {usd: 9}\n"
    tmp_path.joinpath("melody.project.yaml").write_text("")
    use = "use: [./one.policy.yaml]"
    for melody, step in ((use, ""), ("", use)):
        made = with_files(tmp_path, melody, step=step, one=pack)
        bounds = "policy: {timeout: 1m, retry: {max_attempts: 2}, budget: {usd: 1}}\n"
        tmp_path.joinpath("melody.project.yaml").write_text(PROJECT + bounds)
        made = compile_file(tmp_path / "t.melody.yaml")
        assert made.diagnostics == ()
        assert (policy_of(made).timeout_s, policy_of(made).rules[0].max_attempts) == (60, 2)
        assert made.ir is not None
        assert made.ir.policy.budget is not None
        assert made.ir.policy.budget.usd == 1


def test_an_unknown_pack_is_told_with_the_nearest_name_and_a_fix() -> None:
    found = only("policy: {use: [prodution]}\nsteps: {a: {set: 1}}\n")
    assert (found.code, found.label) == ("MEL235", "did you mean `production`?")
    assert found.fix is not None
    found = only("policy: {use: [xyzzy]}\nsteps: {a: {set: 1}}\n")
    assert found.help is not None
    assert all(f"`{name}`" in found.help for name in shipped())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("../out.policy.yaml", "lies outside the project"),
        ("/etc/x.policy.yaml", "is no path from here"),
        ("~/x.policy.yaml", "is no path from here"),
        ("'file:///x.policy.yaml'", "is no path from here"),
        ("./link.policy.yaml", "lies outside the project"),
        ("./gone.policy.yaml", "does not exist"),
        ("./secrets.env", "is no policy pack"),
        ("'./${{ inputs.x }}.policy.yaml'", "cannot be computed"),
    ],
)
def test_nothing_but_a_pack_inside_the_project_is_read(
    tmp_path: Path, written: str, said: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tmp_path.joinpath("out.policy.yaml").write_text("SECRET: 1\n")
    home.joinpath("secrets.env").write_text("SECRET=1\n")
    home.joinpath("link.policy.yaml").symlink_to(tmp_path / "out.policy.yaml")
    made = with_files(home, f"use: [{written}]")
    found = problem_of(made)
    assert found.code == "MEL235"
    assert said in found.message
    assert not any("SECRET" in text for text in made.sources.values())


def test_a_mistake_in_a_pack_is_told_once_and_at_its_place(tmp_path: Path) -> None:
    made = with_files(
        tmp_path,
        "use: [./one.policy.yaml, ./one.policy.yaml]",
        step="use: [./one.policy.yaml]",
        one="notify: [a]\nretri: {}\n",
    )
    found = problem_of(made)
    assert (found.code, found.label) == ("MEL112", "did you mean `retry`?")
    assert found.span is not None
    assert (Path(found.span.file).name, found.span.line) == ("one.policy.yaml", 2)
    assert made.sources[found.span.file] == "notify: [a]\nretri: {}\n"


def test_a_mistake_in_a_pack_is_told_once_though_several_files_use_it(tmp_path: Path) -> None:
    use = "policy: {use: [./one.policy.yaml]}\n"
    with_files(tmp_path, "use: [./one.policy.yaml]", one="retri: {}\n")
    tmp_path.joinpath("melody.project.yaml").write_text(PROJECT + use)
    tmp_path.joinpath("b.melody.yaml").write_text(
        f"{HEAD}{use}steps: {{c: {{call: ./t.melody.yaml}}}}\n"
    )
    made = compile_file(tmp_path / "b.melody.yaml")
    assert [one.code for one in made.diagnostics] == ["MEL112"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("use: [aws]", "a pack uses no other packs"),
        ("wall: 9m", "the wall is the project's alone"),
        ("policy: {notify: [a]}", "without `policy:` round them"),
        ("on_failure: [retry]", "stands beside `policy`"),
    ],
)
def test_what_cannot_stand_in_a_pack_is_told_with_the_reason(
    tmp_path: Path, text: str, said: str
) -> None:
    found = problem_of(with_files(tmp_path, "use: [./one.policy.yaml]", one=f"{text}\n"))
    assert found.code == "MEL112"
    assert found.help is not None
    assert said in found.help


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[a, b]", "MEL111"),
        ("just text", "MEL111"),
        ("notify: [", "MEL104"),
        ("\0", "MEL235"),
        ("notify: [a]\nnotify: [b]", "MEL107"),
        ("&a [*a]", "MEL108"),
        ("retry: {on: [http.42]}", "MEL236"),
    ],
)
def test_a_file_that_is_no_pack_gives_one_diagnostic(tmp_path: Path, text: str, code: str) -> None:
    made = with_files(tmp_path, "use: [./one.policy.yaml]", one=text)
    assert problem_of(made).code == code


def test_a_pack_that_is_too_long_is_refused(tmp_path: Path) -> None:
    many = "\n".join(f"# {line} {'x' * 80}" for line in range(2000))
    found = problem_of(with_files(tmp_path, "use: [./one.policy.yaml]", one=f"{many}\n"))
    assert found.code == "MEL235"
    packs = ", ".join(["aws"] * 51)
    assert codes(f"policy: {{use: [{packs}]}}\nsteps: {{a: {{set: 1}}}}\n") == ["MEL235"]


def test_a_called_melody_finds_packs_from_its_own_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    inner.joinpath("one.policy.yaml").write_text("notify: [inner]\n")
    steps = f"{PLAYER}policy: {{use: [./one.policy.yaml]}}\nsteps: {{a: {{play: p}}}}\n"
    inner.joinpath("b.melody.yaml").write_text(HEAD + steps)
    tmp_path.joinpath("melody.project.yaml").write_text(PROJECT)
    path = tmp_path / "t.melody.yaml"
    path.write_text(f"{HEAD}steps: {{c: {{call: inner/b.melody.yaml}}}}\n")
    made = compile_file(path)
    assert made.ir is not None, made.diagnostics
    (module,) = made.ir.modules.values()
    guard = layers(module.root.steps[0]).guard
    assert guard is not None
    assert guard.policy.notify == ("inner",)
    inner.joinpath("one.policy.yaml").write_text("retri: {}\n")
    made = compile_file(path)
    found = problem_of(made)
    assert found.span is not None
    assert made.sources[found.span.file] == "retri: {}\n"


def test_a_mistake_in_a_pack_hides_none_in_the_melody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("z.policy.yaml").write_text("\n\n\n\n\n     zzqqx: {}\n")
    path = Path("t.melody.yaml")
    path.write_text(
        f"{HEAD}policy: {{use: [./z.policy.yaml]}}\nsteps:\n"
        "  a: {set: '${{ steps.b.output.m }}'}\n  b: {set: {n: 1}}\n"
    )
    found = compile_file(path).diagnostics
    assert sorted(one.span.line for one in found if one.span is not None) == [5, 6]


def test_a_melody_without_packs_is_what_it_was() -> None:
    plain = ir_of(f"{PLAYER}steps: {{a: {{play: p}}}}\n")
    empty = ir_of(f"{PLAYER}policy: {{use: []}}\nsteps: {{a: {{play: p, policy: {{use: []}}}}}}\n")
    assert plain.hash == empty.hash
