"""What the kit's call, its report, its pytest face and its command give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from melody.testing import conformance, pytest_cases
from melody.testing.conformance import Case, CaseMistake, Outcome, all_cases
from tests.architecture.repository import ROOT, fresh_interpreter
from tests.unit.melody.testing.toy import ADAPTER
from tests.unit.melody.testing.wrong_runs import SaysSucceeded
from tests.unit.melody.testing.wrong_toys import DeclaresTooMuch, SaysItHasNoMaps
from workflow_ir.capability import Feature

CASES = {case.name: case for case in all_cases()}
TWO = [CASES["01_sequence"], CASES["10_map"]]


def test_only_cases_with_an_asked_feature_are_run() -> None:
    found = {trial.name for trial in conformance.trials(ADAPTER, [Feature.WINDOW, "breaker"])}
    assert found == {"name", "rows", "lazy", "81_window", "95_safeguards", "114_breaker"}


def test_a_feature_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="loops"):
        conformance.check(ADAPTER, features=["loops"])


def test_a_declared_gap_is_no_mistake_and_is_told() -> None:
    report = conformance.check(SaysItHasNoMaps(), starts=("eager",), cases=TWO)
    assert report.ok
    assert report.findings == ()
    outcomes = {verdict.name: verdict.outcome for verdict in report.verdicts}
    assert outcomes["10_map"] is Outcome.GAP
    assert outcomes["01_sequence"] is Outcome.PASSED
    assert str(report.cell(Feature.FOR_EACH, "eager")) == "1 declared gap"
    assert str(report.cell(Feature.STEP, "eager")) == "2 passed, 1 declared gap"


def test_the_report_is_a_table_with_the_findings_below() -> None:
    cases = [CASES["41_permanent_errors"]]
    text = conformance.check(SaysSucceeded(), ["fallback"], ("eager",), cases).text()
    lines = text.splitlines()
    assert lines[0].startswith("toy: ")
    assert "feature       eager" in lines
    assert "fallback      1 failed" in lines
    place = lines.index("41_permanent_errors (eager)")
    assert lines[place + 1] == "  asks for: step, needs, fallback, start: eager"
    assert lines[place + 2] == "  contract: the run's status: 'succeeded', not 'failed'"


def test_the_report_as_json_tells_features_and_trials() -> None:
    report = conformance.check(SaysItHasNoMaps(), starts=("eager", "graph"), cases=TWO)
    tree = json.loads(json.dumps(report.to_json()))
    assert (tree["adapter"], tree["ok"]) == ("toy", True)
    assert tree["features"]["for_each"] == {
        "eager": {"declared gap": 1},
        "graph": {"declared gap": 1},
    }
    assert set(tree["features"]) == {feature.value for feature in Feature}
    told = [one for one in tree["trials"] if one["name"] == "10_map"]
    assert [one["start"] for one in told] == ["eager", "graph"]
    assert told[0]["gaps"] == ["for_each"]
    assert told[0]["findings"] == [
        {"check": "compile", "message": "NotImplementedError: no maps here"}
    ]


def test_features_without_a_case_are_told() -> None:
    report = conformance.check(ADAPTER, starts=("eager",), cases=TWO)
    assert Feature.REPEAT in report.without_case
    assert Feature.FOR_EACH not in report.without_case
    assert "no case: when, needs, branch, " in report.text()


def test_a_case_of_ones_own_is_held_to_what_it_expects() -> None:
    melody = "melody: v1\nname: own\nsteps: {a: {set: 1}}\noutputs: {n: '${{ steps.a.output }}'}\n"
    tree = {
        "about": "One step gives a number.",
        "melody": melody,
        "expect": {"status": "succeeded", "outputs": {"n": 2}, "steps": {"a": "succeeded"}},
    }
    report = conformance.check(ADAPTER, starts=("eager",), cases=[Case.of("own", tree)])
    assert [str(one) for _, one in report.findings] == [
        "contract: the outputs: {'n': 1}, not {'n': 2}"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": "", "melody": "", "expected": {}},
        {"about": "", "melody": "", "schedule": "chance", "expect": {}},
        {"about": "", "melody": "", "expect": {"status": "", "steps": {"a": {"n": 1}}}},
    ],
)  # fmt: skip
def test_a_case_that_says_what_no_case_has_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(CaseMistake):
        Case.of("wrong", wrong)


def test_a_case_whose_melody_has_errors_is_refused_with_their_places() -> None:
    tree = {"about": "", "melody": "melody: v1\nname: x\nsteps: {a: {play: nobody}}\n",
            "expect": {"status": "succeeded", "steps": {}}}  # fmt: skip
    with pytest.raises(CaseMistake, match="nobody"):
        conformance.check(ADAPTER, cases=[Case.of("wrong", tree)])


TEST_FILE = """
import pytest
from melody.testing import pytest_cases
from melody.testing.conformance import all_cases
from tests.unit.melody.testing.wrong_toys import {adapter}

CASES = [case for case in all_cases() if case.name in {names}]

@pytest.mark.parametrize("trial", pytest_cases({adapter}(), cases=CASES))
def test_kit(trial):
    trial.check()
"""


def _pytest(tmp_path: Path, adapter: str, *names: str) -> str:
    file = tmp_path / "test_kit.py"
    file.write_text(TEST_FILE.format(adapter=adapter, names=names), encoding="utf-8")
    options = ("-p", "no:cacheprovider", "-q", "-rA", "--rootdir", str(tmp_path))
    return fresh_interpreter("-m", "pytest", *options, str(file), cwd=tmp_path).stdout


def test_in_pytest_a_declared_gap_is_a_strict_xfail(tmp_path: Path) -> None:
    told = _pytest(tmp_path, "SaysItHasNoMaps", "01_sequence", "10_map")
    assert "XFAIL test_kit.py::test_kit[10_map (graph)] - declared gaps: for_each" in told
    assert "PASSED test_kit.py::test_kit[01_sequence (graph)]" in told
    assert "7 passed, 2 xfailed" in told


def test_in_pytest_a_gap_that_works_turns_the_test_red(tmp_path: Path) -> None:
    told = _pytest(tmp_path, "DeclaresTooMuch", "67_repeat_until")
    assert "[XPASS(strict)] declared gaps: repeat" in told
    assert "2 failed" in told


def test_in_pytest_a_mistake_is_told_with_its_check(tmp_path: Path) -> None:
    told = _pytest(tmp_path, "DropsAnEdge", "01_sequence")
    assert "edges: first -> third is missing" in told


def test_the_kit_needs_no_pytest() -> None:
    program = (
        "import sys; sys.modules['pytest'] = None\n"
        "from melody.testing import conformance\n"
        "from tests.unit.melody.testing.toy import ADAPTER\n"
        "cases = [c for c in conformance.all_cases() if c.name == '01_sequence']\n"
        "print(conformance.check(ADAPTER, cases=cases).ok)\n"
    )
    run = fresh_interpreter("-c", program)
    assert run.stdout == "True\n", run.stderr


def test_pytest_cases_are_the_trials_of_check() -> None:
    named = [one.id for one in pytest_cases(ADAPTER, cases=TWO)]
    assert named == [trial.title for trial in conformance.trials(ADAPTER, cases=TWO)]
    assert "10_map (graph)" in named
    marks = [one.marks for one in pytest_cases(DeclaresTooMuch(), ["repeat"], ("eager",))]
    assert [len(one) for one in marks[:3]] == [0, 0, 0]
    assert all(one[0].kwargs["strict"] for one in map(list, marks[3:]))


def _command(*arguments: str) -> tuple[int, str, str]:
    run = fresh_interpreter("-m", "melody.testing", *arguments, cwd=ROOT)
    return run.returncode, run.stdout, run.stderr


def test_the_command_proves_an_installed_adapter() -> None:
    code, told, _ = _command("native", "--case", "10_map", "--start", "graph")
    assert code == 0
    assert told.splitlines()[0].startswith("native: keeps the contract")
    assert "for_each      1 passed" in told.splitlines()


def test_the_command_gives_json() -> None:
    code, told, _ = _command("native", "--feature", "window", "--json")
    tree = json.loads(told)
    assert (code, tree["adapter"], tree["ok"]) == (0, "native", True)
    assert [one["name"] for one in tree["trials"]][3:] == ["81_window", "81_window"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("natve",), "did you mean 'native'?"),
        (("native", "--feature", "for_eech"), "did you mean 'for_each'?"),
        (("native", "--case", "10_mop"), "did you mean '10_map'?"),
        ((), "NAME"),
    ],
)
def test_the_command_helps_with_names_that_there_are_not(
    arguments: tuple[str, ...], says: str
) -> None:
    code, _, told = _command(*arguments)
    assert code != 0
    assert says in " ".join(told.split())


def test_the_command_fails_where_an_installed_adapter_is_wrong(tmp_path: Path) -> None:
    package = tmp_path / "wrong_toy-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: wrong-toy\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[melody.adapters]\nwrong = wrong_toy:ADAPTER\n")
    (tmp_path / "wrong_toy.py").write_text(
        "from tests.unit.melody.testing.wrong_toys import DropsAnEdge\nADAPTER = DropsAnEdge()\n"
    )
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from melody.testing.__main__ import command\n"
        "command(['wrong', '--case', '01_sequence'])\n"
    )
    run = fresh_interpreter("-c", program)
    assert run.returncode == 1, run.stderr
    assert "edges: first -> third is missing" in run.stdout
    assert "01_sequence (eager): failed" in run.stderr
