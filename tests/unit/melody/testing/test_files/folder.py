"""A folder with a Melody and its tests, and what is found in it."""

from __future__ import annotations

from pathlib import Path

from melody.testing.test_files.cases import Case, cases_in
from melody.testing.test_files.verdict import Verdict
from workflow_ir.diagnostics import Diagnostic

NOTES = """\
melody: v1
name: notes
inputs:
  topic: string
  lines: {type: integer, default: 3}
players:
  author: {model: offline, fallback: [intern]}
  intern: {model: offline}
steps:
  draft:
    play: author
    prompt: "${{ inputs.lines }} lines about ${{ inputs.topic }}"
    output: {text: string, lines: integer, tags: "list[string]"}
    policy: {retry: {max_attempts: 2}}
  extra:
    play: intern
    prompt: More
    output: string
    on_failure: [skip]
  route:
    branch:
      - name: long
        when: steps.draft.output.lines > 3
        steps: {cut: {set: "${{ steps.draft.output.text }}"}}
        result: cut
      - {name: short, else: true, result: kept}
outputs:
  text: ${{ steps.draft.output.text }}
  extra: ${{ default(steps.extra.output, 'none') }}
  way: ${{ steps.route.branch }}
"""

GOOD = """\
script:
  players:
    author: {return: {text: It rains., lines: 2, tags: [rain, wet]}}
    intern: {return: More rain.}
"""


def laid(folder: Path, tests: str, *, melody: str = NOTES, name: str = "notes") -> Path:
    """The test file, beside its Melody."""
    (folder / "notes.melody.yaml").write_text(melody, "utf-8")
    path = folder / f"{name}.melody.test.yaml"
    path.write_text(tests, "utf-8")
    return path


def one_test(folder: Path, body: str, *, top: str = "", name: str = "notes") -> Path:
    """A test file with one test on the native engine; ``body`` are keys of the test."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return laid(
        folder, f"on: native\ninputs: {{topic: rain}}\n{top}tests:\n  it:\n{lines}", name=name
    )


def verdicts(path: Path, *, update: bool = False) -> dict[str, Verdict]:
    """Every case of a file, performed, by its name."""
    return {case.name: case.perform(update=update) for case in cases_in(path)}


def problems(path: Path) -> tuple[Diagnostic, ...]:
    """Those of the only case."""
    (verdict,) = verdicts(path).values()
    return verdict.problems


def told(path: Path) -> list[tuple[str, str, str]]:
    """Place, code and message of each problem of the only case."""
    return [
        (f"{one.span.line}:{one.span.column}" if one.span else "", one.code, one.message)
        for one in problems(path)
    ]


def names(cases: tuple[Case, ...]) -> list[str]:
    return [case.name for case in cases]
