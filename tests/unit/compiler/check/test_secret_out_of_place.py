from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players: {p: {python: "m:f"}}
steps:
  a: {play: p, with: {all: "${{ secrets }}"}}
"""
SHOWN = """\
error[MEL404]: a secret must be named here, since each is looked up and masked by its name
 --> t.melody.yaml:5:33
  |
5 |   a: {play: p, with: {all: "${{ secrets }}"}}
  |                                 ^^^^^^^
  = help: write `secrets.NAME`, with the name of the environment variable
  = help: melody explain MEL404
"""
LEGAL = """\
players:
  p: {python: "m:f"}
  q: {http: {url: "https://x.test", headers: {key: "Bearer ${{ secrets.KEY }}"}}}
  r: {command: [git], env: {KEY: "${{ secrets.KEY }}"}}
steps:
  a: {play: p, with: {key: "${{ secrets.KEY }}"}}
  b: {run: git, env: {KEY: "${{ secrets.KEY }}"}}
  c: {play: q}
  d: {play: r, compensate: {play: p, with: {key: "${{ secrets.KEY }}"}}}
"""


def test_all_secrets_at_once_are_refused() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_a_name_that_is_computed_is_refused() -> None:
    melody = CASE.replace("secrets }}", "secrets[inputs.x] }}")
    assert codes(f"inputs: {{x: string}}\n{melody}") == ["MEL404"]


def test_secrets_may_stand_in_with_headers_and_env() -> None:
    assert [code for code in codes(LEGAL) if code != "MEL401"] == []


SECRET = '"${{ secrets.KEY }}"'


@pytest.mark.parametrize(
    "melody",
    [
        f"players: {{m: {{model: offline}}}}\nsteps: {{a: {{play: m, prompt: {SECRET}}}}}\n",
        f"steps: {{a: {{set: {SECRET}}}}}\n",
        f"steps: {{a: {{run: [echo, {SECRET}]}}}}\n",
        f"steps: {{a: {{run: echo, stdin: {SECRET}}}}}\n",
        f"steps: {{a: {{approval: {SECRET}}}}}\n",
        f"steps: {{a: {{fail: {{error: a.b, message: {SECRET}}}}}}}\n",
        "steps: {a: {set: 1, when: secrets.KEY != ''}}\n",
        f"steps: {{a: {{set: 1}}}}\noutputs: {{a: {SECRET}}}\n",
        (
            f"players: {{m: {{model: offline, system: {SECRET}}}}}\n"
            "steps: {a: {play: m, prompt: hi}}\n"
        ),
        f"players: {{p: {{command: [git, {SECRET}]}}}}\nsteps: {{a: {{play: p}}}}\n",
        (
            f'players: {{p: {{http: {{url: "https://x.test", query: {{k: {SECRET}}}}}}}}}\n'
            "steps: {a: {play: p}}\n"
        ),
    ],
)
def test_nowhere_else(melody: str) -> None:
    assert [code for code in codes(melody) if code != "MEL401"] == ["MEL404"]
