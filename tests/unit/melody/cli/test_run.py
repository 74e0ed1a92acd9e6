from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from conductor_core.journal.jsonl import read_events
from tests.unit.melody.stage import (
    ALLOW,
    GREETING,
    SCRIPTED,
    command_line,
    environment,
    in_a_process,
    melody,
    written,
)

HAPPY = """\
default: {return: {code: x}}
players:
  thanks: {return: [Ada]}
"""
ROUGH = """\
players:
  coder: [{error: http.503}, {hang: 10m}]
  junior: {return: {code: y}}
  thanks: {error: resource.quota}
"""


def test_the_outputs_go_to_stdout_and_everything_else_to_stderr(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, GREETING), "-i", "name=Ada")
    assert (ended.code, ended.stdout) == (0, "text: Hello Ada\n")
    assert "hello" in ended.stderr
    assert "greeting: succeeded on native" in ended.stderr


def test_json_is_the_whole_result_and_nothing_else(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, GREETING), "-i", "name=Ada", "--json")
    assert ended.json["schema"] == "melody.run/1"
    assert ended.json["outputs"] == {"text": "Hello Ada"}


def test_events_are_json_lines_of_the_journal(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, GREETING), "-i", "name=Ada", "--events")
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["run_started", "run_finished"]
    (journal,) = (tmp_path / ".melody" / "runs").iterdir()
    assert read_events(journal) == events
    assert journal.stem == events[0]["run"]


def test_no_journal_leaves_nothing_behind(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    assert melody("run", path, "-i", "name=Ada", "--no-journal").code == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_journal_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    (tmp_path / ".melody").write_text("in the way", encoding="utf-8")
    ended = melody("run", path, "-i", "name=Ada")
    assert (ended.code, ended.stdout) == (2, "")
    assert "error[MEL507]" in ended.stderr
    assert "--no-journal" in ended.stderr


def test_json_and_events_exclude_each_other(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, GREETING), "--json", "--events")
    assert (ended.code, ended.stdout) == (2, "")


def test_a_later_input_wins_over_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    values = written(tmp_path, '{"name": "Ada", "times": 2}', "values.json")
    assert "Ada" in melody("run", path, "-i", f"@{values}").stdout
    assert "Bob" in melody("run", path, "-i", f"@{values}", "-i", "name=Bob").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        ([], "MEL501", "some.melody.yaml:4:3"),
        (["-i", "nme=Ada", "-i", "name=x"], "MEL502", "some.melody.yaml:3:1"),
        (["-i", "name=Ada", "-i", "times=many"], "MEL503", "some.melody.yaml:5:3"),
        (["-i", "name=Ada", "-i", "mood=sad"], "MEL503", "some.melody.yaml:6:3"),
        (["-i", "@values.json"], "MEL503", "values.json:2:12"),
        (["-i", "@list.json"], "MEL503", "list.json:1:1"),
        (["-i", "@nowhere.json"], "MEL101", "nowhere.json"),
        (["-i", "name"], "MEL506", ""),
        (["-i", "name=Ada", "--script", "nowhere.yaml"], "MEL101", "nowhere.yaml"),
        (["-i", "name=Ada", "--fault", "helo:crash"], "MEL505", "`hello`"),
        (["-i", "name=Ada", "--allow", "git"], "MEL405", ""),
    ],
)
def test_a_wrong_option_is_told_with_its_place_and_cure(
    arguments: list[str], code: str, place: str, tmp_path: Path
) -> None:
    written(tmp_path, GREETING)
    written(tmp_path, '{"name": "Ada",\n  "times": "many"}', "values.json")
    written(tmp_path, "[1]", "list.json")
    ended = melody("run", "some.melody.yaml", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert f"error[{code}]" in ended.stderr
    assert place in ended.stderr
    assert not (tmp_path / ".melody").exists()


def test_every_mistake_is_told_in_one_go(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    ended = melody("run", path, "-i", "tmes=1", "--fault", "x:y", "--allow", "z", "-i", "mood=sad")
    codes = [f"MEL{number}" for number in (405, 501, 502, 503, 505)]
    assert all(ended.stderr.count(f"error[{code}]") == 1 for code in codes)


def test_a_value_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING.replace("name: string", "name: integer"))
    ended = melody("run", path, "-i", "name=x")
    assert "MEL503" in ended.stderr
    assert "MEL501" not in ended.stderr


def test_a_player_that_is_not_allowed_is_exit_code_5_before_anything_runs(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, SCRIPTED))
    assert (ended.code, ended.stdout) == (5, "")
    assert "`allow: {command: [never-started]}`" in ended.stderr
    assert "--allow command:never-started" in ended.stderr


def test_an_unknown_backend_is_exit_code_6(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, GREETING), "-i", "name=Ada", "--on", "langgraf")
    assert (ended.code, ended.stdout) == (6, "")
    assert "did you mean 'langgraph'?" in ended.stderr


def test_a_script_plays_every_player_in_virtual_time(tmp_path: Path) -> None:
    path, script = written(tmp_path, SCRIPTED), written(tmp_path, ROUGH, "script.yaml")
    ended = melody("run", path, *ALLOW, "--script", script, "--json")
    assert ended.code == 3
    draft = ended.json["steps"]["draft"]
    assert [attempt["decision"] for attempt in draft["attempts"][:-1]]
    assert ended.json["gaps"][0]["step"] == "people"
    assert melody("run", path, *ALLOW, "--script", script, "--gaps-ok").code == 0


def test_gaps_are_listed_for_review_at_the_end(tmp_path: Path) -> None:
    path, script = written(tmp_path, SCRIPTED), written(tmp_path, ROUGH, "script.yaml")
    ended = melody("run", path, *ALLOW, "--script", script)
    assert "review: `people` is a gap: resource.quota" in ended.stderr
    assert "scripted: degraded on native" in ended.stderr


def test_a_failed_run_shows_each_attempt_what_was_decided_and_what_to_do(tmp_path: Path) -> None:
    broken = HAPPY + "  coder: {error: http.503}\n  junior: {error: http.500}\n"
    script = written(tmp_path, broken, "script.yaml")
    ended = melody("run", written(tmp_path, SCRIPTED), *ALLOW, "--script", script, "--json")
    assert ended.code == 1
    assert ended.json["status"] == "failed"
    assert "step `draft` failed: http.500" in ended.stderr
    assert "--> " in ended.stderr
    assert "some.melody.yaml:8:3" in ended.stderr
    assert "attempt 1 by coder: http.503" in ended.stderr
    assert "→ fallback to junior" in ended.stderr
    assert "→ fail (not " in ended.stderr
    assert "next: " in ended.stderr


def test_a_failed_map_shows_the_items_that_failed(tmp_path: Path) -> None:
    script = written(tmp_path, HAPPY, "script.yaml")
    ended = melody(
        "run", written(tmp_path, SCRIPTED), *ALLOW, "--script", script, "--fault", "parts[1]:crash"
    )
    assert ended.code == 1
    assert "step `parts` failed: parallel.threshold" in ended.stderr
    assert "`parts[1]`" in ended.stderr


def test_the_outputs_of_a_failed_run_that_are_not_there_are_not_shown(tmp_path: Path) -> None:
    script = written(tmp_path, HAPPY, "script.yaml")
    ended = melody(
        "run", written(tmp_path, SCRIPTED), *ALLOW, "--script", script, "--fault", "draft:crash*9"
    )
    assert "null" not in ended.stdout


MADE_UP = """\
melody: v1
name: made_up
players: {writer: {model: offline}}
steps: {draft: {play: writer, prompt: Write.}}
outputs: {text: "${{ steps.draft.output }}"}
"""


def test_answers_of_the_offline_model_are_marked(tmp_path: Path) -> None:
    ended = melody("run", written(tmp_path, MADE_UP))
    assert ended.code == 0, ended.stderr
    assert "draft" in ended.stderr
    assert "succeeded (synthetic)" in ended.stderr
    assert "synthetic: draft answered by the offline model" in ended.stderr


PRINTS = """\
melody: v1
name: prints
players: {loud: {python: "loud_player:loud"}}
steps: {say: {play: loud, output: {said: string}}}
outputs: {said: "${{ steps.say.output.said }}"}
"""
LOUD = """\
import os, subprocess, sys
def loud():
    print("printed")
    os.write(1, b"written\\n")
    subprocess.run([sys.executable, "-c", "print('of a child')"], check=True)
    return {"said": "enough"}
"""


def test_what_a_player_prints_does_not_get_into_the_results(tmp_path: Path) -> None:
    written(tmp_path, PRINTS)
    written(tmp_path, LOUD, "loud_player.py")
    allow = ("--allow", "python:loud_player")
    ended = in_a_process("run", "some.melody.yaml", *allow, "--json", cwd=tmp_path)
    assert ended.json["outputs"] == {"said": "enough"}
    assert all(text in ended.stderr for text in ("printed", "written", "of a child"))


@pytest.mark.parametrize("form", ["--json", "--events"])
def test_a_reader_that_leaves_early_is_no_traceback(form: str, tmp_path: Path) -> None:
    written(tmp_path, GREETING)
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        command_line("run", "some.melody.yaml", "-i", "name=Ada", form),
        cwd=tmp_path,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
        timeout=60,
    )
    os.close(writing)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "bug" not in run.stderr


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_the_same_run_on_every_engine_and_in_both_modes(
    backend: str, start: str, tmp_path: Path
) -> None:
    path, script = written(tmp_path, SCRIPTED), written(tmp_path, ROUGH, "script.yaml")
    ended = melody(
        "run", path, *ALLOW, "--script", script, "--on", backend, "--start", start, "--json"
    )
    assert ended.code == 3, ended.stderr
    assert (ended.json["backend"], ended.json["status"]) == (backend, "degraded")
    assert ended.json["outputs"] == {"code": "y", "people": []}
