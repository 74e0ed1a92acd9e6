"""Programs as players of a generated project."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage, cancelled_when

HEAD = "import json, os, pathlib, signal, subprocess, sys, time\n"


def stage(folder: Path, body: str, *, with_: str = "{}", facts: str = "", argv: str = "") -> Stage:
    """A player that runs Python text as a program of its own, ``argv`` behind it."""
    text = f"""
players:
  one:
    command: [{sys.executable}, -c, {json.dumps(HEAD + body)}{argv}]
{facts}
inputs: {{x: {{type: string, default: ""}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    return Stage(folder, text)


@pytest.mark.parametrize(
    ("facts", "output"),
    [
        ("    parse: text", "a é\nb\n"),
        ("    parse: lines", ["a é", "b"]),
        ("", {"exit_code": 0, "stdout": "a é\nb\n", "stderr": "c"}),
        ("    parse: exit", {"exit_code": 0, "stdout": "a é\nb\n", "stderr": "c"}),
    ],
)
def test_what_is_written_becomes_the_output(tmp_path: Path, facts: str, output: Any) -> None:
    body = "sys.stdout.buffer.write('a é\\nb\\n'.encode()); sys.stderr.write('c')"
    assert stage(tmp_path, body, facts=facts).output() == output


def test_output_that_is_no_utf8_is_replaced(tmp_path: Path) -> None:
    body = "sys.stdout.buffer.write(b'\\xff')"
    assert stage(tmp_path, body, facts="    parse: text").output() == "\ufffd"


def test_json_becomes_data_and_what_is_none_is_a_failure(tmp_path: Path) -> None:
    parse = "    parse: json"
    assert stage(tmp_path, "print('[1, {}]')", facts=parse).output() == [1, {}]
    assert stage(tmp_path, "print('[1')", facts=parse).code() == "output.format"
    assert stage(tmp_path, "print('NaN')", facts=parse).code() == "output.format"
    assert stage(tmp_path, "pass", facts=parse).code() == "output.format"


def test_a_program_reads_its_input_and_the_data_of_the_step(tmp_path: Path) -> None:
    body = "print(json.dumps([sys.stdin.read(), os.environ['MELODY_INPUT'], sys.argv[1:]]))"
    made = stage(
        tmp_path,
        body,
        with_='{text: "é b", n: 2, odd: {a: [true, null]}}',
        facts='    parse: json\n    stdin: "${{ with.n }}"',
        argv=', "${{ with.text }}", "n=${{ with.n }}", "${{ with.odd }}", 7',
    )
    given = '{"text":"é b","n":2,"odd":{"a":[true,null]}}'
    assert made.output() == ["2", given, ["é b", "n=2", '{"a":[true,null]}', "7"]]


def test_data_that_are_too_large_for_the_environment_are_left_out_of_it(tmp_path: Path) -> None:
    body = "print('MELODY_INPUT' in os.environ, len(sys.stdin.read()))"
    text = "x" * 100_000
    made = stage(
        tmp_path,
        body,
        with_=f"{{text: {text}}}",
        facts='    parse: text\n    stdin: "${{ with.text }}"',
    )
    assert made.output() == "False 100000\n"


def test_a_program_that_does_not_read_its_input_is_well(tmp_path: Path) -> None:
    facts = '    parse: text\n    stdin: "${{ with.text }}"'
    made = stage(tmp_path, "print(1)", with_=f"{{text: {'x' * 200_000}}}", facts=facts)
    assert made.output() == "1\n"


def test_a_program_sees_few_variables_and_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hush")
    monkeypatch.setenv("LC_PAPER", "de")
    monkeypatch.setenv("TOKEN", "abc")
    body = "print(json.dumps([os.environ.get(n) for n in sys.argv[1:]]))"
    made = stage(
        tmp_path,
        body,
        with_="{n: 3}",
        facts=(
            "    parse: json\n"
            '    env: {HEADER: "Bearer ${{ secrets.TOKEN }}", N: "${{ with.n }}", OFF: true}'
        ),
        argv=", OPENAI_API_KEY, TOKEN, LC_PAPER, HEADER, N, OFF, HOME",
    )
    home = os.environ["HOME"]
    # ``melody run`` masks what it shows of a secret.
    assert made.report()["steps"]["it"]["output"] == [
        None, None, "de", "Bearer abc", "3", "true", home
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("sys.exit(1)", "player.crash"),
        ("sys.exit(2)", "input.invalid"),
        ("sys.exit(124)", "timeout.attempt"),
        ("sys.exit(127)", "config.missing"),
        ("sys.exit(137)", "resource.memory"),
        ("sys.exit(143)", "player.crash"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "resource.memory"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "player.crash"),
        ("os.kill(os.getpid(), 40)", "player.crash"),
        ("raise ValueError('no')", "player.bug"),
        ("raise ConnectionRefusedError(1, 'no')", "transport.connect"),
        ("print('x' * 17_000_000)", "policy.output"),
    ],
)
def test_an_exit_code_stands_for_a_failure(tmp_path: Path, body: str, code: str) -> None:
    assert stage(tmp_path, body).code() == code


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_program_that_writes_too_much_is_ended_and_leaves_nothing_open(
    tmp_path: Path, stubborn: bool
) -> None:
    ignored = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" * stubborn
    body = f"{ignored}print('x' * 17_000_000)\ntime.sleep(300)"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        step = stage(tmp_path, body).report()["steps"]["it"]
        gc.collect()
    assert step["attempts"][0]["error"]["code"] == "policy.output"
    assert [str(one.message) for one in told] == []


def test_the_last_line_of_the_errors_is_in_the_message(tmp_path: Path) -> None:
    body = "sys.stderr.write('first\\nlast\\n\\n'); sys.exit(1)"
    report = stage(tmp_path, body).whole()
    assert report["error"]["message"].endswith("ended with exit code 1: last")


def test_an_exit_code_may_be_the_result(tmp_path: Path) -> None:
    made = stage(tmp_path, "sys.exit(3)", facts="    parse: exit")
    assert made.output() == {"exit_code": 3, "stdout": "", "stderr": ""}


def test_the_first_program_that_fails_ends_the_others(tmp_path: Path) -> None:
    text = """
steps:
  it: {run: "sh -c 'printf a' && sh -c 'printf b; exit 3' && touch never", parse: exit}
outputs: {}
"""
    made = Stage(tmp_path, text)
    assert made.output() == {"exit_code": 3, "stdout": "ab", "stderr": ""}


@pytest.mark.parametrize("program", ["no-such-program-here", "./notes.txt"])
def test_a_program_that_cannot_be_started_is_missing(tmp_path: Path, program: str) -> None:
    text = f"""
players: {{one: {{command: [{program}]}}}}
steps: {{it: {{play: one, ONCE}}}}
outputs: {{}}
"""
    made = Stage(tmp_path, text, files={"notes.txt": "nothing"})
    assert made.code() == "config.missing"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (', "${{ with.x }}"', "input.invalid"),
        (', "${{ with.x }}y"', "input.invalid"),
        (', "y${{ with.x }}"', None),
        (', --, "${{ with.x }}"', None),
        (', "${{ with.safe }}", -x', None),
    ],
)
def test_data_are_never_options(tmp_path: Path, argv: str, code: str | None) -> None:
    made = stage(tmp_path, "pass", with_='{x: "-rf", safe: a}', argv=argv)
    if code is None:
        assert made.step()["status"] == "succeeded"
    else:
        assert made.code() == code


def test_a_nul_in_an_argument_is_invalid_input(tmp_path: Path) -> None:
    made = stage(tmp_path, "pass", with_='{x: "${{ inputs.x }}"}', argv=', "${{ with.x }}"')
    assert made.code(x="a\0b") == "input.invalid"


def test_a_bound_of_memory_holds(tmp_path: Path) -> None:
    body = "x = bytearray(2_000_000_000)"
    made = stage(tmp_path, body, facts="    limits: {memory: 500MB}")
    assert made.report()["steps"]["it"]["attempts"][0]["error"]["code"] in (
        "policy.memory",
        "resource.memory",
    )
    assert stage(tmp_path, "print(1)", facts="    limits: {memory: 500MB}").output()


def ends(pid: int) -> bool:
    """Whether a process comes to its end that was told to."""
    for _ in range(500):
        if not lives(pid):
            return True
        time.sleep(0.02)
    return False


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_cancelling_ends_a_program_with_its_children(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    body = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '300'])\n"
        f"pathlib.Path({str(file)!r}).write_text(f'{{os.getpid()}} {{child.pid}}.')\n"
        "time.sleep(300)"
    )
    made = stage(tmp_path, body)
    with cancelled_when(lambda: file.exists() and file.read_text().endswith("."), made.run):
        pids = [int(pid) for pid in file.read_text().rstrip(".").split()]
        assert len(pids) == 2
        assert all(map(ends, pids))


def test_a_child_that_is_left_behind_ends_with_its_program(tmp_path: Path) -> None:
    body = (
        "nothing = {name: subprocess.DEVNULL for name in ('stdin', 'stdout', 'stderr')}\n"
        "print(subprocess.Popen(['sleep', '300'], **nothing).pid)"
    )
    made = stage(tmp_path, body, facts="    parse: json")
    pid = made.report()["steps"]["it"]["output"]
    assert ends(pid)
