"""``use`` in projects, in their profiles and in the user's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import Compilation, compile_file
from tests.unit.compiler.compiling_aid import HEAD
from tests.unit.compiler.projects.levels import at_levels, policy_of, user_file

PLAYER = 'players: {p: {python: "m:f"}}\n'


def compiled(
    folder: Path,
    project: str,
    profile: str | None = None,
    *,
    steps: str = "steps: {a: {play: p}}\n",
    **packs: str,
) -> Compilation:
    folder.joinpath("melody.project.yaml").write_text(f"allow: {{python: [m]}}\n{project}")
    for name, text in packs.items():
        folder.joinpath(f"{name}.policy.yaml").write_text(text)
    path = folder / "a.melody.yaml"
    path.write_text(f"{HEAD}{PLAYER}{steps}")
    return compile_file(path, profile=profile)


LEVELS = ("user", "project", "profile", "melody", "step")


@pytest.mark.parametrize("level", LEVELS)
def test_packs_are_used_at_every_level(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = policy_of(at_levels(tmp_path, monkeypatch, {level: "use: [qa]"}))
    assert found.notify == ("team_qa",)
    assert found.recovery["gate.failed"][0] == "fallback"


def test_a_pack_can_be_set_for_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = policy_of(at_levels(tmp_path, monkeypatch, {"set": "policy.use=[qa]"}))
    assert found.notify == ("team_qa",)


def test_the_packs_of_a_profile_stand_in_place_of_the_projects(tmp_path: Path) -> None:
    project = (
        "policy: {use: [production], on_exceeded: skip}\n"
        "profiles: {development: {policy: {use: [development]}}, plain: {policy: {use: null}}}\n"
    )
    found = policy_of(compiled(tmp_path, project))
    assert (found.error_tolerance, found.may_degrade) == ("minimal", False)
    found = policy_of(compiled(tmp_path, project, "development"))
    assert (found.error_tolerance, found.may_degrade) == ("moderate", True)
    assert (found.rules[0].initial_s, found.on_exceeded) == (0.2, "skip")
    found = policy_of(compiled(tmp_path, project, "plain"))
    assert (found.recovery, found.on_exceeded) == ({}, "skip")


def test_a_profile_without_use_leaves_the_projects_packs(tmp_path: Path) -> None:
    project = "policy: {use: [qa]}\nprofiles: {p: {policy: {notify: [me]}}}\n"
    found = policy_of(compiled(tmp_path, project, "p"))
    assert found.notify == ("me",)
    assert "gate.failed" in found.recovery


def test_the_packs_of_a_profile_stand_over_the_projects_own_keys(tmp_path: Path) -> None:
    project = "policy: {on_exceeded: skip}\nprofiles: {p: {policy: {use: [./one.policy.yaml]}}}\n"
    found = policy_of(compiled(tmp_path, project, "p", one="on_exceeded: cheaper\n"))
    assert found.on_exceeded == "cheaper"


def test_a_profiles_pack_loosens_no_bound_of_the_project(tmp_path: Path) -> None:
    pack = "timeout: 9m\nmemory: 9GB\nretry: [{on: [http.429], max_attempts: 9}, {}]\n"
    bounds = "timeout: 1m, memory: 1GB, budget: {usd: 1}, retry: {max_attempts: 2}"
    project = f"policy: {{{bounds}}}\nprofiles: {{p: {{policy: {{use: [./one.policy.yaml]}}}}}}\n"
    made = compiled(tmp_path, project, "p", one=f"{pack}budget: {{usd: 9}}\n")
    assert made.diagnostics == ()
    found = policy_of(made)
    assert (found.timeout_s, found.memory_bytes) == (60, 10**9)
    assert [rule.max_attempts for rule in found.rules] == [2, 2]
    assert made.ir is not None
    assert made.ir.policy.budget is not None
    assert made.ir.policy.budget.usd == 1
    # What is written in the Melody is measured by the project's own bound.
    steps = "steps: {a: {play: p, policy: {timeout: 2m}}}\n"
    made = compiled(tmp_path, project, "p", steps=steps, one=pack)
    assert [one.code for one in made.diagnostics] == ["MEL402"]


def test_a_bound_that_goes_with_the_projects_pack_is_missed(tmp_path: Path) -> None:
    project = "policy: {use: [./one.policy.yaml]}\nprofiles: {p: {policy: {use: [qa]}}}\n"
    made = compiled(tmp_path, project, "p", one="timeout: 1m\n")
    (found,) = made.diagnostics
    assert (found.code, found.message) == (
        "MEL402",
        "profile `p` takes the bound `timeout` away",
    )


def test_the_attempts_of_rules_stay_within_the_projects_bound(tmp_path: Path) -> None:
    rules = "retry: [{on: [http.429], max_attempts: 3}, {on: [http.500], max_attempts: 1}, {}]"
    steps = f"steps: {{a: {{play: p, importance: critical, policy: {{{rules}}}}}}}\n"
    found = policy_of(compiled(tmp_path, "policy: {retry: {max_attempts: 3}}\n", steps=steps))
    assert [rule.max_attempts for rule in found.rules] == [3, 1, 3]
    made = compiled(tmp_path, "policy: {retry: {max_attempts: 2}}\n", steps=steps)
    (problem,) = made.diagnostics
    assert problem.message == "3 attempts are more than the project allows (2)"


def test_the_rules_of_a_project_are_meant_and_bound_by_the_largest(tmp_path: Path) -> None:
    rules = "policy: {retry: [{on: [http.429], max_attempts: 6}, {max_attempts: 2}]}\n"
    found = policy_of(compiled(tmp_path, rules))
    assert [rule.max_attempts for rule in found.rules] == [6, 2]
    steps = "steps: {a: {play: p, policy: {retry: {max_attempts: N}}}}\n"
    assert compiled(tmp_path, rules, steps=steps.replace("N", "6")).diagnostics == ()
    made = compiled(tmp_path, rules, steps=steps.replace("N", "7"))
    assert [one.code for one in made.diagnostics] == ["MEL402"]
    # Without a number in each rule there is no bound.
    free = "policy: {retry: [{on: [http.429], max_attempts: 6}, {}]}\n"
    assert compiled(tmp_path, free, steps=steps.replace("N", "7")).diagnostics == ()


def test_a_mistake_in_a_profiles_pack_is_told_whichever_profile_is_chosen(tmp_path: Path) -> None:
    project = "profiles: {p: {policy: {use: [./one.policy.yaml, prodution]}}}\n"
    for profile in (None, "p"):
        made = compiled(tmp_path, project, profile, one="retri: {}\n")
        assert sorted(one.code for one in made.diagnostics) == ["MEL112", "MEL235"]
        assert all(one.span is not None and one.span.file in made.sources
                   for one in made.diagnostics)  # fmt: skip


def test_what_the_user_uses_holds_where_nobody_else_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file(tmp_path, "policy: {use: [production], notify: [me]}\n", monkeypatch)
    found = policy_of(compiled(tmp_path, ""))
    assert (found.notify, found.error_tolerance) == (("on_call", "me"), "minimal")
    found = policy_of(compiled(tmp_path, "policy: {notify: [a], error_tolerance: moderate}\n"))
    assert (found.notify, found.error_tolerance) == (("a",), "moderate")
