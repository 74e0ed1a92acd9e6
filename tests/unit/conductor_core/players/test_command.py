from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.command import CommandPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import ask, error_of, output_of, request
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import CommandPlayer
from workflow_ir.values import ExprValue, LiteralValue, MapValue, TextValue, Value

PYTHON = sys.executable


def word(text: str) -> LiteralValue:
    return LiteralValue(kind="literal", value=text)


def read(source: str) -> ExprValue:
    return ExprValue(kind="expr", source=source)


def code(source: str) -> tuple[Value, ...]:
    return (word(PYTHON), word("-c"), word(source))


def command(
    folder: Path, *commands: tuple[Value, ...], limit: int = 10_000, **facts: Any
) -> CommandPerformer:
    player = CommandPlayer(kind="command", commands=commands, **facts)
    programs = (PYTHON, "sh", "printf", "absent-program", "cat", "sleep", "true", "./tool")
    return CommandPerformer(player, folder, Allow(command=programs), limit)


def lines(folder: Path, *items: Value, **with_: Any) -> Success | StandardError:
    """What a program sees as its arguments."""
    show = code("import sys; print('\\n'.join(sys.argv[1:]))")
    return ask(command(folder, (*show, *items), parse="lines"), with_)


def test_without_parse_the_exit_code_and_both_outputs_are_given(tmp_path: Path) -> None:
    source = "import sys; print('out'); print('err', file=sys.stderr)"
    answer = ask(command(tmp_path, code(source)))
    assert output_of(answer) == {"exit_code": 0, "stdout": "out\n", "stderr": "err\n"}


@pytest.mark.parametrize(
    ("parse", "output"),
    [("text", '{"a": 1}\n'), ("json", {"a": 1}), ("lines", ['{"a": 1}'])],
)
def test_parse_says_what_standard_output_becomes(tmp_path: Path, parse: str, output: Any) -> None:
    assert output_of(ask(command(tmp_path, code("print('{\"a\": 1}')"), parse=parse))) == output


@pytest.mark.parametrize("text", ["", "{", "NaN", "[1e999]", "9223372036854775808", "\\xff"])
def test_output_that_is_not_json_is_output_format(tmp_path: Path, text: str) -> None:
    source = f"import sys; sys.stdout.buffer.write(b'{text}')"
    assert error_of(ask(command(tmp_path, code(source), parse="json"))).code == "output.format"


def test_a_non_zero_exit_is_a_failure_with_the_last_line_of_standard_error(tmp_path: Path) -> None:
    source = "import sys; print('usage: x', file=sys.stderr); sys.exit(3)"
    error = error_of(ask(command(tmp_path, code(source))))
    assert (error.code, error.exit_code) == ("player.crash", 3)
    assert error.message.endswith("ended with exit code 3: usage: x")
    assert error.detail == {"stderr": "usage: x\n"}


def test_parse_exit_never_fails_on_a_non_zero_exit(tmp_path: Path) -> None:
    answer = ask(command(tmp_path, code("import sys; print(1); sys.exit(3)"), parse="exit"))
    assert output_of(answer) == {"exit_code": 3, "stdout": "1\n", "stderr": ""}


def test_a_signal_is_told_by_its_exit_code(tmp_path: Path) -> None:
    source = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    error = error_of(ask(command(tmp_path, code(source))))
    assert (error.code, error.exit_code) == ("player.crash", -11)


def test_commands_run_in_order_and_the_first_failure_stops_them(tmp_path: Path) -> None:
    chain = (code("print(1)"), code("print(2); raise SystemExit(4)"), code("print(3)"))
    assert error_of(ask(command(tmp_path, *chain))).exit_code == 4
    answer = ask(command(tmp_path, *chain, parse="exit"))
    assert output_of(answer) == {"exit_code": 4, "stdout": "1\n2\n", "stderr": ""}


def test_commands_run_in_the_project_folder(tmp_path: Path) -> None:
    answer = ask(command(tmp_path, code("import os; print(os.getcwd(), end='')"), parse="text"))
    assert output_of(answer) == os.path.realpath(tmp_path)


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    answer = lines(tmp_path, read("with.x"), x="$(touch pwned); `id` && * ~ 'a b'")
    assert output_of(answer) == ["$(touch pwned); `id` && * ~ 'a b'"]
    assert not (tmp_path / "pwned").exists()


def test_arguments_that_are_no_text_are_written_as_by_str(tmp_path: Path) -> None:
    items = (read("with.a"), read("with.b"), read("with.c"), read("with.d"), read("with.e"))
    answer = lines(tmp_path, *items, a=True, b=None, c=1.5, d=["é", 1], e={"k": "v"})
    assert output_of(answer) == ["true", "null", "1.5", '["é",1]', '{"k":"v"}']


def test_text_with_expressions_is_one_argument(tmp_path: Path) -> None:
    item = TextValue(kind="text", parts=("--max-count=", read("with.n + 1"), " x"))
    assert output_of(lines(tmp_path, item, n=4)) == ["--max-count=5 x"]


@pytest.mark.parametrize(
    "item",
    [read("with.x"), TextValue(kind="text", parts=(read("with.x"), "y"))],
)
def test_data_are_never_options(tmp_path: Path, item: Value) -> None:
    error = error_of(lines(tmp_path, item, x="--upload-pack=touch pwned"))
    assert error.code == "input.invalid"
    assert "argument 3" in error.message
    assert "must not be read as an option" in error.message
    assert error_of(lines(tmp_path, item, x=-5)).code == "input.invalid"


def test_after_a_written_double_dash_data_may_begin_with_a_dash(tmp_path: Path) -> None:
    assert output_of(lines(tmp_path, word("--"), read("with.x"), x="-n")) == ["--", "-n"]


def test_a_double_dash_from_data_does_not_end_the_options(tmp_path: Path) -> None:
    assert error_of(lines(tmp_path, read("with.x"), read("with.x"), x="--")).code == "input.invalid"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_characters_that_no_program_can_be_given_are_refused(tmp_path: Path, text: str) -> None:
    assert error_of(lines(tmp_path, read("with.x"), x=text)).code == "input.invalid"


def test_an_argument_that_is_too_long_is_refused_with_a_hint(tmp_path: Path) -> None:
    error = error_of(lines(tmp_path, read("with.x"), x="x" * 2_000_000))
    assert error.code == "input.invalid"
    assert "use `stdin`" in error.message


def test_a_missing_member_of_with_is_told_by_its_code(tmp_path: Path) -> None:
    error = error_of(lines(tmp_path, read("with.absent")))
    assert (error.code, error.layer) == ("expression.missing", "user")


def test_the_with_map_is_in_the_environment_as_json(tmp_path: Path) -> None:
    source = "import os; print(os.environ['MELODY_INPUT'])"
    answer = ask(command(tmp_path, code(source), parse="json"), {"a": ["é"]})
    assert output_of(answer) == {"a": ["é"]}


def test_standard_input_is_text_or_json_and_else_empty(tmp_path: Path) -> None:
    source = code("import sys; print(sys.stdin.read(), end='')")
    for value, seen in (
        ("héllo\n", "héllo\n"),
        ({"a": 1}, '{"a":1}'),
        ("x" * 300_000, "x" * 300_000),
    ):
        player = command(tmp_path, source, parse="text", stdin=read("with.x"), limit=3_000_000)
        assert output_of(ask(player, {"x": value})) == seen
    assert output_of(ask(command(tmp_path, source, parse="text"), {"x": 1})) == ""


def test_a_program_that_does_not_read_its_input_is_no_failure(tmp_path: Path) -> None:
    player = command(tmp_path, code("pass"), stdin=read("with.x"))
    assert output_of(ask(player, {"x": "x" * 300_000}))["exit_code"] == 0


def test_only_listed_variables_are_inherited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GIT_DIR", "PYTHONPATH", "LD_PRELOAD_X"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_TIME", "C")
    source = "import json, os; print(json.dumps(dict(os.environ)))"
    own = MapValue(kind="map", entries={"OWN": read("with.n"), "HOME": word("/nowhere")})
    seen = output_of(ask(command(tmp_path, code(source), parse="json", env=own), {"n": 3}))
    assert "secret" not in seen.values()
    assert (seen["OWN"], seen["HOME"], seen["LC_TIME"]) == ("3", "/nowhere", "C")
    assert seen["PATH"] == os.environ["PATH"]


def test_a_variable_that_cannot_be_given_is_refused(tmp_path: Path) -> None:
    own = MapValue(kind="map", entries={"A": read("with.n")})
    error = error_of(ask(command(tmp_path, code("pass"), env=own), {"n": "a\0b"}))
    assert error.code == "input.invalid"


def test_a_program_that_is_not_there_is_config_missing(tmp_path: Path) -> None:
    error = error_of(ask(command(tmp_path, (word("absent-program"),))))
    assert error.code == "config.missing"
    assert "'absent-program' was not found on the PATH" in error.message


def test_a_file_that_may_not_be_executed_is_config_missing(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("#!/bin/sh\n", encoding="utf-8")
    error = error_of(ask(command(tmp_path, (word("./tool"),))))
    assert (error.code, "may not be executed" in error.message) == ("config.missing", True)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    error = error_of(ask(command(tmp_path / "gone", code("pass"))))
    assert (error.code, "gone" in error.message) == ("config.missing", True)


def test_a_computed_program_is_asked_of_the_allow_list(tmp_path: Path) -> None:
    player = command(tmp_path, (read("with.tool"),))
    assert error_of(ask(player, {"tool": "rm"})).code == "policy.not_allowed"


def test_too_much_output_stops_the_program(tmp_path: Path) -> None:
    source = "import sys\nwhile True: sys.stdout.write('x' * 1000)"
    error = error_of(ask(command(tmp_path, code(source))))
    assert (error.code, error.policy_limit) == ("policy.output", "output")


def test_output_up_to_the_limit_is_accepted(tmp_path: Path) -> None:
    answer = ask(command(tmp_path, code("print('x' * 9999)"), parse="text"))
    assert len(output_of(answer)) == 10_000


def test_text_that_is_not_utf8_is_replaced(tmp_path: Path) -> None:
    source = "import sys; sys.stdout.buffer.write(b'caf\\xe9')"
    assert output_of(ask(command(tmp_path, code(source), parse="text"))) == "caf\ufffd"


def test_a_child_that_holds_the_output_does_not_delay_the_end_and_is_stopped(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "slept"
    shell = (word("sh"), word("-c"), word(f"(sleep 60; touch {marker}) & echo $!"))
    answer = ask(command(tmp_path, shell, parse="text"))
    assert not marker.exists()
    assert gone(int(output_of(answer)))


def wait_for(ready: Path) -> None:
    """Return when the program has written its line."""
    while not (ready.exists() and ready.read_text(encoding="utf-8").endswith("\n")):
        time.sleep(0.01)


def cancel(player: CommandPerformer, ready: Path) -> None:
    """Cancel a command after the program said that it is ready."""

    async def main() -> None:
        task = asyncio.create_task(player.play(request(), Grant(None)))
        await asyncio.to_thread(wait_for, ready)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds; a zombie has ended."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return True
        if state[0] in "ZX":
            return True
        time.sleep(0.01)
    return False


def test_cancelling_stops_the_program_politely(tmp_path: Path) -> None:
    source = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open('ended', 'w').write('yes'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print(file=open('ready', 'w'))\n"
        "time.sleep(60)\n"
    )
    cancel(command(tmp_path, code(source)), tmp_path / "ready")
    assert (tmp_path / "ended").read_text(encoding="utf-8") == "yes"


def test_cancelling_kills_what_ignores_the_polite_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conductor_core.players.process.GRACE_S", 0.1)
    source = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid(), file=open('ready', 'w'))\n"
        "time.sleep(60)\n"
    )
    ready = tmp_path / "ready"
    cancel(command(tmp_path, code(source)), ready)
    assert gone(int(ready.read_text(encoding="utf-8")))


def test_cancelling_stops_descendants_in_other_sessions_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conductor_core.players.process.GRACE_S", 0.1)
    source = (
        "import subprocess, time\n"
        "same = subprocess.Popen(['sleep', '60'])\n"
        "other = subprocess.Popen(['sleep', '61'], start_new_session=True)\n"
        "print(same.pid, other.pid, file=open('ready', 'w'))\n"
        "time.sleep(60)\n"
    )
    ready = tmp_path / "ready"
    cancel(command(tmp_path, code(source)), ready)
    assert all(gone(int(pid)) for pid in ready.read_text(encoding="utf-8").split())


def test_commands_run_in_a_loop_of_another_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(ask, command(tmp_path, code("print(1)"), parse="text")).result()
    assert output_of(answer) == "1\n"


def test_a_hundred_commands_leave_no_open_files(tmp_path: Path) -> None:
    async def main() -> None:
        player = command(tmp_path, (word("true"),))
        for _ in range(5):
            await asyncio.gather(*(player.play(request(), Grant(None)) for _ in range(20)))

    files = Path("/proc/self/fd")
    before = len(list(files.iterdir()))
    asyncio.run(main())
    assert len(list(files.iterdir())) <= before


def test_json_text_of_arguments_reads_back_as_the_same_data(tmp_path: Path) -> None:
    data = {"a": [1, 2.5, None, True, "é\n"]}
    assert json.loads(output_of(lines(tmp_path, read("with.x"), x=data))[0]) == data
