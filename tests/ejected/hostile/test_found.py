"""What hostile texts once did to generated projects, each by itself."""

from __future__ import annotations

import ast
import json
import re
import shlex

import pytest
import yaml

from adapters import registry
from adapters.crewai.silence import load
from adapters.emitter.code import words
from adapters.emitter.project import GeneratedProject
from adapters.emitter.regions.regions import FILES
from compiler.pipeline import compile_text
from tests.ejected.ejected import TARGETS
from workflow_ir.workflow import WorkflowIR


def workflow(text: str, **files: str) -> WorkflowIR:
    """The IR of a Melody named `found`."""
    given = {f"{name}.melody.yaml": body for name, body in files.items()}
    file = "found.melody.yaml"
    ir = compile_text(f"melody: v1\nname: found\n{text}", file=file, given=given).ir
    assert ir is not None
    return ir


def file_of(project: GeneratedProject, end: str) -> str:
    """The text of the file whose path ends so."""
    (text,) = (file.text for file in project.files if file.path.endswith(end))
    return str(text)


LOOP = """
steps:
  again:
    repeat: {max: 2, until: steps.say.output == 'TEXT', steps: {say: {set: TEXT}}, result: TEXT}
"""


@pytest.mark.parametrize("text", ["lambda", "(lambda)"])
def test_a_text_that_speaks_of_lambdas_changes_no_loop(text: str) -> None:
    emit = registry.load("native").emit
    plain = file_of(emit(workflow(LOOP.replace("TEXT", "plain"))), "/steps.py")
    told = file_of(emit(workflow(LOOP.replace("TEXT", text))), "/steps.py")
    assert told == plain.replace("plain", text)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", sorted(FILES | {"flow_steps", "agent", "nodes", "terminal"}))
def test_a_called_melody_may_have_the_name_of_any_module(name: str, target: str) -> None:
    inner = f"melody: v1\nname: {name}\nsteps: {{a: {{set: 1}}}}\n"
    outer = f"steps: {{a: {{call: ./{name}.melody.yaml}}, b: {{set: 1}}}}\n"
    assert registry.load(target).emit(workflow(outer, **{name: inner})).files


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("provider", ["x\nEVIL=1", "a b", "langchain:a.b:C", "$(x)", "é"])
def test_a_provider_of_any_name_gets_no_line_of_its_own(provider: str, target: str) -> None:
    ir = workflow("players: {p: {model: m}}\nmodels: {m: prov/x}\nsteps: {a: {play: p, prompt: x}}")
    tree = json.loads(ir.to_json())
    tree["models"]["m"]["model"] = f"{provider}/x"
    project = registry.load(target).emit(WorkflowIR.model_validate(tree))
    for line in file_of(project, ".env.example").splitlines():
        name, sign, rest = line.partition("=")
        assert line.startswith("#") or not line or (name.isidentifier() and sign and not rest)
    assert "EVIL" not in file_of(project, ".env.example")


CREW = """
inputs: {topic: string}
players: {hand: {python: "band:hand"}}
steps:
  a:
    play: hand
    with: {"{key}": "{value} ${{ inputs.topic }}", b: "${{ upper('{topic}') }}"}
    output: {enum: ["{topic}"]}
  b: {wait: {event: "{event}"}, needs: [a]}
  c: {set: {"{other}": "{x}", y: "{topic}"}, needs: [b]}
"""


def test_crewai_fills_nothing_into_texts_of_tasks_but_inputs_that_were_meant() -> None:
    load()
    from crewai.utilities.string_utils import interpolate_only

    tasks = yaml.safe_load(
        str(file_of(registry.load("crewai").emit(workflow(CREW)), "/tasks.yaml"))
    )
    told = [
        [interpolate_only(task[of], {"topic": "bees"}) for of in ("description", "expected_output")]
        for task in tasks.values()
    ]
    assert [[text.count("bees") for text in texts] for texts in told] == [[1, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize("text", ["0" * 200, "é", "", "-", "1-" * 80, "x" * 200, "a" * 63 + "-b"])
def test_words_are_never_longer_than_an_id(text: str) -> None:
    said = words(text)
    assert said == words(said)
    assert 0 < len(said) <= 64


CREW_OF_ONE = """
inputs: {topic: string}
players: {hand: {python: "band:hand"}}
steps: {a: {play: hand}, b: {set: "${{ inputs.topic }}", needs: [a]}}
"""
FLOW = """
inputs: {NAME: string, other: string}
steps:
  a: {branch: [{name: b, when: inputs.NAME == 'x', steps: {c: {set: 1}}}, {name: d, else: true}]}
"""


@pytest.mark.parametrize("name", ["id", "report", "name"])
def test_an_input_called_like_a_field_of_flows_is_an_input(name: str) -> None:
    project = registry.load("crewai").emit(workflow(FLOW.replace("NAME", name)))
    (kept,) = re.findall(r"if name not in (\(.*?\))", file_of(project, "/flow_steps.py"))
    assert name not in ast.literal_eval(kept)


def test_a_player_called_like_an_input_in_braces_is_not_filled_in() -> None:
    load()
    from crewai.utilities.string_utils import interpolate_only

    tree = json.loads(workflow(CREW_OF_ONE).to_json().replace('"hand"', '"{topic}"'))
    project = registry.load("crewai").emit(WorkflowIR.model_validate(tree))
    task, *_ = yaml.safe_load(file_of(project, "/tasks.yaml")).values()
    assert interpolate_only(task["description"], {"topic": "bees"}) == "{ topic }."


SAID = """
inputs: {say: {schema: {type: object, required: [a], properties: {a: {default: TEXT}}}}}
steps: {a: {set: "${{ inputs.say.a }}"}}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("text", ["it's", "'; touch x; '", "$(x) `x` !x \\", "\u202e\u00e9\n"])
def test_the_command_of_the_readme_gives_a_shell_the_inputs(text: str, target: str) -> None:
    project = registry.load(target).emit(workflow(SAID.replace("TEXT", json.dumps(text))))
    (line,) = (one for one in file_of(project, "README.md").splitlines() if "--inputs" in one)
    assert line.isascii()
    assert json.loads(shlex.split(line)[-1]) == {"say": {"a": text}}
