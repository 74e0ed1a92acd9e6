"""A real MCP server that is started: used, broken, and ended with all that it has started."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conductor_core.players.asking import error_of, output_of, request
from tests.unit.conductor_core.players.mcp.stand import ARGV, lives, performer, use
from workflow_ir.outcome import StandardError, Success


def once(
    tool: str, /, with_: dict[str, Any] | None = None, **facts: Any
) -> Success | StandardError:
    async def run() -> Success | StandardError:
        playing = performer(tool, **facts)
        try:
            return await use(playing, **(with_ or {}))
        finally:
            await playing.aclose()

    return asyncio.run(run())


def test_calls_of_a_run_share_one_server_and_it_ends_with_the_run(tmp_path: Path) -> None:
    log = tmp_path / "log"

    async def run() -> list[Success | StandardError]:
        playing = performer("add", command=(*ARGV, "--log", str(log)))
        first = await use(playing, a=1, b=2)
        rest = await asyncio.gather(*(use(playing, a=n, b=n) for n in range(3)))
        await playing.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return [first, *rest]

    answers = asyncio.run(run())
    assert [output_of(one) for one in answers] == [{"total": n} for n in (3, 0, 2, 4)]
    pids = {line.split()[-1] for line in log.read_text().splitlines()}
    assert len(pids) == 1
    assert not lives(int(pids.pop()))


def test_structured_content_is_the_output_and_texts_are_joined_without_it() -> None:
    assert output_of(once("greet", {"name": "Ada"})) == "Hello Ada.\nGoodbye."


def test_a_tool_that_says_it_failed_is_unable_to_complete() -> None:
    error = error_of(once("fail", {"why": "no paper"}))
    assert (error.code, error.error_class.value) == ("unable_to_complete", "orchestration")
    assert "no paper" in error.message


def test_a_picture_is_no_output() -> None:
    error = error_of(once("picture"))
    assert error.code == "output.format"
    assert "image" in error.message


def test_an_unknown_tool_is_told_with_the_nearest_name() -> None:
    error = error_of(once("gret"))
    assert error.code == "config.missing"
    assert "did you mean 'greet'?" in error.message


def test_a_server_that_dies_is_a_broken_transport_and_the_next_attempt_starts_another() -> None:
    async def run() -> list[Success | StandardError]:
        playing = performer("die")
        answers = [await use(playing), await use(playing)]
        await playing.aclose()
        return answers

    for error in map(error_of, asyncio.run(run())):
        assert error.code == "transport.read"
        assert error.message.endswith("has ended: I am dying")


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (("absent-program",), "config.missing", "absent-program"),
        ((sys.executable, "-c", "raise SystemExit('no licence')"), "transport.read", "no licence"),
        ((sys.executable, "-c", "print('hello')"), "transport.read", "has ended"),
    ],
)
def test_a_server_that_does_not_come_up_is_told(
    command: tuple[str, ...], code: str, told: str
) -> None:
    error = error_of(once("add", command=command))
    assert error.code == code
    assert told in error.message


def test_a_server_that_dies_is_told_though_a_child_holds_its_output(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    error = error_of(once("die_and_leave", {"file": str(pids)}))
    assert error.code == "transport.read"
    assert not any(lives(int(pid)) for pid in pids.read_text().split())


def test_a_cancelled_call_ends_the_server_and_its_children(tmp_path: Path) -> None:
    file = tmp_path / "pids"

    async def run() -> None:
        playing = performer("hang")
        calling = asyncio.create_task(use(playing, file=str(file)))
        while not file.exists() or not file.read_text():  # noqa: ASYNC110 - it tells so
            await asyncio.sleep(0.05)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        left = [int(pid) for pid in file.read_text().split()]
        assert len(left) == 2
        assert [pid for pid in left if lives(pid)] == []
        await playing.aclose()

    asyncio.run(run())


def test_cancelling_one_call_leaves_the_others_of_its_server_alone(tmp_path: Path) -> None:
    async def run() -> None:
        playing = performer("slow")
        output_of(await use(playing, seconds=0))
        others = asyncio.create_task(use(playing, seconds=1.0))
        stuck = asyncio.create_task(use(playing, seconds=300))
        await asyncio.sleep(0.1)
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
        assert output_of(await others) == "done"
        await playing.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_server_sees_its_own_environment_and_no_key_of_a_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never")
    own = {
        "kind": "map",
        "entries": {"OWN": {"kind": "expr", "source": "secrets.KEY + with.more"}},
    }
    for name, seen in (("OWN", "hush-hush!"), ("OPENAI_API_KEY", "absent"), ("HOME", None)):
        answer = output_of(once("env", {"name": name, "more": "!"}, env=own))
        assert answer == seen or seen is None


def test_an_answer_over_the_limit_is_policy_output() -> None:
    async def run() -> list[Success | StandardError]:
        playing = performer("large")
        small = await use(playing, output_bytes=100, size=1000)
        huge = await use(playing, size=20_000_000)
        await playing.aclose()
        return [small, huge]

    assert [error_of(one).code for one in asyncio.run(run())] == ["policy.output"] * 2


def test_lines_that_are_no_messages_are_passed_over(tmp_path: Path) -> None:
    run = f"import runpy; runpy.run_path({ARGV[1]!r}, run_name='__main__')"
    command = (sys.executable, "-c", f"print('Welcome!', flush=True); {run}")
    assert output_of(once("add", {"a": 1, "b": 1}, command=command)) == {"total": 2}


def test_what_the_server_says_of_a_tool_can_be_asked() -> None:
    async def run() -> Any:
        playing = performer("add")
        told = await playing.described(request())
        await playing.aclose()
        return told

    description, schema = asyncio.run(run())
    assert description == ""
    assert set(schema["properties"]) == {"a", "b"}


def test_a_missing_client_is_told_with_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conductor_core.players.mcp.performer.is_installed", lambda: False)
    error = error_of(once("add"))
    assert error.code == "config.missing"
    assert "melody-compiler[mcp]" in error.message
