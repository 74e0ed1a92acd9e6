from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.conversion import Converted
from compiler.importers.coordinate import coordinate
from tests.unit.compiler.importers.converting_aid import codes, melody_of, places, shown, steps_of

SEED = (
    "team_gateway: backend test gateway",
    "team_aws: backend test bedrock --all-regions",
    "team_performance: cache benchmark --comprehensive",
    "team_qa: validate test-suite --integration",
)
TWO = ("a: x", "b: y")


def branch(run: Any, inner: str = "command") -> dict[str, Any]:
    return {"steps": {inner: {"run": run}}, "result": f"${{{{ steps.{inner}.output }}}}"}


def test_the_line_of_the_seed_converts_as_it_is_written() -> None:
    assert melody_of(coordinate(SEED, "all_teams_ready", ["integration_test --cross-team"])) == {
        "melody": "v1",
        "name": "coordinate",
        "steps": {
            "all_teams_ready": {
                "parallel": {
                    "team_gateway": branch("backend test gateway"),
                    "team_aws": branch("backend test bedrock --all-regions"),
                    "team_performance": branch("cache benchmark --comprehensive"),
                    "team_qa": branch("validate test-suite --integration"),
                },
                "barrier_timeout": "300s",
            },
            "integration_test": {
                "run": "integration_test --cross-team",
                "needs": ["all_teams_ready"],
            },
        },
    }


@pytest.mark.parametrize("text", ["all", "any", "1", "2", "80%", "33.3%", " 50% "])
def test_a_threshold_stands_beside_parallel(text: str) -> None:
    ready = steps_of(coordinate(TWO, "ready", ["z"], succeed_if=text))["ready"]
    assert ready["succeed_if"] == (int(text) if text in {"1", "2"} else text.strip())


@pytest.mark.parametrize("text", ["1s", "200ms", "5m", "2h", "0.5s"])
def test_a_barrier_has_a_timeout(text: str) -> None:
    ready = steps_of(coordinate(TWO, "ready", ["z"], barrier_timeout=text))["ready"]
    assert ready["barrier_timeout"] == text


@pytest.mark.parametrize(
    ("then", "ids"),
    [
        (["ship now"], ["ship"]),
        (["ship a", "ship b", "ship c"], ["ship", "ship_2", "ship_3"]),
        (["ready --go"], ["ready_2"]),
        (["deploy: ./deploy.sh"], ["deploy"]),
        (["first: ship", "ship", "ship"], ["first", "ship", "ship_2"]),
        (["ship_2: x", "ship", "ship"], ["ship_2", "ship", "ship_3"]),
        (["tar xf a && make"], ["tar"]),
        (["  ship  "], ["ship"]),
        (["'ship' it"], ["ship"]),
        (["a --again"], ["a"]),
    ],
)
def test_what_follows_is_named_by_its_first_word_and_stands_in_line(
    then: list[str], ids: list[str]
) -> None:
    steps = steps_of(coordinate(TWO, "ready", then))
    assert list(steps) == ["ready", *ids]
    assert [steps[id_]["needs"] for id_ in ids] == [[one] for one in ["ready", *ids[:-1]]]


@pytest.mark.parametrize(
    ("line", "run"),
    [
        ("a: x && y", "x && y"),
        ("a: echo 'b c'", ["echo", "b c"]),
        ("a: sh -c 'ls | wc'", ["sh", "-c", "ls | wc"]),
        ("a: b.success --x", "b.success --x"),
    ],
)
def test_a_branch_runs_what_its_line_says(line: str, run: Any) -> None:
    steps = steps_of(coordinate([line], "ready", ["z"]))
    assert steps["ready"]["parallel"] == {"a": branch(run)}


def test_the_inner_id_hides_no_outer_one() -> None:
    steps = steps_of(coordinate(TWO, "command", ["command_2"]))
    assert steps["command"]["parallel"]["a"] == branch("x", "command_3")


def test_the_name_may_be_given() -> None:
    assert melody_of(coordinate(TWO, "ready", ["z"], name="nightly"))["name"] == "nightly"


def made(**changes: Any) -> Converted:
    given_: dict[str, Any] = {"parallel": TWO, "sync_point": "ready", "then": ["z"], **changes}
    return coordinate(given_.pop("parallel"), given_.pop("sync_point"), given_.pop("then"),
                      **given_)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"parallel": ["x"]}, ("MEL140", "--parallel #1", "x")),
        ({"parallel": ["a: x | y"]}, ("MEL141", "--parallel #1", "|")),
        ({"parallel": ["a b: x"]}, ("MEL116", "--parallel #1", "a b")),
        ({"parallel": ["a: x", "a: y"]}, ("MEL107", "--parallel #2", "a")),
        ({"parallel": ["a: x", "b: a.success && y"]}, ("MEL142", "--parallel #2", "a.success")),
        ({"parallel": ["a: x", "b: a.sucess && y"]}, ("MEL143", "--parallel #2", "a.sucess")),
        ({"sync_point": "all ready"}, ("MEL116", "--sync-point", "all ready")),
        ({"sync_point": ""}, ("MEL116", "--sync-point", "")),
        ({"then": ["ready.success && z"]}, ("MEL142", "--then #1", "ready.success")),
        ({"then": ["./deploy.sh --x"]}, ("MEL116", "--then #1", "./deploy.sh")),
        ({"then": ["integration-test"]}, ("MEL116", "--then #1", "integration-test")),
        ({"then": ["z; rm -rf /"]}, ("MEL141", "--then #1", ";")),
        ({"then": [""]}, ("MEL140", "--then #1", "")),
        ({"then": ["ready: z"]}, ("MEL107", "--then #1", "ready")),
        ({"then": ["c: z", "c: q"]}, ("MEL107", "--then #2", "c")),
        ({"succeed_if": "most"}, ("MEL118", "--succeed-if", "most")),
        ({"succeed_if": "0"}, ("MEL118", "--succeed-if", "0")),
        ({"succeed_if": "3"}, ("MEL118", "--succeed-if", "3")),
        ({"succeed_if": "0%"}, ("MEL118", "--succeed-if", "0%")),
        ({"succeed_if": "120%"}, ("MEL118", "--succeed-if", "120%")),
        ({"barrier_timeout": "300"}, ("MEL118", "--barrier-timeout", "300")),
        ({"barrier_timeout": "0s"}, ("MEL118", "--barrier-timeout", "0s")),
        ({"name": "Night Run"}, ("MEL116", "--name", "Night Run")),
    ],
)
def test_a_mistake_is_one_diagnostic_at_its_option(
    changes: dict[str, Any], place: tuple[str, str, str]
) -> None:
    converted = made(**changes)
    assert converted.text is None
    assert places(converted) == [place]


def test_a_program_that_is_no_id_gets_a_line_that_names_the_step() -> None:
    converted = made(then=["./deploy.sh --fast"])
    assert converted.diagnostics[0].help == (
        'give the step an id of its own: `--then "deploy: ./deploy.sh --fast"`'
    )


def test_all_mistakes_are_told_at_once() -> None:
    converted = made(parallel=["a", "B: x"], sync_point="?", then=["y;"], succeed_if="x")
    assert codes(converted) == ["MEL140", "MEL116", "MEL116", "MEL141", "MEL118"]


LINES = st.lists(st.text(alphabet="ab: .&|'\"$(){}\n1%é", max_size=15), max_size=3)


@given(LINES, st.text(max_size=5), LINES, st.none() | st.text(max_size=4))
def test_any_options_give_a_melody_that_reads_or_diagnostics(
    parallel: list[str], point: str, then: list[str], threshold: str | None
) -> None:
    converted = coordinate(["a: x", *parallel], point, then, succeed_if=threshold)
    if converted.text is None:
        assert shown(converted)
    else:
        melody_of(converted)
