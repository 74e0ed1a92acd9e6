"""Processes that ended badly: their codes, their signals, what they said last."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from conductor_core.failure.classify import classify
from conductor_core.failure.exit_code import from_exit_code
from conductor_core.failure.told import HIGHEST
from tests.unit.conductor_core.failure.foreign import made

TRACEBACK = "Traceback (most recent call last)"


@pytest.mark.parametrize(
    ("exit_code", "code", "meaning"),
    [
        (1, "player.crash", ""),
        (2, "input.invalid", "it was called wrongly"),
        (124, "timeout.attempt", "its own time limit passed"),
        (126, "config.missing", "it is not executable"),
        (127, "config.missing", "it was not found"),
        (128, "player.crash", ""),
        (-9, "resource.memory", "it was killed from outside, often for want of memory"),
        (137, "resource.memory", "it was killed from outside, often for want of memory"),
        (-24, "policy.cpu", "it used up its processor time"),
        (152, "policy.cpu", "it used up its processor time"),
        (129, "player.crash", "signal SIGHUP"),
        (-15, "player.crash", "signal SIGTERM"),
        (143, "player.crash", "signal SIGTERM"),
        (-11, "player.crash", "signal SIGSEGV"),
        (139, "player.crash", "signal SIGSEGV"),
        (-6, "player.crash", "signal SIGABRT"),
        (-99, "player.crash", "signal 99"),
        (159, "player.crash", "signal SIGSYS"),
        (160, "player.crash", ""),
        (200, "player.crash", ""),
    ],
)
def test_exit_codes_have_the_code_and_the_meaning_of_the_table(
    exit_code: int, code: str, meaning: str
) -> None:
    error = from_exit_code(exit_code, program="git", said="one\nlast words\n\n")
    facts = [f"'git' ended with exit code {exit_code}", meaning, "last words"]
    assert (error.code, error.exit_code) == (code, exit_code)
    assert error.message == ": ".join(fact for fact in facts if fact)
    assert error.detail == {"stderr": "one\nlast words\n\n"}


def test_a_process_without_a_name_that_said_nothing_is_told_by_its_code_alone() -> None:
    error = from_exit_code(1)
    assert (error.message, error.detail) == ("'the process' ended with exit code 1", {})


def test_what_we_stopped_ourselves_is_told_by_the_limit() -> None:
    error = from_exit_code(-9, program="git", stopped_for="policy.wall_time")
    assert error.code == "policy.wall_time"
    assert error.message == "'git' ended with exit code -9: it was stopped at a limit of policy"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (f"{TRACEBACK}:\n  here\nKeyError: 'a'\n", "player.bug"),
        (f"{TRACEBACK}:\n  here\nNotImplementedError", "player.bug"),
        (f"{TRACEBACK}:\n  here\nhttpx.ReadTimeout: slow", "transport.read"),
        (f"{TRACEBACK}:\n  here\nopenai.RateLimitError: no", "player.crash"),
        (f"{TRACEBACK}:\n  here\nacme.Strange: odd", "player.crash"),
        (f"{TRACEBACK}:\n  here\n(no exception)", "player.crash"),
        ("KeyError: 'a'", "player.crash"),
    ],
)
def test_the_end_of_a_traceback_tells_the_error(said: str, code: str) -> None:
    assert from_exit_code(1, said=said).code == code


def test_the_end_of_what_a_process_said_is_kept_without_credentials() -> None:
    assert from_exit_code(1, said="a" * 1999 + "b" * 1999).detail == {"stderr": "a" + "b" * 1999}
    assert from_exit_code(1, said="bad ghp_0123456789\n").detail == {"stderr": "bad ***\n"}


def test_only_the_last_four_thousand_characters_are_looked_at() -> None:
    key = "ghp_" + "0" * 3900
    detail = from_exit_code(1, said="a" * 3000 + " " + key).detail
    assert detail == {"stderr": "a" * 95 + " ***"}


def failed(command: Any, said: Any = None, code: int = 1) -> BaseException:
    return subprocess.CalledProcessError(code, command, stderr=said)


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (["git", "commit", "-m"], "git"),
        (("git", "commit"), "git"),
        ("git commit -m x", "git"),
        ("  git", "git"),
        ("", "the process"),
        ("  ", "the process"),
        ([], "the process"),
        ([" "], "the process"),
        ([3], "the process"),
        (None, "the process"),
        (3, "the process"),
        ("\x1b git", "the process"),
    ],
)
def test_a_failed_command_is_named_by_its_program(command: object, program: str) -> None:
    error = classify(failed(command))
    assert error.message == f"{program!r} ended with exit code 1"
    assert (error.code, error.detail) == ("player.crash", {})


@pytest.mark.parametrize(
    ("said", "kept"), [("bad\n", "bad\n"), (b"bad\n", "bad\n"), (b"bad \xff", "bad \ufffd")]
)
def test_what_a_failed_command_said_is_kept_as_text_or_bytes(said: str | bytes, kept: str) -> None:
    error = classify(failed("git", said, code=127))
    assert error.message == f"'git' ended with exit code 127: it was not found: {kept.strip()}"
    assert error.detail == {"stderr": kept}


@pytest.mark.parametrize("said", [None, 3, ["a"]])
def test_what_is_no_text_was_not_said(said: object) -> None:
    error = classify(failed("git", said))
    assert (error.message, error.detail) == ("'git' ended with exit code 1", {})


@pytest.mark.parametrize("code", [HIGHEST - 1, 1 - HIGHEST, 1, -1])
def test_a_number_of_a_process_is_its_exit_code(code: int) -> None:
    assert classify(made("x", "Ended", returncode=code)("y")).exit_code == code


@pytest.mark.parametrize("code", [HIGHEST, -HIGHEST, 0, True, "1", None])
def test_what_can_be_no_exit_code_is_none(code: object) -> None:
    error = classify(made("x", "Ended", returncode=code)("y"))
    assert (error.code, error.exit_code, error.message) == ("player.crash", None, "Ended: y")
