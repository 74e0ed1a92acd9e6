from __future__ import annotations

from tests.unit.compiler.compiling_aid import ir_of
from workflow_ir.secrets import secrets_in, secrets_of
from workflow_ir.steps import Play, layers
from workflow_ir.values import ExprValue, MapValue, TextValue

MELODY = """\
players:
  p: {python: "m:f", fallback: [q]}
  q: {command: [git], env: {A: "${{ secrets.B }}-${{ secrets.A }}"}}
  r: {http: {url: "https://x.test", headers: {H: "${{ secrets[\'C\'] }}"}}}
steps:
  a: {play: p, with: {k: "${{ secrets.B if true else secrets.D }}"}}
  b: {steps: {c: {play: r}}}
"""


def test_every_secret_that_may_be_read_is_named_once() -> None:
    assert secrets_of(ir_of(MELODY)) == ("A", "B", "C", "D")


def test_secrets_of_a_value_come_as_they_are_written() -> None:
    verb = layers(ir_of(MELODY).root.steps[0]).verb
    assert isinstance(verb, Play)
    assert list(secrets_in(verb.with_)) == ["B", "D"]
    assert list(secrets_in(None)) == []


def test_a_text_that_only_speaks_of_secrets_holds_none() -> None:
    text = TextValue(
        kind="text",
        parts=("secrets.A ", ExprValue(kind="expr", source="inputs.x == 'secrets.B'")),
    )
    assert list(secrets_in(MapValue(kind="map", entries={"secrets": text}))) == []
