from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import click
import pytest

from melody.cli.options import TwinOption
from melody.cli.program import COMMANDS, module_of, program
from tests.architecture.repository import fresh_interpreter
from tests.unit.melody.stage import GREETING, in_a_process, melody, written


def test_help_lists_every_command_with_its_line() -> None:
    shown = melody("--help").stdout
    assert all(name in shown and line[:40] in shown for name, line in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_of_its_own(name: str) -> None:
    ended = melody(name, "--help")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"Usage: melody {name}")


def test_help_imports_no_command(tmp_path: Path) -> None:
    source = """
import sys
from melody.cli import main
sys.argv = ["melody", "--help"]
try:
    main()
except SystemExit:
    print([name for name in sys.modules if name.startswith("melody.cli.")], file=sys.stderr)
"""
    ended = fresh_interpreter("-c", source, cwd=tmp_path)
    assert set(ast.literal_eval(ended.stderr)) == {"melody.cli.door", "melody.cli.program"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_variable_named_like_its_flag(name: str) -> None:
    command: click.Command = import_module(module_of(name)).command
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert all(isinstance(each, TwinOption) for each in options)
    context = click.Context(command, auto_envvar_prefix=f"MELODY_{name.upper()}")
    for each in options:
        assert isinstance(each, TwinOption)
        flag = max(each.opts, key=len).lstrip("-").replace("-", "_").upper()
        assert each.twin(context) == f"MELODY_{name.upper()}_{flag}"


def test_a_variable_stands_for_its_option(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    monkeypatch.setenv("MELODY_RUN_INPUT", "name=Ada Lovelace\ntimes=2")
    monkeypatch.setenv("MELODY_RUN_JSON", "1")
    monkeypatch.setenv("MELODY_RUN_NO_JOURNAL", "1")
    assert melody("run", path).json["outputs"] == {"text": "Hello Ada Lovelace"}
    assert melody("run", path, "-i", "name=Bob").json["outputs"] == {"text": "Hello Bob"}


def test_a_misspelt_command_gets_the_nearest_one() -> None:
    ended = melody("chek")
    assert ended.code == 2
    assert "Did you mean 'check'?" in ended.stderr


@pytest.mark.parametrize("arguments", [["run"], ["run", "--nope"], ["compile", "x"], ["explain"]])
def test_wrong_usage_is_exit_code_2_and_leaves_stdout_empty(
    arguments: list[str], tmp_path: Path
) -> None:
    ended = in_a_process(*arguments, cwd=tmp_path)
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: melody")


def test_the_group_is_the_same_in_both_doors() -> None:
    assert isinstance(program, click.Group)
    assert program.list_commands(click.Context(program)) == list(COMMANDS)
