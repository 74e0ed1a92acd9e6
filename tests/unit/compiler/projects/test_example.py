"""The models, players and policy that the specification shows (spec 2, first example)."""

from __future__ import annotations

from pathlib import Path

from compiler.pipeline import compile_file
from workflow_ir.canonical import plain
from workflow_ir.render import render_text
from workflow_ir.workflow import WorkflowIR

MELODY = """\
melody: v1
name: quality_routed_code
version: 1.0.0
description: Draft code, score it, route by the score, publish.

models:                         # aliases: no vendor name below this section
  smart: openai/gpt-5
  cheap: {model: openai/gpt-5-mini, temperature: 0}

players:                        # who can perform; exactly one KIND key each
  coder:   {model: smart, system: "You write small, tested programs.", fallback: [junior],
            importance: critical}
  junior:  {model: cheap}
  judge:   {model: cheap, provides: [code.score], cost: {usd: 0.002}}
  writer:  {agent: {role: Editor, goal: Clear docs, backstory: Ex-newspaper}, model: smart,
            tools: [search, fmt]}
  search:  {http: {method: GET, url: "https://example.com/search", query: {q: "${{ with.q }}"}}}
  fmt:     {command: [ruff, format, "-"], stdin: "${{ with.code }}", parse: text}
  score:   {python: "samples.scoring:score", effects: none, isolation: worker}
  files:   {mcp: {command: [mcp-files, --root, .]}, tool: write_file, effects: idempotent}

policy:                         # bounds, except retry, which is a default
  timeout: 5m
  budget: {usd: 2.00, tokens: 200000, wall: 30m}

steps:
  draft: {play: coder, prompt: Write it, output: {code: string}}
  quality: {play: judge, with: {code: "${{ steps.draft.output.code }}"}}
  text: {play: writer, prompt: "About ${{ steps.draft.output.code }}"}
  rated: {play: score, with: {code: "${{ steps.draft.output.code }}"}}
  publish: {play: files, with: {path: out/code.py, content: "${{ steps.text.output }}"}}
"""
PROJECT = (
    "allow: {mcp: [[mcp-files, --root, .]], python: [samples.*], command: [ruff],"
    " http: [example.com]}\n"
)


def test_it_lowers_without_a_word_where_the_project_allows_it(tmp_path: Path) -> None:
    tmp_path.joinpath("melody.project.yaml").write_text(PROJECT)
    path = tmp_path / "code.melody.yaml"
    path.write_text(MELODY)
    made = compile_file(path, will_run=True)
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    assert made.diagnostics == ()
    kinds = {name: player.kind for name, player in made.ir.players.items()}
    assert kinds == {
        "coder": "model", "junior": "model", "judge": "model", "writer": "agent",
        "search": "http", "fmt": "command", "score": "python", "files": "mcp",
    }  # fmt: skip
    assert plain(made.ir.policy) == {"budget": {"usd": 2.0, "tokens": 200000, "wall_s": 1800.0}}
    assert WorkflowIR.from_json(made.ir.to_json()).hash == made.ir.hash


def test_without_the_line_of_the_project_every_target_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "code.melody.yaml"
    path.write_text(MELODY)
    made = compile_file(path, will_run=True)
    lines = sorted((one.help or "").split("`")[1] for one in made.errors)
    assert {one.code for one in made.errors} == {"MEL401"}
    assert lines == [
        "allow: {command: [ruff]}",
        "allow: {http: [example.com]}",
        'allow: {mcp: [[mcp-files, --root, "."]]}',
        "allow: {python: [samples.scoring]}",
    ]
    allowing = tmp_path / "melody.project.yaml"
    parts = ", ".join(line.removeprefix("allow: {").removesuffix("}") for line in lines)
    allowing.write_text(f"allow: {{{parts}}}\n")
    assert compile_file(path, will_run=True).diagnostics == ()
