"""The CrewAI project: what its files say."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adapters.crewai.emit import emit
from adapters.crewai.emitted.yaml_text import yaml_text
from adapters.emitter.project import GeneratedProject
from tests.unit.adapters.emitter.steps.written_steps import compiled

CHAIN = """
first: {play: hand, with: {n: 1}, output: {n: integer}}
then: {play: hand, with: {n: "${{ steps.first.output.n }}"}}
"""
BRANCH = """
first: {play: hand, with: {n: 1}, output: {n: integer}}
way:
  branch:
    - {name: small, when: steps.first.output.n < 3, result: {n: 1}}
    - name: large
      else: true
      steps: {on: {play: hand}, off: {play: spare, needs: [on]}}
      result: {n: 2}
end: {play: hand, needs: [way]}
"""
BESIDE = BRANCH + '\nlong: {play: spare, with: {n: "${{ steps.first.output.n }}"}}\n'
INSIDE = """
again:
  repeat:
    max: 2
    steps: {go: {play: hand, output: {n: integer}}}
    until: steps.go.output.n > 1
    result: {n: "${{ steps.go.output.n }}"}
"""


def text_of(project: GeneratedProject, name: str) -> str:
    (found,) = (file.text for file in project.files if f"/{file.path}".endswith(f"/{name}"))
    return str(found)


def names_of(project: GeneratedProject) -> set[str]:
    return {file.path for file in project.files}


def methods(project: GeneratedProject) -> dict[str, list[str]]:
    """By class and method of ``flow.py``: its decorators."""
    found = {}
    for node in ast.parse(text_of(project, "flow.py")).body:
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.AsyncFunctionDef):
                    found[one.name] = [ast.unparse(each) for each in one.decorator_list]
    return found


def test_a_chain_is_a_crew_as_crewai_create_crew_makes_them() -> None:
    project = emit(compiled(CHAIN))
    names = names_of(project)
    assert names >= {
        f"src/small/{name}"
        for name in ("crew.py", "agent.py", "main.py", "config/agents.yaml", "config/tasks.yaml")
    }
    assert not names & {"src/small/flow.py", "src/small/flow_steps.py", "src/small/flow.yaml"}
    tables = tomllib.loads(text_of(project, "pyproject.toml"))
    assert tables["tool"]["crewai"] == {"type": "crew"}
    assert tables["project"]["scripts"]["run_crew"] == "small.main:run"
    assert tables["project"]["requires-python"] == ">=3.11,<3.14"
    tasks = yaml.safe_load(text_of(project, "tasks.yaml"))
    assert {name: (one["agent"], one["context"]) for name, one in tasks.items()} == {
        "first": ("hand", []),
        "then": ("hand", ["first"]),
    }
    assert list(yaml.safe_load(text_of(project, "agents.yaml"))) == ["hand"]


def test_what_decides_is_a_flow_as_crewai_create_flow_makes_them() -> None:
    project = emit(compiled(BRANCH))
    assert not names_of(project) & {"src/small/crew.py", "src/small/agent.py"}
    tables = tomllib.loads(text_of(project, "pyproject.toml"))
    assert tables["tool"]["crewai"] == {"type": "flow"}
    assert tables["project"]["scripts"]["kickoff"] == "small.main:kickoff"


def test_main_is_the_users_and_what_crewai_reads_is_ours() -> None:
    for text in (CHAIN, BRANCH):
        owners = {file.path: file.owner for file in emit(compiled(text)).files}
        assert owners["src/small/main.py"] == "you"
        assert owners["src/small/settings.py"] == "melody"


def test_a_method_listens_to_all_that_its_step_waits_for() -> None:
    assert methods(emit(compiled(BRANCH))) == {
        "begin": ["start()"],
        "first": ["listen(begin)"],
        "way": ["router(first, emit=['way.small', 'way.large', 'way.no arm'])"],
        "on_": ["listen('way.large')"],
        "off_": ["listen(on_)"],
        "way_result": ["listen(or_(and_('way.small'), and_(off_), and_('way.no arm')))"],
        "end": ["listen(way_result)"],
        "finish": ["listen(end)"],
    }


def test_a_router_beside_others_listens_to_a_method_of_its_own() -> None:
    found = methods(emit(compiled(BESIDE)))
    assert found["before_way"] == ["listen(first)"]
    assert found["way"][0].startswith("router(before_way, ")
    assert found["long"] == ["listen(first)"]


def test_what_is_performed_inside_is_a_flow_of_its_own() -> None:
    project = emit(compiled(INSIDE))
    text = text_of(project, "flow.py")
    assert re.findall(r"class (\w+)\((\w+)", text) == [("AgainFlow", "Inside")]
    assert "FLOWS[steps.AGAIN_STEPS] = AgainFlow" in text
    assert "src/small/crew.py" in names_of(project)
    assert "src/small/flow.yaml" not in names_of(project)


def test_the_declared_flow_says_what_the_class_says() -> None:
    project = emit(compiled(BESIDE))
    declared = yaml.safe_load(text_of(project, "flow.yaml"))
    assert list(declared["methods"]) == list(methods(project))
    assert declared["methods"]["way_result"]["listen"] == {
        "or": [{"and": ["way.small"]}, {"and": ["off_"]}, {"and": ["way.no arm"]}]
    }
    for name, method in declared["methods"].items():
        assert method["do"] == {"call": "code", "ref": f"small.flow:SmallFlow.{name}"}


def test_crewai_reads_its_settings_before_it_is_imported() -> None:
    for text in (CHAIN, BRANCH):
        tree = ast.parse(text_of(emit(compiled(text)), "small/__init__.py"))
        imports = [ast.unparse(one) for one in tree.body if isinstance(one, ast.ImportFrom)]
        assert imports[1] == "from . import settings as settings"
        assert "crewai" not in text_of(emit(compiled(text)), "settings.py").split("import os")[0]


HOSTILE = "{first} {{ n }} ${{ 1 }} \"'\\ \r # yes: [no] \u2028 😀 {0} {then"


def test_texts_of_a_crew_are_texts_and_no_templates() -> None:
    step = {"label": HOSTILE, "play": "hand", "with": {"n": 1}}
    project = emit(compiled(yaml.safe_dump({"first": step}, allow_unicode=False)))
    task: dict[str, Any] = yaml.safe_load(text_of(project, "tasks.yaml"))["first"]
    assert "{first}" not in task["description"]
    assert task["description"] == HOSTILE.replace("{first}", "{ first }")


def test_a_lone_surrogate_which_crewai_cannot_carry_is_replaced() -> None:
    assert yaml.safe_load(str(yaml_text("a\ud800b"))) == "a\ufffdb"


@given(st.text())
def test_a_text_comes_back_from_yaml_as_it_was(text: str) -> None:
    written = str(yaml_text(text))
    assert written.isascii()
    assert "\n" not in written
    assert yaml.safe_load(f"it: {written}") == {"it": text}


@pytest.mark.parametrize("name", ["state", "kickoff", "plot", "memory", "begin", "listen", "yes"])
def test_a_step_hides_nothing_of_crewais(name: str) -> None:
    project = emit(compiled(BRANCH.replace("end:", f"{name}:").replace("first", "top")))
    found = methods(project)
    assert f"{name}_" in found
    assert set(yaml.safe_load(text_of(project, "flow.yaml"))["methods"]) == set(found)
