"""How a test runs its Melody: every condition has its effect, every mistake its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from melody.testing.test_files import cases
from melody.testing.test_files.cases import cases_in, installed
from tests.unit.melody.testing.test_files.folder import (
    GOOD,
    NOTES,
    laid,
    names,
    one_test,
    problems,
    told,
    verdicts,
)

MET = "expect: {status: succeeded}"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_test_is_played_on_every_engine_that_is_installed(tmp_path: Path) -> None:
    tests = f"inputs: {{topic: rain}}\n{GOOD}tests:\n  it: {{{MET}}}\n"
    found = verdicts(laid(tmp_path, tests))
    assert list(found) == ["it[native]", "it[langgraph]", "it[crewai]"]
    assert all(verdict.passed for verdict in found.values())


def test_what_is_not_installed_is_left_out_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "version_of", lambda name: None if name == "crewai" else "1")
    assert installed() == ("native", "langgraph")
    path = laid(tmp_path, f"tests:\n  it: {{{MET}}}\n  other: {{on: crewai, {MET}}}\n")
    assert names(cases_in(path)) == ["it[native]", "it[langgraph]", "other[crewai]"]


def test_a_named_engine_that_is_not_installed_fails_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflow_ir.diagnose import diagnose
    from workflow_ir.diagnostics import DiagnosticsError

    def missing(*_: object) -> object:
        raise DiagnosticsError([diagnose("MEL903", "it is not installed", None)])

    monkeypatch.setattr("melody.testing.test_files.performing.build", missing)
    assert told(one_test(tmp_path, MET, top=GOOD)) == [("8:3", "MEL903", "it is not installed")]


@pytest.mark.parametrize(
    "body",
    [
        "inputs: {lines: 7}\nexpect: {steps: {route.long.cut: absent}, status: succeeded}",
        "faults: draft:rate_limited\nexpect: {steps: {draft: {attempts: 2}}}",
        f"start: graph\n{MET}",
        """\
faults: [draft:rate_limited, extra:http.400*9]
expect: {status: degraded, gaps: [extra], steps: {draft: {attempts: 2}}}
""",
        """\
have: {extra: Given.}
expect: {outputs: {extra: Given.}, steps: {extra: {provenance: given}}}
""",
        """\
set: [players.author.fallback=null, steps.draft.policy.retry.max_attempts=1]
faults: draft:http.503
expect: {status: failed, steps: {draft: {attempts: 1}}}
""",
    ],
)
def test_each_condition_has_its_effect(body: str, tmp_path: Path) -> None:
    assert problems(one_test(tmp_path, body, top=GOOD)) == ()


def test_without_a_script_the_players_perform_and_offline_replaces_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "offline: true\nexpect: {steps: {draft: {synthetic: true}}}"
    assert problems(one_test(tmp_path, body)) == ()
    keyed = NOTES.replace("players:", "models: {smart: openai/gpt-5}\nplayers:")
    keyed = keyed.replace("model: offline", "model: smart")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    body = "inputs: {topic: rain}\ntests: {it: {on: native, expect: {status: succeeded}}}\n"
    assert [one[1] for one in told(laid(tmp_path, body, melody=keyed))] == ["MEL603"]
    assert problems(laid(tmp_path, f"offline: true\n{body}", melody=keyed)) == ()


def test_a_profile_is_that_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "melody.project.yaml").write_text(
        "profiles: {strict: {policy: {on_step_failure: finish_independent}}}\n", "utf-8"
    )
    assert problems(one_test(tmp_path, f"profile: strict\n{MET}", top=GOOD)) == ()
    (problem,) = problems(one_test(tmp_path, f"profile: stict\n{MET}", top=GOOD))
    assert (problem.code, str(problem.span)) == ("MEL132", "notes.melody.test.yaml:9:14")


def test_a_script_may_be_a_file_from_the_folder_of_the_test_file(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = "".join(line.removeprefix("  ") + "\n" for line in GOOD.splitlines()[1:])
    (tmp_path / "scripts" / "good.yaml").write_text(script, "utf-8")
    path = one_test(tmp_path, f"script: scripts/good.yaml\n{MET}")
    assert problems(path) == ()
    (tmp_path / "scripts" / "good.yaml").write_text("playres: {}\n", "utf-8")
    (problem,) = problems(path)
    assert (problem.code, str(problem.span)) == ("MEL504", "scripts/good.yaml:1:1")


@pytest.mark.parametrize(
    ("body", "place", "code", "fact"),
    [
        ("script: none.yaml\n" + MET, "5:13", "MEL551", "`none.yaml` does not exist"),
        ("script: {playres: {}}\n" + MET, "5:14", "MEL504", "`playres` is unknown here"),
        ("script: {players: {autor: {return: 1}}}\n" + MET, "5:24", "MEL504", "no player"),
        ("offline: true\ninputs: {topik: x}\n" + MET, "6:14", "MEL502", "no input `topik`"),
        ("offline: true\ninputs: {lines: many}\n" + MET, "6:14", "MEL503", "does not fit"),
        ("offline: true\nfaults: [draf:timeout]\n" + MET, "6:14", "MEL505", "no step `draf`"),
        ("offline: true\nfaults: draft\n" + MET, "6:13", "MEL505", "STEP:KIND"),
        ("offline: true\nhave: {extr: 1}\n" + MET, "6:11", "MEL510", "no step `extr`"),
        ("offline: true\nhave: {extra: 1}\n" + MET, "6:12", "MEL510", "does not fit"),
        ("offline: true\nset: players.autor.model=x\n" + MET, "6:10", "MEL131", "autor"),
        ("offline: true\nset: [policy.timeout]\n" + MET, "6:11", "MEL131", "no value"),
        ("offline: true\nexpect: {steps: {draf: failed}}", "6:22", "MEL551", "no step `draf`"),
        ("offline: true\nexpect: {steps: {route.lon.cut: failed}}", "6:22", "MEL551", "no step"),
        ("offline: true\nexpect: {gaps: [draf]}", "6:21", "MEL551", "no step `draf`"),
        ("offline: true\nexpect: {gaps: [{step: draf}]}", "6:28", "MEL551", "no step `draf`"),
        ("offline: true\nexpect: {outputs: {txt: 1}}", "6:24", "MEL551", "no output `txt`"),
        ("offline: true\nexpect: {error: http.29}", "6:21", "MEL551", "no error code `http.29`"),
        ("offline: true\nexpect: {steps: {draft: {attempts: [{error: x}]}}}", "6:49", "MEL551",
         "no error code `x`"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_at_its_place_before_anything_runs(
    body: str, place: str, code: str, fact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melody.testing.test_files.performing.build", lambda job: 1 / 0)
    (problem,) = told(one_test(tmp_path, body))
    assert problem[:2] == (place, code)
    assert fact in problem[2]


def test_an_input_that_is_missing_is_told_at_the_test_with_its_declaration(tmp_path: Path) -> None:
    path = laid(tmp_path, f"tests:\n  it: {{on: native, offline: true, {MET}}}\n")
    (problem,) = problems(path)
    assert (problem.code, str(problem.span)) == ("MEL501", "notes.melody.test.yaml:2:3")
    (note,) = problem.notes
    assert str(note.span) == "notes.melody.yaml:4:3"
    assert problem.help == "add it to the test's `inputs`"


def test_codes_that_the_melody_itself_fails_with_can_be_expected(tmp_path: Path) -> None:
    melody = """\
melody: v1
name: notes
steps:
  guard: {steps: {stop: {fail: {error: topic.forbidden, message: Not this one.}}}}
"""
    body = "tests: {it: {on: native, offline: true, expect: {error: topic.forbidden}}}\n"
    assert problems(laid(tmp_path, body, melody=melody)) == ()


def test_everything_that_is_wrong_is_told_at_once_in_the_order_written(tmp_path: Path) -> None:
    body = "script: {players: {x: {return: 1}}}\nfaults: y:timeout\nexpect: {steps: {z: failed}}"
    assert [one[:2] for one in told(one_test(tmp_path, body))] == [
        ("5:24", "MEL504"), ("6:13", "MEL505"), ("7:22", "MEL551"),
    ]  # fmt: skip


def test_a_melody_that_does_not_compile_fails_its_tests_with_its_own_problems(
    tmp_path: Path,
) -> None:
    path = one_test(tmp_path, f"offline: true\n{MET}")
    melody = tmp_path / "notes.melody.yaml"
    melody.write_text(melody.read_text("utf-8").replace("play: author", "play: autor"), "utf-8")
    found = problems(path)
    assert found[0].code == "MEL202"
    assert found[0].span is not None
    assert found[0].span.file == "notes.melody.yaml"


@pytest.mark.parametrize("named", ["", "melody: nots.melody.yaml\n"])
def test_a_melody_that_is_not_there_is_told_where_it_is_named(named: str, tmp_path: Path) -> None:
    path = laid(tmp_path, f"{named}tests: {{it: {{on: native, {MET}}}}}\n", name="nots")
    (problem,) = problems(path)
    assert (problem.code, problem.message) == ("MEL551", "`nots.melody.yaml` does not exist")
    assert str(problem.span) == f"nots.melody.test.yaml:1:{9 if named else 1}"
    if named:
        assert problem.label == "did you mean `notes.melody.yaml`?"


def test_a_player_that_is_not_allowed_is_refused_in_a_test_too(tmp_path: Path) -> None:
    melody = "melody: v1\nname: notes\nsteps:\n  a: {run: [touch, done]}\n"
    path = laid(tmp_path, f"tests: {{it: {{on: native, {MET}}}}}\n", melody=melody)
    assert [one[1] for one in told(path)] == ["MEL401"]
    assert not (tmp_path / "done").exists()


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    path = one_test(tmp_path, f"offline: true\n{MET}")
    assert problems(path) == ()
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "notes.melody.test.yaml", "notes.melody.yaml",
    ]  # fmt: skip


def test_jitter_is_drawn_alike_each_time(tmp_path: Path) -> None:
    top = f"{GOOD}set: steps.draft.policy.retry.jitter=full\n"
    body = "faults: draft:rate_limited\nexpect: {steps: {draft: {attempts: [{delay_s: 9}, {}]}}}"
    path = one_test(tmp_path, body, top=top)
    first, again = told(path), told(path)
    assert first == again
    assert "attempts[0].delay_s` is " in first[0][2]
