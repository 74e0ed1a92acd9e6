from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import in_project, step_of
from workflow_ir.policy import Policy
from workflow_ir.render import render_text
from workflow_ir.steps import Guard, layers

ALLOW = "allow: {python: [m]}\n"


def policy(
    folder: Path, *, project: str = "", melody: str = "", step: str = "", more: str = ""
) -> Policy:
    text = 'players: {p: {python: "m:f"}}\n'
    if melody:
        text += f"policy: {{{melody}}}\n"
    own = f", policy: {{{step}}}" if step else ""
    text += f"steps: {{a: {{play: p{own}{more}}}}}\n"
    above = f"{ALLOW}policy: {{{project}}}\n" if project else ALLOW
    made = in_project(folder, above, text)
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    guard = layers(step_of(made.ir, "a")).guard
    assert guard is not None
    return guard.policy


def test_of_time_limits_the_least_holds(tmp_path: Path) -> None:
    found = policy(tmp_path, project="timeout: 1m", melody="timeout: 30s", step="timeout: 10s")
    assert found.timeout_s == 10
    found = policy(tmp_path, project="timeout: 1m, wall: 20m", melody="total_timeout: 40s")
    assert (found.timeout_s, found.total_timeout_s, found.wall_s) == (60, 40, 1200)


def test_without_any_policy_the_defaults_hold(tmp_path: Path) -> None:
    assert policy(tmp_path) == Policy()


def test_retry_is_decided_field_by_field_by_the_innermost(tmp_path: Path) -> None:
    found = policy(
        tmp_path,
        project="retry: {backoff: linear, initial: 2s, max_attempts: 9}",
        melody="retry: {initial: 3s, max_attempts: 2, jitter: none}",
        step="retry: {max_retries: 4}",
    ).rules[0]
    assert found.max_attempts == 5
    assert (found.backoff, found.initial_s, found.jitter) == ("linear", 3, "none")


@pytest.mark.parametrize(
    ("project", "melody", "importance", "attempts"),
    [
        (2, None, "normal", 2),
        (9, None, "normal", None),
        (9, None, "low", None),
        (4, None, "critical", 4),
        (5, None, "critical", None),
        (2, 1, "normal", 1),
        (9, 8, "low", 8),
    ],
)
def test_the_attempts_of_a_project_are_a_bound_and_no_wish(
    tmp_path: Path, project: int, melody: int | None, importance: str, attempts: int | None
) -> None:
    found = policy(
        tmp_path,
        project=f"retry: {{max_attempts: {project}}}",
        melody="" if melody is None else f"retry: {{max_attempts: {melody}}}",
        more=f", importance: {importance}",
    )
    assert found.rules[0].max_attempts == attempts


def test_steps_inside_arms_and_maps_are_bounded_too(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        f"{ALLOW}policy: {{timeout: 1m}}\n",
        """\
players: {p: {python: "m:f"}}
steps:
  r: {branch: [{name: o, else: true, steps: {i: {for_each: [1], play: p}}}]}
""",
    )
    assert made.ir is not None
    guard = layers(step_of(made.ir, "r.o.i")).guard
    assert guard is not None
    assert guard.policy.timeout_s == 60


def test_the_run_takes_the_melody_s_word_over_the_project_s(tmp_path: Path) -> None:
    project = "policy: {concurrency: 8, on_step_failure: finish_independent}\n"
    made = in_project(tmp_path, project, "policy: {concurrency: 4}\nsteps: {a: {set: 1}}\n")
    assert made.ir is not None
    assert made.ir.policy.concurrency == 4
    assert made.ir.policy.on_step_failure == "finish_independent"


def test_bounds_from_above_are_for_players_and_not_for_what_holds_steps_or_waits(
    tmp_path: Path,
) -> None:
    made = in_project(
        tmp_path,
        f"{ALLOW}policy: {{timeout: 1m}}\n",
        """\
policy: {timeout: 30s, retry: {max_attempts: 2}}
players: {p: {python: "m:f"}}
steps:
  g: {steps: {i: {play: p}}, on_failure: [fail], policy: {total_timeout: 20s}}
  a: {approval: Sure, on_failure: [fail]}
  w: {wait: 1s, policy: {timeout: 25s}}
""",
    )
    assert made.ir is not None
    limits = {
        address: guard.policy
        for address in ("g", "g.i", "a", "w")
        if (guard := layers(step_of(made.ir, address)).guard) is not None
    }
    assert limits["g.i"].timeout_s == 30
    assert (limits["g"].timeout_s, limits["g"].total_timeout_s) == (None, 20)
    assert limits["g"].rules[0].max_attempts is None
    assert limits["a"] == Policy()
    assert limits["w"].timeout_s == 25


def test_steps_in_every_kind_of_scope_are_bounded(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        f"{ALLOW}policy: {{timeout: 1m}}\n",
        """\
players: {p: {python: "m:f"}}
steps:
  g: {steps: {i: {play: p}}}
  l: {repeat: {max: 2, until: iteration > 1, steps: {i: {play: p}}}}
  s: {parallel: {one: {steps: {i: {play: p}}}}}
  w: {window: business_hours, require: 'health("p")', play: p}
""",
    )
    assert made.ir is not None
    for address in ("g.i", "l.i", "s.one.i", "w"):
        guard = layers(step_of(made.ir, address)).guard
        assert guard is not None
        assert guard.policy.timeout_s == 60, address


def test_what_undoes_a_step_is_bounded_by_its_own_policy_and_those_above(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        f"{ALLOW}policy: {{timeout: 1m}}\n",
        """\
players: {p: {python: "m:f"}}
steps:
  a: {play: p, policy: {timeout: 5s}, compensate: {play: p}}
  b: {play: p, compensate: {play: p, policy: {timeout: 7s}}}
""",
    )
    assert made.ir is not None
    found = []
    for address in ("a", "b"):
        guard = layers(step_of(made.ir, address)).guard
        assert guard is not None
        assert guard.compensate is not None
        undoing = guard.compensate.body
        assert isinstance(undoing, Guard)
        found.append((guard.policy.timeout_s, undoing.policy.timeout_s))
    assert found == [(5, 60), (60, 7)]
