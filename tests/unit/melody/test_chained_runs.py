"""What the chaining page writes does not only read well: it runs, with real programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.pipeline import compile_file
from tests.unit.melody.chaining_page import CONSOLES, typed
from tests.unit.melody.stage import Ended, environment, in_a_process, melody, written
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import errors_of
from workflow_ir.players import CommandPlayer
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import WorkflowIR

WRITING = [text for text in CONSOLES if "\nmelody: v1\n" in text]
PROGRAM = """\
#!/bin/sh
echo "$0 $*" >> started
cat > /dev/null
echo '%s'
"""
"""Every program of the page: says that it was started, and prints JSON."""
PRINTED = {
    "validate": '{"quality_score": 0.97}',
    "./print-score": '{"coverage": 0.9}',
    "validation": '{"quality": 0.97}',
    "./count": '{"n": 200}',
    "./weigh": '{"kg": 7}',
}
"""Where a field is read, exactly that."""


def _melody_of(console: str, folder: Path) -> Path:
    """The Melody that the lines of a console write, as a file."""
    ran = typed(console, folder)
    assert ran.returncode == 0, ran.stderr
    return written(folder, ran.stdout[ran.stdout.index("melody: v1") :], "made.melody.yaml")


def _programs(ir: WorkflowIR) -> Iterator[str]:
    for player in ir.players.values():
        assert isinstance(player, CommandPlayer)
        for command in player.commands:
            assert isinstance(command[0], LiteralValue)
            yield str(command[0].value)


def _run(path: Path, *arguments: str) -> Ended:
    """Run it with a program of each name, in the folder itself or in ``bin``."""
    ir = compile_file(path).ir
    assert ir is not None
    allowed: list[str] = []
    folder = path.parent
    for name in dict.fromkeys(_programs(ir)):
        written(
            folder / ("" if "/" in name else "bin"), PROGRAM % PRINTED.get(name, "{}"), name
        ).chmod(0o755)
        allowed += ["--allow", f"command:{name}"]
    path_ = f"{folder / 'bin'}:{environment()['PATH']}"
    return in_a_process("run", path.name, *allowed, "--json", *arguments, cwd=folder, PATH=path_)


@pytest.mark.parametrize(
    "console",
    [text for text in WRITING if "import tidyllm" not in text],
    ids=lambda text: text[2:40],
)
def test_what_a_command_line_writes_checks_and_runs(console: str, tmp_path: Path) -> None:
    path = _melody_of(console, tmp_path)
    found = compile_file(path, allow=Allow(command=("*",)))
    assert errors_of(found.diagnostics) == ()
    ended = _run(path)
    assert ended.code == 0, ended.stderr
    assert ended.json["status"] == "succeeded"
    assert (tmp_path / "started").read_text("utf-8").splitlines()
    unmet = {"report"}  # it waits for a failure, and nothing fails here
    for name, step in ended.json["steps"].items():
        assert step["status"] == ("skipped" if name in unmet else "succeeded"), name


def test_a_barrier_that_is_met_by_too_few_stops_what_follows(tmp_path: Path) -> None:
    (console,) = (text for text in WRITING if "coordinate" in text)
    path = _melody_of(console, tmp_path)
    script = "steps: {all_teams_ready.team_qa.command: {error: player.crash}}\ndefault: {exit: 0}\n"
    ended = melody(
        "run", path, "--script", written(tmp_path, script, "s.yaml"), "--json",
        *("--allow", "command:backend", "--allow", "command:cache"),
        *("--allow", "command:validate", "--allow", "command:integration_test"),
    )  # fmt: skip
    assert ended.code == 1
    assert ended.json["error"]["code"] == "parallel.threshold"
    assert ended.json["steps"]["integration_test"]["status"] in ("pending", "cancelled")


def test_the_dependencies_of_another_tool_run_by_a_script(tmp_path: Path) -> None:
    (console,) = (text for text in WRITING if "import tidyllm" in text)
    path = _melody_of(console, tmp_path)
    ir = compile_file(path).ir
    assert ir is not None
    allowed = [word for name in _programs(ir) for word in ("--allow", f"command:{name}")]
    answers = "default: {return: {quality: 0.97, validation_score: 0.97}}\n"
    script = written(tmp_path, f"{answers}health: {{gateway: false}}\n", "s.yaml")
    ended = melody("run", path, *allowed, "-i", "approval_status=approved", "--json",
                   "--script", script)  # fmt: skip
    assert ended.code == 0, ended.stderr
    assert {step["status"] for step in ended.json["steps"].values()} == {"succeeded"}
    ended = melody("run", path, *allowed, "-i", "approval_status=denied", "--json",
                   "--script", script)  # fmt: skip
    assert ended.json["steps"]["production_deployment"]["status"] == "skipped"


def test_every_form_was_run() -> None:
    for form in ("define", "coordinate", "pipeline create", "import tidyllm"):
        assert any(f"melody {form}" in console for console in WRITING)
