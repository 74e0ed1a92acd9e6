"""``melody explain run:…`` from a real run to its story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.melody.running.test_kept_runs import event, kept
from tests.unit.melody.stage import ALLOW, Ended, melody, written

MELODY = """\
melody: v1
name: story
players:
  coder: {command: [never-started], parse: json, fallback: [junior]}
  junior: {command: [never-started], parse: json}
  thanks: {command: [never-started], parse: json}
steps:
  draft: {play: coder, output: {code: string}, policy: {retry: {max_attempts: 2}}}
  people: {play: thanks, output: "list[string]", on_failure: [retry, escalate, skip]}
  parts:
    for_each: "${{ [1, 2] }}"
    play: junior
    with: {n: "${{ item }}"}
outputs:
  code: ${{ steps.draft.output.code }}
  people: ${{ default(steps.people.output, []) }}
"""
SCRIPT = """\
players:
  coder: [{error: transport.read}, {error: transport.read}]
  junior: {return: {code: x}}
  thanks: {error: http.400, message: "no \\u001b[2Jthanks"}
steps:
  "parts[1]": [{error: transport.read}, {return: {}}]
"""


@pytest.fixture
def run(tmp_path: Path) -> str:
    """The id of a run with a retry, a fallback and a gap."""
    path = written(tmp_path, MELODY)
    script = written(tmp_path, SCRIPT, "some.script.yaml")
    ended = melody("run", path, "--script", script, "--gaps-ok", "--json", *ALLOW)
    return str(ended.json["run"])


def story(step: str, *more: str) -> Ended:
    return melody("explain", "run:last", "--step", step, *more)


def test_the_overview_tells_every_step_its_gaps_and_how_to_ask_on(run: str) -> None:
    ended = melody("explain", "run:last")
    assert (ended.code, ended.stderr) == (0, "")
    assert f"run {run} of story: " in ended.stdout
    for line in (
        "  people    gap, by `thanks`, 1 attempt",
        "    transport.read → retry in 1.0s",
        "  parts[0]  succeeded, by `junior`, 1 attempt",
        f"next: melody explain run:{run} --step people",
        f"next: melody explain run:{run} --step 'parts[1]'",
    ):
        assert line in ended.stdout.splitlines()
    assert "review: `people` is a gap: http.400: no \\x1b[2Jthanks" in ended.stdout
    assert f"--step {'parts[0]'!r}" not in ended.stdout


def test_a_step_is_told_attempt_by_attempt_with_the_reasons(run: str) -> None:
    ended = story("people")
    assert (ended.code, ended.stderr) == (0, "")
    lines = [line.strip() for line in ended.stdout.splitlines()]
    order = [
        "people: gap",
        "0.0s  begins",
        "0.0s  attempt 1: `thanks` is asked",
        "permanent: the same thing would fail again",
        "0.0s  decided: skip, leave a gap",
        "by the step's own `on_failure`",
        "not retry: the same player would fail in the same way again",
        "not escalate: nobody is there to be asked",
        "0.0s  ends: gap, by `thanks` after 1 attempt",
    ]
    assert [line for line in lines if line in order] == order


def test_a_retry_is_told_with_its_wait(run: str) -> None:
    told = story("parts[1]").stdout
    assert "    0.0s  decided: retry in 1.0s\n" in told
    assert "    1.0s  attempt 2: `junior` is asked\n" in told


def test_a_fallback_is_told_with_the_player_that_takes_over(run: str) -> None:
    told = story("draft").stdout
    assert "decided: fallback to junior\n" in told
    assert "not retry: the attempts that this player has are used up\n" in told
    assert "ends: recovered, by `junior` after 3 attempts\n" in told


def test_an_address_tells_each_of_its_performances_and_a_path_one() -> None:
    step = {"status": "succeeded"}
    facts = [("step_started", "m[0].a"), ("step_started", "m[10].a"), ("step_started", "m[2].a")]
    kept(Path(), "R", *(event(n, event=kind, path=path)
                        for n, (kind, path) in enumerate(facts, start=1)),
         event(4, event="step_finished", path="m[2].a", record=step))  # fmt: skip
    told = story("m.a").stdout
    assert told.index("m[0].a:") < told.index("m[2].a: succeeded") < told.index("m[10].a:")
    assert "m[0].a" not in story("m[2].a").stdout


def test_what_is_done_beside_a_step_is_told_where_it_happens() -> None:
    kept(Path(), "R",
         event(1, event="step_started", path="a"),
         event(2, event="waiting", path="a~escalate", question={"text": "What now?"}),
         event(3, event="answered", path="a~escalate", choice="skip", expired=False),
         event(4, event="step_finished", path="a", record={"status": "gap"}),
         event(5, event="step_started", path="a~compensate"),
         event(6, event="step_finished", path="a~compensate", record={"status": "succeeded"}),
         )  # fmt: skip
    told = story("a").stdout
    assert "  0.0s  ~escalate: waits for a person: What now?\n" in told
    assert told.index("~escalate: the answer is 'skip'") < told.index("ends: gap")
    assert "inside it: 1, and something happened to 0 of them" in told
    assert "a~compensate: succeeded" in story("a~compensate").stdout
    assert [each["path"] for each in melody("explain", "run:R", "--json").json["steps"]] == [
        "a", "a~compensate",
    ]  # fmt: skip


def test_the_same_is_there_as_data(run: str) -> None:
    whole = melody("explain", f"run:{run}", "--json").json
    assert (whole["schema"], whole["run"], whole["melody"]) == ("melody.explain/1", run, "story")
    assert whole["gaps"] == ["people"]
    one = story("people", "--json").json
    assert (one["schema"], one["step"]) == ("melody.explain/1", "people")
    (performance,) = one["performances"]
    decided = next(each for each in performance["moments"] if each["event"] == "decision")
    assert decided["text"] == "decided: skip, leave a gap"
    assert "not escalate: nobody is there to be asked" in decided["because"]
    assert performance["decisions"] == ["http.400 → skip, leave a gap"]


@pytest.mark.parametrize(
    ("step", "hint"),
    [("peple", "did you mean people?"), ("parts[7]", "did you mean"),
     ("zzzzzz", "begun were: draft, people, parts")],
)  # fmt: skip
def test_an_unknown_step_gets_one_message_with_the_nearest_name(
    step: str, hint: str, run: str
) -> None:
    ended = story(step)
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"run {run} has no step {step!r}; {hint}")
    assert ended.stderr.count("\n") == 1


def test_an_unknown_run_gets_one_message(run: str) -> None:
    ended = melody("explain", "run:nope")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.endswith(f"the last one is {run}\n")


def test_a_damaged_journal_is_not_guessed_around(run: str) -> None:
    journal = Path(".melody/runs") / f"{run}.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join([*lines[:2], lines[2][:20], *lines[3:]]) + "\n", encoding="utf-8")
    ended = story("draft")
    assert (ended.code, ended.stdout) == (2, "")
    assert f"{run}.jsonl:3: damaged" in ended.stderr


def test_a_run_that_was_killed_is_told_as_far_as_it_went(run: str) -> None:
    journal = Path(".melody/runs") / f"{run}.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    last = next(n for n, line in enumerate(lines) if '"attempt_failed"' in line)
    journal.write_text("\n".join(lines[: last + 1]) + "\n", encoding="utf-8")
    path = json.loads(lines[last])["path"]
    assert "not ended: its journal stops here" in melody("explain", "run:last").stdout
    assert "the journal ends before this step does" in story(path).stdout


HOSTILE = "\x1b[2J\x1b]0;x\x07\u202e\x9b31m\nfake: line\r"


def test_hostile_text_does_not_reach_the_terminal() -> None:
    facts = {"n": HOSTILE, "player": HOSTILE, "error": {"code": HOSTILE, "message": HOSTILE},
             "decision": HOSTILE, "rule": HOSTILE, "target": HOSTILE, HOSTILE: HOSTILE,
             "rejected": [{"rung": HOSTILE, "reason": HOSTILE}], "to": [HOSTILE],
             "question": {"text": HOSTILE, "event": HOSTILE}, "melody": HOSTILE,
             "record": {"status": HOSTILE, "player": HOSTILE, "attempts": [1]}}  # fmt: skip
    kinds = ["run_started", "step_started", "attempt_started", "attempt_failed", "decision",
             "notice", "waiting", HOSTILE, "step_finished"]  # fmt: skip
    kept(Path(), "R", *(event(n, **{**facts, "event": kind, "path": "" if n == 1 else HOSTILE})
                        for n, kind in enumerate(kinds, start=1)))  # fmt: skip
    told = [
        melody("explain", "run:R").stdout,
        melody("explain", "run:R", "--step", HOSTILE).stdout,
        melody("explain", "run:R", "--step", "other").stderr,
        melody("explain", "run:R", "--json").stdout,
    ]
    assert all(told)
    for text in told:
        assert not {"\x1b", "\x07", "\u202e", "\x9b", "\r"} & set(text)
        assert "\nfake: line" not in text


def test_facts_of_any_type_are_told_or_left_out() -> None:
    wrong: tuple[object, ...] = (5, None, [], {}, "x", float("inf"), True)
    kept(Path(), "R", *(
        event(n + 1, event=kind, path="a", error=value, record=value, n=value, rejected=value,
              delay_s=value, inputs=value, question=value, to=value)
        for n, (kind, value) in enumerate(
            (kind, value) for kind in ("attempt_failed", "decision", "waiting", "step_finished")
            for value in wrong
        )
    ))  # fmt: skip
    assert melody("explain", "run:R").code == 0
    assert story("a").code == 0


def test_a_run_of_another_folder_is_found_there(tmp_path: Path) -> None:
    kept(tmp_path / "over there", "R", event(1, event="step_started", path="a"))
    ended = melody("explain", "run:R", "--in", "over there")
    assert ended.code == 0
    assert "--step a --in 'over there'" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [["MEL204", "--step", "a"], ["http.503", "--json"], ["run:last", "--stage", "ir"]],
)
def test_options_of_one_kind_are_refused_for_another(arguments: list[str]) -> None:
    ended = melody("explain", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert "Usage:" in ended.stderr


AGENT = """\
melody: v1
name: agent
models: {m: openai/big}
players:
  cook: {agent: {role: a cook, goal: cook}, model: m, tools: [friend]}
  friend: {agent: {role: a friend, goal: help}, model: m, tools: [taste]}
  taste: {command: [never-started]}
steps: {dish: {play: cook}}
outputs: {dish: "${{ steps.dish.output }}"}
"""
TOLD = """\
models:
  m:
    cases:
      - when: "'a cook' in input.system"
        then: [{tool_calls: [{name: friend, arguments: {request: Taste}}]}, {return: soup}]
      - then: [{tool_calls: [{name: taste}]}, {return: good}]
players: {taste: {sleep: 2s, return: salty}}
"""


def test_what_an_agent_and_the_agents_it_uses_did_is_told_in_the_story_of_the_step(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, AGENT)
    script = written(tmp_path, TOLD, "some.script.yaml")
    ended = melody("run", path, "--script", script, "--json", *ALLOW)
    assert ended.json["outputs"] == {"dish": "soup"}
    assert list(ended.json["steps"]) == ["dish"]
    lines = [line.strip() for line in story("dish").stdout.splitlines()]
    assert [line for line in lines if "~" in line] == [
        "0.0s  ~model.1: `cook` asks scripted/m and is to use `friend`",
        "0.0s  ~tool.1~model.1: `friend` asks scripted/m and is to use `taste`",
        "2.0s  ~tool.1~tool.1: `friend` uses `taste`",
        "2.0s  ~tool.1~model.2: `friend` asks scripted/m and has its answer",
        "2.0s  ~tool.1: `cook` uses `friend`",
        "2.0s  ~model.2: `cook` asks scripted/m and has its answer",
    ]
    assert "unfinished" not in melody("explain", "run:last").stdout
