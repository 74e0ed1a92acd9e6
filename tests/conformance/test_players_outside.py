"""Players that reach others outside perform alike on every backend: real servers count calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.performing import Performed, perform, workflow
from tests.conformance.stage import BACKENDS, adapter_of
from tests.servers.plain_http import PlainServer, answer, in_turn, plain_server
from tests.unit.conductor_core.players.mcp.stand import ARGV
from workflow_ir.result import StepRecord

OUTSIDE = """melody: v1
name: outside
players:
  look: {http: {url: "URL/item/${{ with.id }}", headers: {X-Key: "${{ secrets.KEY }}"}}}
  book: {http: {method: POST, url: "URL/book", json: "${{ with }}"}}
  gone: {http: {url: "URL/gone"}, fallback: [local]}
  local: {plugin: local-hand}
  adder: {mcp: {command: ARGV}, tool: add}
  grump: {mcp: {command: ARGV}, tool: fail}
steps:
  items: {for_each: "${{ ['a b', 'c/d'] }}", as: id, play: look, with: {id: "${{ id }}"}}
  booked:
    play: book
    with: {names: "${{ steps.items.output }}"}
    policy: {retry: {max_attempts: 3, backoff: constant, initial: 10ms}}
  local: {play: gone, with: {n: 2}, on_failure: fallback}
  sum: {play: adder, with: {a: "${{ steps.local.output.n }}", b: 40}}
  many: {for_each: "${{ range(3) }}", as: n, play: adder, with: {a: "${{ n }}", b: 1}}
  grumpy: {play: grump, with: {why: no}, policy: {retry: {max_attempts: 1}}, on_failure: skip}
outputs: {booked: "${{ steps.booked.output }}", sum: "${{ steps.sum.output.total }}"}
"""

PLUGIN = """
class Hand:
    async def play(self, request, grant):
        return {"n": request.with_["n"], "by": request.player}
"""


@pytest.fixture
def server() -> Iterator[PlainServer]:
    book = in_turn(
        answer("later", "Retry-After: 0.02", status="503 Busy"),
        answer("later", status="409 Conflict"),
        answer('{"ok": true}', kind="application/json"),
    )
    with plain_server(item=answer('{"name": "x"}', kind="application/json"), book=book) as running:
        yield running


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "local_hand-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: local-hand\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[melody.players]\nlocal-hand = local_hand_of_tests:Hand\n"
    )
    (tmp_path / "local_hand_of_tests.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path))


def outside(server: PlainServer, log: Path, backend: str, start: Start) -> Performed:
    argv = (*ARGV, "--log", str(log))
    text = OUTSIDE.replace("URL", server.url("")).replace("ARGV", json.dumps(argv))
    tree: dict[str, Any] = {
        "about": "Players that reach others outside.",
        "melody": text,
        "allow": {
            "http": ["127.0.0.1"],
            "private_addresses": ["127.0.0.1"],
            "plugin": ["local-*"],
            "mcp": [list(argv)],
        },
        "secrets": {"KEY": "hush-hush"},
        "expect": {"status": "degraded", "steps": {}},
    }
    case, adapter = Case.of("outside", tree), adapter_of(backend)
    return perform(case, adapter, adapter.compile(workflow(case)), start)


def lines(step: StepRecord) -> list[str]:
    codes = (one.error.code if one.error else one.outcome for one in step.attempts)
    return [f"{one.player} {code}" for one, code in zip(step.attempts, codes, strict=True)]


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_they_perform_alike_and_are_asked_as_often(
    server: PlainServer, tmp_path: Path, backend: str, start: Start
) -> None:
    log = tmp_path / "log"
    performed = outside(server, log, backend, start)
    result = performed.result
    assert (result.error, result.status.value) == (None, "degraded")
    assert result.outputs == {"booked": {"ok": True}, "sum": 42}
    told = {path: lines(step) for path, step in result.steps.items() if step.attempts}
    assert told == {
        "items[0]": ["look success"],
        "items[1]": ["look success"],
        "booked": ["book http.503", "book http.409", "book success"],
        "local": ["gone http.404", "local success"],
        "sum": ["adder success"],
        "many[0]": ["adder success"],
        "many[1]": ["adder success"],
        "many[2]": ["adder success"],
        "grumpy": ["grump unable_to_complete"],
    }
    asked = sorted(f"{one.method} {one.target}" for one in server.asked)
    assert asked == [
        "GET /gone", "GET /item/a%20b", "GET /item/c%2Fd", *["POST /book"] * 3,
    ]  # fmt: skip
    keys = [one.headers.get("idempotency-key") for one in server.asked if one.method == "POST"]
    assert len(set(keys)) == 1
    assert all(one.headers["x-key"] == "hush-hush" for one in server.asked if "item" in one.target)
    assert "hush-hush" not in repr((performed.result, performed.events))
    calls = [line.split()[0] for line in log.read_text().splitlines()]
    assert sorted(calls) == ["add"] * 4 + ["fail"]
