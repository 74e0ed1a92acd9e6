"""Defaults → user → project → profile → Melody → step → ``--set`` (spec 2, Files)."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tests.unit.compiler.projects.levels import BINDING, LEVELS, at_levels, policy_of
from workflow_ir.policy import Policy

PAIRS = tuple(combinations(LEVELS, 2))


def option(level: str, key: str, value: str) -> str:
    """The text of one value at one level."""
    if level == "set":
        return f"steps.a.policy.{key}={value}"
    *groups, last = key.split(".")
    text = f"{last}: {value}"
    for group in reversed(groups):
        text = f"{group}: {{{text}}}"
    return text


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_stands_over_the_defaults(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = at_levels(tmp_path, monkeypatch, {level: option(level, "retry.initial", "7s")})
    assert Policy().rules[0].initial_s is None
    assert policy_of(made).rules[0].initial_s == 7


@pytest.mark.parametrize(("outer", "inner"), PAIRS, ids="-".join)
def test_of_a_habit_the_inner_word_counts(
    outer: str, inner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {
        outer: option(outer, "retry.initial", "7s"),
        inner: option(inner, "retry.initial", "3s"),
    }
    assert policy_of(at_levels(tmp_path, monkeypatch, words)).rules[0].initial_s == 3


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize(
    ("key", "loose", "tight"),
    [("timeout", "30s", "10s"), ("memory", "2GB", "1GB"), ("cpu", "80%", "50%")],
)
def test_a_bound_becomes_tighter_at_every_level(
    pair: tuple[str, str],
    key: str,
    loose: str,
    tight: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outer, inner = pair
    words = {outer: option(outer, key, loose), inner: option(inner, key, tight)}
    found = policy_of(at_levels(tmp_path, monkeypatch, words))
    values = {"timeout": found.timeout_s, "memory": found.memory_bytes, "cpu": found.cpu}
    assert values[key] == {"timeout": 10, "memory": 10**9, "cpu": 0.5}[key]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize(
    ("key", "tight", "loose"),
    [
        ("timeout", "10s", "30s"),
        ("total_timeout", "10s", "30s"),
        ("memory", "1GB", "2GB"),
        ("cpu", "50%", "80%"),
        ("budget.usd", "1", "2"),
        ("budget.tokens", "10", "20"),
        ("budget.wall", "1m", "2m"),
        ("budget.attempts", "3", "4"),
    ],
)
def test_a_bound_is_loosened_nowhere_below_it_and_both_places_are_told(
    pair: tuple[str, str],
    key: str,
    tight: str,
    loose: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outer, inner = pair
    words = {outer: option(outer, key, tight), inner: option(inner, key, loose)}
    made = at_levels(tmp_path, monkeypatch, words)
    if outer not in BINDING:  # the user's file is no bound, and neither is a step's own word
        assert made.diagnostics == ()
        return
    (found,) = made.diagnostics
    assert found.code == "MEL402"
    assert found.span is not None
    assert [note.span is not None for note in found.notes] == [True]
    who = {"project": "the project", "profile": "profile `p`", "melody": "the Melody"}[outer]
    assert f"than {who} allows" in found.message


@pytest.mark.parametrize(("outer", "inner"), PAIRS, ids="-".join)
def test_attempts_are_bound_by_project_and_profile_alone(
    outer: str, inner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "retry.max_attempts"
    made = at_levels(
        tmp_path, monkeypatch, {outer: option(outer, key, "2"), inner: option(inner, key, "6")}
    )
    if outer in ("project", "profile"):
        assert [one.code for one in made.diagnostics] == ["MEL402"]
    else:
        # The project's number is a bound and no wish: it does not raise a user's default.
        assert policy_of(made).rules[0].max_attempts == (
            2 if (outer, inner) in (("user", "project"), ("user", "profile")) else 6
        )


def test_a_set_value_in_the_melodys_own_policy_may_only_tighten_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"melody": "timeout: 10s, retry: {max_attempts: 2}"}
    made = at_levels(tmp_path, monkeypatch, words, settings=("policy.timeout=30s",))
    (found,) = made.diagnostics
    assert str(found.span) == "--set policy.timeout:1:16"
    assert found.message == "`timeout: 30s` is longer than the Melody allows (10s)"


def test_a_set_value_may_change_the_melodys_habits_either_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"melody": "timeout: 10s, retry: {max_attempts: 2}"}
    options = ("policy.timeout=5s", "policy.retry.max_attempts=4")
    found = policy_of(at_levels(tmp_path, monkeypatch, words, settings=options))
    assert (found.timeout_s, found.rules[0].max_attempts) == (5, 4)


def test_budgets_of_the_run_take_the_least_and_the_users_where_nobody_else_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {
        "user": "budget: {usd: 9, tokens: 9, attempts: 9}, concurrency: 3",
        "project": "budget: {usd: 5}",
        "profile": "budget: {usd: 4, tokens: 4}",
        "melody": "budget: {usd: 3}",
        "step": "budget: {usd: 2}",
    }
    made = at_levels(tmp_path, monkeypatch, words)
    assert made.ir is not None
    budget = made.ir.policy.budget
    assert budget is not None
    assert (budget.usd, budget.tokens, budget.attempts) == (3, 4, 9)
    assert made.ir.policy.concurrency == 3
    own = policy_of(made).budget
    assert own is not None
    assert (own.usd, own.tokens) == (2, None)


def test_the_profile_changes_the_hash_and_an_empty_one_does_not(tmp_path: Path) -> None:
    from compiler.pipeline import compile_file

    tmp_path.joinpath("melody.project.yaml").write_text(
        "allow: {python: [m]}\nprofiles: {slow: {policy: {timeout: 1h}}, same: {}}\n"
    )
    path = tmp_path / "a.melody.yaml"
    path.write_text('melody: v1\nname: a\nplayers: {p: {python: "m:f"}}\nsteps: {a: {play: p}}\n')
    hashes = [compile_file(path, profile=name).ir for name in (None, "same", "slow")]
    assert [ir.hash == hashes[0].hash for ir in hashes if ir and hashes[0]] == [True, True, False]
