from __future__ import annotations

from typing import Any

import pytest

from compiler.analysis.windows import BUILT_IN_WINDOWS
from compiler.importers.conversion import Converted
from compiler.importers.tidyllm import import_tidyllm
from compiler.importers.tidyllm_conditions import WINDOWS
from compiler.parse.source_text import SourceText
from tests.unit.compiler.importers.converting_aid import melody_of, places, steps_of

SEED = """\
# workflow_config.yaml
dependencies:
  data_preparation:
    requires: []
    conditions:
      - backend_health: "gateway OR bedrock OR direct"
      - cache_available: optional

  model_training:
    requires: [data_preparation]
    conditions:
      - backend_type: "bedrock OR direct"  # Gateway insufficient for training
      - memory_available: "> 4GB"
      - timeout: "< 1800s"

  quality_validation:
    requires: [model_training]
    conditions:
      - validation_service: available
      - quality_threshold: "> 0.90"

  production_deployment:
    requires: [quality_validation]
    conditions:
      - validation_score: "> 0.95"
      - approval_status: "approved"
      - deployment_window: "business_hours OR maintenance_window"
"""
PARALLEL = """\
parallel_execution:
  max_concurrent: 8
  resource_limits:
    memory_per_task: "2GB"
    cpu_per_task: "2 cores"
    network_bandwidth: "100Mbps per task"

  load_balancing:
    strategy: "least_loaded"
    health_check_interval: "30s"

  synchronization:
    barrier_timeout: "300s"
    partial_success_threshold: "80%"  # Continue if 80% of parallel tasks succeed
"""
FILE = "workflow_config.yaml"


def imported(text: str) -> Converted:
    return import_tidyllm(SourceText(FILE, text), "t")


def with_condition(condition: str, more: str = "") -> Converted:
    """A dependency with one condition, behind one that it requires."""
    return imported(
        f"dependencies:\n  first: {{}}\n  a:\n    requires: [first]\n    conditions:\n"
        f"      - {condition}\n{more}"
    )


def test_the_dependencies_of_the_seed_convert_as_they_are_written() -> None:
    data = melody_of(imported(SEED))
    assert data["inputs"] == {"approval_status": "string"}
    assert data["players"]["model_training"] == {"command": ["model_training"], "parse": "json"}
    assert list(data["players"]) == list(data["steps"])
    assert data["steps"] == {
        "data_preparation": {
            "play": "data_preparation",
            "require": 'health("gateway") or health("bedrock") or health("direct")',
        },
        "model_training": {
            "play": "model_training",
            "needs": ["data_preparation"],
            "require": '(health("bedrock") or health("direct")) and host.memory_free > 4000000000',
            "policy": {"timeout": "1800s"},
        },
        "quality_validation": {
            "play": "quality_validation",
            "needs": ["model_training"],
            "require": 'health("validation_service")',
            "output": {"quality": "number", "validation_score": "number"},
            "gate": {"check": "output.quality > 0.9"},
        },
        "production_deployment": {
            "play": "production_deployment",
            "needs": ["quality_validation"],
            "when": "steps.quality_validation.output.validation_score > 0.95 and "
            'inputs.approval_status == "approved"',
            "window": ["business_hours", "maintenance_window"],
        },
    }


def test_the_warnings_tell_what_is_to_be_filled_in_and_what_was_left_out() -> None:
    assert places(imported(SEED + PARALLEL)) == [
        ("MEL148", FILE, "data_preparation"),
        ("MEL149", FILE, "optional"),
        ("MEL148", FILE, "model_training"),
        ("MEL148", FILE, '"< 1800s"'),  # longer than the wall
        ("MEL148", FILE, "quality_validation"),
        ("MEL148", FILE, "production_deployment"),
        ("MEL149", FILE, "network_bandwidth"),
        ("MEL149", FILE, "load_balancing"),
        ("MEL149", FILE, "barrier_timeout"),
        ("MEL149", FILE, "partial_success_threshold"),
    ]


def test_the_limits_of_the_seed_become_limits_of_players_and_of_the_run() -> None:
    data = melody_of(imported(SEED + PARALLEL))
    assert data["policy"] == {"concurrency": 8}
    limits = [player["limits"] for player in data["players"].values()]
    assert limits == [{"memory": "2GB", "cpu": 2}] * 4


def test_the_order_of_the_sections_does_not_matter() -> None:
    assert melody_of(imported(PARALLEL + SEED)) == melody_of(imported(SEED + PARALLEL))


@pytest.mark.parametrize(
    ("condition", "key", "value"),
    [
        ("backend_health: gateway", "require", 'health("gateway")'),
        ("backend_health: a or b", "require", 'health("a") or health("b")'),
        ("backend_health: '(a OR b) AND NOT c-1'", "require",
         '(health("a") or health("b")) and not health("c-1")'),
        ("cache_health: redis AND disk", "require", 'health("redis") and health("disk")'),
        ("cache_available: required", "require", 'health("cache")'),
        ("queue: available", "require", 'health("queue")'),
        ("memory_available: '>= 1GiB'", "require", "host.memory_free >= 1073741824"),
        ("disk_available: '> 10 GB'", "require", "host.disk_free > 10000000000"),
        ("cpu_available: '> 20%'", "require", "host.cpu_free > 0.2"),
        ("timeout: 30s", "policy", {"timeout": "30s"}),
        ("timeout: '<= 2m'", "policy", {"timeout": "2m"}),
        ("accuracy_threshold: '>= 95%'", "gate", {"check": "output.accuracy >= 0.95"}),
        ("test_score: '> 7'", "when", "steps.first.output.test_score > 7"),
        ("approval_status: approved OR waived", "when",
         'inputs.approval_status in ["approved", "waived"]'),
        ("deployment_window: night", "window", ["night"]),
        ("release_window: night or weekend", "window", ["night", "weekend"]),
    ],
)  # fmt: skip
def test_conditions_that_the_seed_does_not_have_convert_too(
    condition: str, key: str, value: Any
) -> None:
    assert steps_of(with_condition(condition))["a"][key] == value


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("requires: [b, c]", ["b", "c"]), ("requires: b", ["b"]), ("requires: []", None),
        ("requires:", None), ("conditions: []", None), ("conditions:", None),
        ("requires: [b, b]", ["b"]), ("conditions: {timeout: 3s, cache: optional}", None),
    ],
)  # fmt: skip
def test_both_keys_of_a_dependency_may_be_left_out(text: str, needs: list[str] | None) -> None:
    steps = steps_of(imported(f"dependencies:\n  b: {{}}\n  c:\n  a:\n    {text}\n"))
    assert steps["a"].get("needs") == needs


def test_what_requires_a_dependency_that_may_be_skipped_is_skipped_with_it() -> None:
    steps = steps_of(imported(
        "dependencies:\n  a: {conditions: {approval_status: yes please}}\n"
        "  b: {requires: [a]}\n  c: {requires: [b]}\n"
    ))  # fmt: skip
    assert steps["b"] == {"play": "b", "needs": ["a"], "when": "steps.a.ok"}
    assert steps["c"] == {"play": "c", "needs": ["b"], "when": "steps.b.ok"}


SIBLINGS = "dependencies:\n  p: {}\n  a: {requires: [p]}\n  b: {requires: [p]}\n"


def test_a_threshold_stands_where_dependencies_run_side_by_side() -> None:
    steps = steps_of(imported(SIBLINGS + "  c: {requires: [b, a]}\n" + PARALLEL))
    assert list(steps) == ["p", "parallel_1", "c"]
    assert steps["parallel_1"] == {
        "parallel": {
            each: {"steps": {each: {"play": each}}, "result": f"${{{{ steps.{each}.output }}}}"}
            for each in "ab"
        },
        "needs": ["p"],
        "succeed_if": "80%",
        "barrier_timeout": "300s",
    }
    assert steps["c"]["needs"] == ["parallel_1"]


def test_who_requires_one_of_them_runs_only_if_that_one_did() -> None:
    steps = steps_of(imported(SIBLINGS + "  c: {requires: [a]}\n" + PARALLEL))
    assert steps["c"]["needs"] == ["parallel_1"]
    assert steps["c"]["when"] == "has(steps.parallel_1.output.a)"


def test_a_dependency_whose_score_is_compared_is_no_branch() -> None:
    text = SIBLINGS + "  c: {requires: [a], conditions: {x_score: '> 1'}}\n" + PARALLEL
    assert list(steps_of(imported(text))) == ["p", "a", "b", "c"]


def test_without_a_threshold_nothing_is_grouped() -> None:
    assert list(steps_of(imported(SIBLINGS))) == ["p", "a", "b"]


def test_other_sections_are_told_and_left_out() -> None:
    converted = imported("dependencies: {a: {}}\npipeline_state: {storage_backend: redis}\n")
    assert ("MEL149", FILE, "pipeline_state") in places(converted)
    assert list(steps_of(converted)) == ["a"]


def test_a_long_chain_of_dependencies_converts() -> None:
    text = "".join(f"  a{n}: {{requires: [a{n - 1}]}}\n" for n in range(1, 3000))
    converted = imported("dependencies:\n  a0: {conditions: {approval_status: yes}}\n" + text)
    assert converted.text is not None
    assert converted.text.count(".ok") == 2999


def test_a_window_that_only_the_project_can_know_is_to_be_filled_in() -> None:
    found = imported("dependencies: {a: {conditions: [{a_window: night OR business_hours}]}}\n")
    told = [one for one in places(found) if one[2] == "night OR business_hours"]
    assert [one[0] for one in told] == ["MEL148"]
    assert any("windows: {night:" in str(one.help) for one in found.diagnostics)
    assert set(WINDOWS) == set(BUILT_IN_WINDOWS)
