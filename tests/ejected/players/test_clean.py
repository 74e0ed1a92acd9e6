"""What is generated for players is such that its owner's tools have nothing to say."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from adapters import registry
from adapters.emitter.project import Sources
from melody.ejecting.laid_out import lay_out
from tests.ejected.test_clean import RULES, complaints, under
from tests.unit.adapters.emitter.players.cast_of import compiled

MODELS = """
models:
  none: offline/basic
  smart: {model: openai/house, temperature: 0.2}
  claude: anthropic/claude
"""
PLAYERS = {
    "python": 'one: {python: "json:loads"}',
    "own": 'one: {python: "band:sing"}',
    "found": 'one: {python: "chœur:chanter"}',
    "apart": 'one: {python: "band:sing", isolation: process}',
    "program": 'one: {command: [echo, "${{ with.a }}"], env: {T: "${{ secrets.T }}"}}',
    "bound_program": "one: {command: [ls], limits: {memory: 1GB}}",
    "address": 'one: {http: {url: "https://${{ with.a }}.example/${{ with.a }}?q=${{ with.a }}"}}',
    "offline": "one: {model: none}",
    "openai": "one: {model: smart}",
    "anthropic": "one: {model: claude}",
    "both": "one: {model: smart, fallback: [two]}, two: {model: claude, fallback: [three]},"
    " three: {model: none}",
    "offline_agent": "one: {agent: {role: a, goal: b}, model: none, tools: [two]},"
    " two: {command: [ls]}",
    "openai_agent": "one: {agent: {role: a, goal: b}, model: smart, tools: [two]},"
    " two: {command: [ls]}",
    "anthropic_agent": "one: {agent: {role: a, goal: b}, model: claude}",
    "started": "one: {mcp: {command: [tools, -x]}, tool: t}",
    "reached": 'one: {mcp: {url: "https://a.example/mcp"}, tool: t}',
    "servers": "one: {mcp: {command: [tools, -x]}, tool: t, fallback: [two]},"
    ' two: {mcp: {url: "https://a.example/mcp"}, tool: t}',
    "framework": 'one: {framework: "band:graph"}',
}
ONE = 'one: {python: "band:sing"'
SPOKEN = {
    "Grant": {"plain": f"{ONE}}}", "apart": f"{ONE}, isolation: process}}"},
    "PlayRequest": {"plain": f"{ONE}}}"},
    "StandardError": {"plain": f"{ONE}}}", "apart": f"{ONE}, isolation: process}}"},
    "Success": {"plain": f"{ONE}}}", "granted": f"{ONE}, grant: {{attempts: 2}}}}"},
    "Grant, PlayRequest, StandardError, Success": {
        "plain": f"{ONE}, fallback: [two]}}, two: {{command: [ls], effects: once}}",
        "granted": f"{ONE}, grant: {{attempts: 2}}, cost: {{usd: 1}}}}",
    },
}
"""By the words that the user's own file speaks."""
BOUND = {
    "free": "",
    "bound": ", policy: {may_degrade: false, budget: {usd: 3, tokens: 5}, retry:"
    " {max_attempts: 3, on: [http.503], vary: [{temperature: 0.5}]}}, idempotency_key: k",
    "tokens": ", policy: {budget: {tokens: 5}, hedge: {delay: 5s}, breaker: {}}",
}
MORE = {
    "key": 'idempotency_key: "k"',
    "vary": "policy: {retry: {max_attempts: 3, vary: [{model: claude, temperature: 0.1}]}}",
}
VARIED = {
    "key": {"address": PLAYERS["address"]},
    "vary": {name: PLAYERS[name] for name in ("both", "openai_agent", "anthropic_agent", "openai")},
}


BAND = """import pydantic

graph: object = None


def sing(a: str) -> str:
    return a
"""


def test_ruff_and_mypy_have_nothing_to_say(tmp_path: Path) -> None:
    melodies = {name: (players, "", BAND) for name, players in PLAYERS.items()}
    for more, known in VARIED.items():
        melodies |= {
            f"{name}_{more}": (one, f", {MORE[more]}", BAND) for name, one in known.items()
        }
    every: list[str] = []
    for spoken, some in SPOKEN.items():
        band = f"from melody import {spoken}\n{BAND.removeprefix('import pydantic')}"
        melodies |= {
            f"{''.join(filter(str.isupper, spoken)).lower()}_{name}_{bound}": (one, more, band)
            for name, one in some.items()
            for bound, more in BOUND.items()
        }
    for name, (players, more, band) in melodies.items():
        ir = compiled(
            f"{MODELS}players: {{{players}}}\n"
            f"steps: {{it: {{play: one, with: {{a: x}}{more}}}}}\noutputs: {{}}\n"
        )
        sources = Sources({"band.py": band})
        for target in ("native", "langgraph"):
            package, laid = f"{target}_{name}", tmp_path / "laid" / f"{target}_{name}"
            laid.mkdir(parents=True)
            project = under(registry.load(target).emit(ir, sources), package)
            lay_out(project, laid)
            shutil.copytree(laid / "src" / project.name, tmp_path / "all" / package)
            every += [
                f"{package}/{path.relative_to(tmp_path / 'all' / package)}"
                for path in sorted((tmp_path / "all" / package).rglob("*.py"))
            ]
    folder = tmp_path / "all"
    listed = [path for path in every if path.split("/")[1] != "project"]
    options = ["--isolated", "--no-cache", "--target-version", "py311", "--line-length", "100"]
    check = ["ruff", "check", *options, "--select", RULES, "--output-format", "concise"]
    assert complaints(check, folder, listed) == ""
    assert complaints(["ruff", "format", "--check", *options], folder, listed) == ""
    strict = ["mypy", "--strict", "--python-version", "3.11", "--follow-imports", "silent"]
    apart = ["--config-file", "", "--cache-dir", os.devnull]
    assert complaints([*strict, *apart], folder, listed) == ""
