from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.pipeline import Compilation, compile_file, compile_text
from compiler.projects.settings import MAX_SETTINGS, read_settings
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.players import CommandPlayer, ModelPlayer
from workflow_ir.render import render_text
from workflow_ir.steps import Set, layers
from workflow_ir.workflow import WorkflowIR

MELODY = """\
melody: v1
name: a
inputs: {n: {type: integer, default: 1}}
models: {smart: openai/gpt-5, cheap: {model: offline/basic, seed: 1}}
players:
  coder: {model: smart, fallback: [junior]}
  junior: {model: cheap}
steps:
  draft: {play: coder, prompt: "Hi ${{ inputs.n }}", on_failure: [retry, fallback]}
  total: {set: {a: 1, b: [1, 2]}}
"""


def made(*settings: str) -> Compilation:
    return compile_text(MELODY, file="a.melody.yaml", folder="/no/such/folder", settings=settings)


def ir_of(*settings: str) -> WorkflowIR:
    found = made(*settings)
    assert found.ir is not None, render_text(found.diagnostics, found.sources)
    return found.ir


def only(*settings: str) -> Diagnostic:
    (found,) = made(*settings).diagnostics
    return found


def value_of(ir: WorkflowIR, number: int = 1) -> object:
    verb = layers(ir.root.steps[number]).verb
    assert isinstance(verb, Set)
    return verb.value.model_dump(mode="json")


def test_a_value_is_set_as_if_it_were_written() -> None:
    edited = MELODY.replace("smart: openai/gpt-5", "smart: offline/basic").replace("a: 1,", "a: 2,")
    written = compile_text(edited, file="a.melody.yaml", folder="/no/such/folder").ir
    assert written is not None
    assert ir_of("models.smart=offline/basic", "steps.total.set.a=2").hash == written.hash
    assert ir_of().hash != written.hash


def test_values_are_typed_as_in_a_file() -> None:
    verb = layers(ir_of("steps.total.set={a: 012, b: [on, null], c: 1.5}").root.steps[1]).verb
    assert isinstance(verb, Set)
    entries = verb.value.model_dump(mode="json")["entries"]
    assert entries["a"]["value"] == "012"
    assert [item["value"] for item in entries["b"]["items"]] == ["on", None]
    assert entries["c"]["value"] == 1.5


def test_of_two_settings_for_one_path_the_later_counts() -> None:
    ir = ir_of("players.junior.timeout=2s", "players.junior.timeout=3s")
    assert ir.players["junior"].timeout_s == 3


def test_null_takes_a_value_away() -> None:
    ir = ir_of("players.coder.fallback=null", "players.junior=null")
    assert list(ir.players) == ["coder"]


def test_the_items_of_a_list_have_numbers() -> None:
    assert "7" in str(value_of(ir_of("steps.total.set.b.1=7")))
    assert "2" not in str(value_of(ir_of("steps.total.set.b.1=null")))
    found = only("steps.total.set.b.2=7")
    assert (found.code, found.help) == ("MEL131", "its items are 0 to 1")


def test_the_short_form_of_a_model_becomes_the_long_one() -> None:
    ir = ir_of("models.smart.temperature=0.5")
    assert ir.models["smart"].model == "openai/gpt-5"
    assert ir.models["smart"].parameters == {"temperature": 0.5}


def test_a_model_that_nobody_defines_may_be_given() -> None:
    text = MELODY.replace("smart: openai/gpt-5, ", "")
    found = compile_text(text, folder="/no/such/folder", settings=["models.smart=offline"])
    assert found.ir is not None
    assert found.ir.models["smart"].model == "offline/basic"


def test_what_a_project_defines_is_set_there(tmp_path: Path) -> None:
    tmp_path.joinpath("melody.project.yaml").write_text(
        "allow: {command: [git]}\nplayers: {p: {command: [git]}}\n"
    )
    path = tmp_path / "a.melody.yaml"
    path.write_text("melody: v1\nname: a\nsteps: {a: {play: p}}\n")
    ir = compile_file(path, settings=["players.p.timeout=3s"]).ir
    assert ir is not None
    player = ir.players["p"]
    assert isinstance(player, CommandPlayer)
    assert player.timeout_s == 3
    (found,) = compile_file(path, settings=["players.p.timeout=3"]).errors
    assert str(found.span) == "--set players.p.timeout:1:19"
    assert found.fix is None


def test_a_player_of_the_melody_is_set_where_it_stands(tmp_path: Path) -> None:
    tmp_path.joinpath("melody.project.yaml").write_text("models: {m: openai/theirs}\n")
    path = tmp_path / "a.melody.yaml"
    path.write_text(
        "melody: v1\nname: a\nmodels: {m: openai/ours}\nplayers: {p: {model: m}}\n"
        "steps: {a: {play: p, prompt: x}}\n"
    )
    ir = compile_file(path, settings=["models.m.seed=1"]).ir
    assert ir is not None
    assert (ir.models["m"].model, ir.models["m"].parameters) == ("openai/ours", {"seed": 1})


def test_what_is_set_on_the_command_line_may_lead_anywhere_but_must_be_allowed() -> None:
    trusted = made("models.smart={model: openai/gpt-5, base_url: 'http://localhost:1/v1'}")
    assert trusted.diagnostics == ()
    assert only("players.junior={command: [rm]}", "models.cheap=null").code == "MEL401"


PLACES = [
    ("policy.timeot=3s", "1:8", "MEL112", "did you mean `timeout`?"),
    ("steps.draft.policy.timeout=3", "1:28", "MEL118", None),
    ("steps.draf.prompt=x", "1:7", "MEL131", "did you mean `draft`?"),
    ("players.codr.model=x", "1:9", "MEL131", "did you mean `coder`?"),
    ("models.smrt.seed=1", "1:8", "MEL131", "did you mean `smart`?"),
    ("polcy.timeout=3s", "1:1", "MEL131", "did you mean `policy`?"),
    ("steps.draft.prompt.x=1", "1:20", "MEL131", None),
    ("players.coder.model=smrt", "1:21", "MEL203", "did you mean `smart`?"),
    ('steps.draft.prompt="${{ inputs.m }}"', "1:32", "MEL213", None),
    ("steps.draft.prompt=${{ inputs.", "1:20", "MEL122", None),
    ("inputs.n=3", "1:1", "MEL131", None),
    ("outputs.x=3", "1:1", "MEL131", None),
    ("policy=3", "1:1", "MEL131", None),
    ("policy.timeout", "1:1", "MEL131", None),
    ("policy.timeout=", "1:1", "MEL131", None),
    ("=3s", "1:1", "MEL131", None),
    ("policy..timeout=3s", "1:1", "MEL131", None),
    ("policy.timeout=[", "1:16", "MEL104", None),
    ("policy.timeout={a: 1, a: 2}", "1:23", "MEL107", None),
]


@pytest.mark.parametrize(("setting", "place", "code", "label"), PLACES)
def test_a_mistake_is_told_at_its_place_in_the_option(
    setting: str, place: str, code: str, label: str | None
) -> None:
    found = made(setting)
    assert found.ir is None
    first = found.errors[0]
    assert first.code == code
    assert first.span is not None
    assert f"{first.span.line}:{first.span.column}" == place
    assert first.span.file.startswith("--set ")
    assert label is None or first.label == label
    assert first.fix is None
    assert setting in render_text(found.diagnostics, found.sources)


HOSTILE = [
    "policy.timeout=" + "[" * 100_000,
    "policy.timeout=" + "{a: " * 5_000,
    "a." * 50_000 + "b=1",
    "policy." + "x." * 39 + "y=1",
    "policy.timeout=&a [*a]",
    "policy.timeout=!!python/object:os.system x",
    "policy.timeout=\0",
    "policy.timeout=\ud800",
    "policy.timeout=a\nb: c\n",
    "policy.timeout=--- 1\n--- 2",
    "steps.draft=\u202e",
    "steps.draft.on_failure.99999999999999999999=x",
    "steps.draft.on_failure.-1=x",
    "steps.draft.on_failure.²=x",
    "\n=\n",
    "policy.timeout=" + "9" * 10_000,
    "steps.total.set=" + "x" * 9_000_000,
]


@pytest.mark.parametrize("setting", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_stands_in_an_option_gives_diagnostics_and_no_harm(setting: str) -> None:
    found = made(setting)
    assert found.ir is None
    assert found.errors
    render_text(found.diagnostics, found.sources)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=30))
def test_any_path_and_value_give_an_ir_or_diagnostics(keys: list[str], value: str) -> None:
    found = made(f"{'.'.join(keys)}={value}", f"steps.total.set.{'.'.join(keys)}={value}")
    assert (found.ir is None) == bool(found.errors)
    render_text(found.diagnostics, found.sources)


def test_a_thousand_settings_are_enough() -> None:
    found = read_settings(["policy.concurrency=1"] * (MAX_SETTINGS + 1))
    assert len(found.read) == MAX_SETTINGS
    assert [one.code for one in found.problems] == ["MEL131"]
    assert len(found.texts) == MAX_SETTINGS


def test_the_melody_is_not_changed_by_being_set() -> None:
    before = ir_of().hash
    ir_of("steps.total.set.a=9")
    assert ir_of().hash == before
    player = ir_of().players["junior"]
    assert isinstance(player, ModelPlayer)
