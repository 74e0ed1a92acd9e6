from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import melody
from melody import DiagnosticsError, Melody, fn
from tests.architecture.repository import ROOT


class Word(StrEnum):
    SKIP = "skip"


def steps(m: Melody) -> Any:
    return m.document()["steps"]


def test_the_example_of_the_specification() -> None:
    m = Melody("release_notes", inputs={"repo": "path"})
    m.player("historian", command=["git", "-C", m.with_.repo, "log"], parse="text")
    m.player("writer", model="offline")
    log = m.play("historian", repo=m.inputs.repo)
    notes = m.play("writer", prompt=f"Summarise {log.output}")
    m.outputs(notes=notes.output)
    assert m.document() == {
        "melody": "v1",
        "name": "release_notes",
        "inputs": {"repo": "path"},
        "players": {
            "historian": {"command": ["git", "-C", "${{ with.repo }}", "log"], "parse": "text"},
            "writer": {"model": "offline"},
        },
        "steps": {
            "historian": {"play": "historian", "with": {"repo": "${{ inputs.repo }}"}},
            "writer": {"play": "writer", "prompt": "Summarise ${{ steps.historian.output }}"},
        },
        "outputs": {"notes": "${{ steps.writer.output }}"},
    }
    assert melody.compile(m, allow=["command:git"]).hash == melody.compile(m.to_yaml()).hash


def test_an_id_is_made_of_the_player_and_numbered_if_taken_anywhere() -> None:
    m = Melody("some")
    made = [m.play("Code-Judge"), m.play("Code-Judge"), m.set(1), m.run("git log"), m.run(["git"])]
    with m.branch() as route, route.otherwise("x"):
        made += [m.play("Code-Judge"), m.call("./docs/other.melody.yaml"), m.set(2)]
    made.append(m.play({"provides": "code.score"}))
    assert [step.id for step in made] == [
        "code_judge", "code_judge_2", "set", "git", "git_2", "code_judge_3", "other", "set_2",
        "code_score",
    ]  # fmt: skip


def test_every_modifier_is_written_by_its_name() -> None:
    m = Melody("some")
    first = m.set(1, id="first")
    rows = m.for_each(m.inputs.rows, as_="row", concurrency=2)
    m.play(
        "p", id="all", label="All", when=first.ok, for_each=rows, needs=[first, "first"],
        prompt=f"{rows.item.name} {rows.index}", with_={"when": 1}, row=rows.item, output="string",
        gate=fn.len(m.output) > 0, policy={"timeout": timedelta(seconds=90)},
        on_failure=[Word.SKIP], reconstruct={"from": first.output, "play": "q"},
        require=fn.health("p") & (m.host.memory_free > 1), window={"from": "22:00"},
        priority="high", importance="low",
        task_type="t", compensate={"play": "q", "with": {"a": m.output}},
        idempotency_key=f"k-{m.item}", succeed_if="80%",
        barrier_timeout=timedelta(milliseconds=250),
    )  # fmt: skip
    assert steps(m)["all"] == {
        "label": "All", "for_each": "${{ inputs.rows }}", "as": "row", "concurrency": 2,
        "succeed_if": "80%", "barrier_timeout": "0.25s", "play": "p", "when": "steps.first.ok",
        "with": {"when": 1, "row": "${{ row }}"}, "prompt": "${{ row.name }} ${{ row_index }}",
        "needs": ["first", "first"],
        "require": "health('p') and host.memory_free > 1", "window": {"from": "22:00"},
        "output": "string", "gate": {"check": "len(output) > 0"}, "policy": {"timeout": "90s"},
        "on_failure": ["skip"], "reconstruct": {"from": "${{ steps.first.output }}", "play": "q"},
        "compensate": {"play": "q", "with": {"a": "${{ output }}"}}, "priority": "high",
        "importance": "low", "task_type": "t", "idempotency_key": "k-${{ item }}",
    }  # fmt: skip


def test_every_verb_is_written() -> None:
    m = Melody("some")
    m.run("cat", stdin=m.inputs.text, parse="text", env={"A": Path("b")}, for_each=[1, 2])
    m.call("./o.yaml", with_={"a": m.index}, max_depth=2)
    m.approval(f"Ship {m.inputs.v}?", show={"a": 1}, form={"b": "string"}, assignees=["me"],
               expires="2d", on_timeout="fail", on_reject="continue")  # fmt: skip
    m.wait("30s", id="w1")
    m.wait(until=m.inputs.moment, id="w2")
    m.wait(event="paid", id="w3")
    m.fail("a.b", f"no {m.inputs.v}")
    with m.group() as group:
        inner = group.set(1, id="inner")
        group.result(inner.output)
    with m.parallel(succeed_if="any") as both, both.branch("left") as left:
        left.result(x=m.set(2, id="l").output)
    with m.repeat(max=3, while_=m.inputs.go, on_max="accept") as loop:
        n = m.set({"n": loop.iteration, "p": loop.previous}, id="n")
        loop.until(n.output.n > 2)
        loop.result(n.output)
    assert steps(m) == {
        "cat": {"for_each": [1, 2], "run": "cat", "parse": "text",
                "stdin": "${{ inputs.text }}", "env": {"A": "b"}},
        "o": {"call": "./o.yaml", "with": {"a": "${{ index }}"}, "max_depth": 2},
        "approval": {"approval": "Ship ${{ inputs.v }}?", "show": {"a": 1}, "form": {"b": "string"},
                     "assignees": ["me"], "expires": "2d", "on_timeout": "fail",
                     "on_reject": "continue"},
        "w1": {"wait": "30s"},
        "w2": {"wait": {"until": "${{ inputs.moment }}"}},
        "w3": {"wait": {"event": "paid"}},
        "fail": {"fail": {"error": "a.b", "message": "no ${{ inputs.v }}"}},
        "group": {"steps": {"inner": {"set": 1}}, "result": "${{ steps.inner.output }}"},
        "parallel": {
            "succeed_if": "any",
            "parallel": {
                "left": {"steps": {"l": {"set": 2}}, "result": {"x": "${{ steps.l.output }}"}},
            },
        },
        "repeat": {
            "repeat": {
                "max": 3, "on_max": "accept", "while": "inputs.go", "until": "steps.n.output.n > 2",
                "steps": {"n": {"set": {"n": "${{ iteration }}", "p": "${{ previous }}"}}},
                "result": "${{ steps.n.output }}",
            },
        },
    }  # fmt: skip


def test_an_arm_is_filled_by_name_or_inside_with() -> None:
    m = Melody("some")
    route = m.branch(id="route")
    slow = route.otherwise("slow")
    slow.set(1, id="a")
    with slow:
        m.set(2, id="b")
        with m.group(id="g"):
            m.set(3, id="c")
            slow.set(4, id="d")
    m.set(route.branch, id="e")
    assert steps(m) == {
        "route": {
            "branch": [
                {
                    "name": "slow",
                    "else": True,
                    "steps": {
                        "a": {"set": 1}, "b": {"set": 2},
                        "g": {"steps": {"c": {"set": 3}}}, "d": {"set": 4},
                    },
                }
            ]
        },
        "e": {"set": "${{ steps.route.branch }}"},
    }  # fmt: skip


def test_a_scope_is_closed_after_an_error() -> None:
    m = Melody("some")
    with pytest.raises(RuntimeError), m.group(id="g"):
        raise RuntimeError
    m.set(1, id="a")
    assert list(steps(m)) == ["g", "a"]


def test_declarations_give_what_steps_use() -> None:
    m = Melody("some", models={"a": "offline/basic"}, players={"p": {"model": "a"}}, version=1.5)
    limit = m.input("limit", "integer", default=None, description="How many.")
    plain = m.input("plain", {"enum": ["a"]})
    assert m.model("b", "offline/basic", temperature=0) == "b"
    assert m.model("c", model="offline/basic") == "c"
    assert m.player("q", model="b", system=f"At most {limit}.", output={"x": "string"}) == "q"
    m.outputs({"x": plain, "a key": m.secrets["S"]})
    assert m.document() == {
        "melody": "v1",
        "name": "some",
        "version": 1.5,
        "inputs": {
            "limit": {"type": "integer", "default": None, "description": "How many."},
            "plain": {"enum": ["a"]},
        },
        "models": {
            "a": "offline/basic",
            "b": {"model": "offline/basic", "temperature": 0},
            "c": {"model": "offline/basic"},
        },
        "players": {
            "p": {"model": "a"},
            "q": {
                "model": "b",
                "system": "At most ${{ inputs.limit }}.",
                "output": {"x": "string"},
            },
        },
        "steps": {},
        "outputs": {"x": "${{ inputs.plain }}", "a key": "${{ secrets['S'] }}"},
    }


def test_what_was_given_can_change_afterwards() -> None:
    m, data = Melody("some"), {"a": [1]}
    m.set(data, id="a")
    data["a"].append(2)
    m.document()["steps"] = {}
    assert steps(m) == {"a": {"set": {"a": [1]}}}


@pytest.mark.parametrize(
    "again",
    [
        lambda m: m.set(2, id="a"),
        lambda m: m.player("p", model="offline"),
        lambda m: m.input("i", "string"),
    ],
)
def test_the_same_name_twice_is_refused_at_both_places(again: Any) -> None:
    m = Melody("some", inputs={"i": "string"})
    m.set(1, id="a")
    m.player("p", model="offline")
    with pytest.raises(DiagnosticsError) as refused:
        again(m)
    (problem,) = refused.value.diagnostics
    assert problem.code == "MEL107"
    for span in (problem.span, problem.notes[0].span):
        assert span is not None
        assert span.file.endswith("test_melody.py")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda m: m.set({1, 2}), lambda m: m.set(b"x"), lambda m: m.set(float("nan")),
        lambda m: m.set(1, needs="a"), lambda m: m.set(1, needs=3), lambda m: m.set(1, wehn="a"),
        lambda m: m.set(1, label=f"{m.inputs.x}"), lambda m: m.play("p", output=m.inputs.x),
    ],
)  # fmt: skip
def test_what_is_no_data_is_refused_at_once(wrong: Any) -> None:
    with pytest.raises(TypeError):
        wrong(Melody("some"))


def test_a_built_melody_is_run_and_compared(tmp_path: Path) -> None:
    m = Melody("sum", inputs={"xs": "list[integer]"})
    total = m.set({"n": fn.sum(m.inputs.xs), "text": f"{m.inputs.xs} ${{{{ x }}}}"}, id="total")
    m.outputs(n=total.output.n, text=total.output.text)
    result = melody.run(m, {"xs": [1, 2]}, journal=False, folder=tmp_path)
    assert result.outputs == {"n": 3, "text": "[1,2] ${{ x }}"}
    compared = melody.compare(m, {"xs": [1]}, backends=["native"], journal=False)
    assert compared.results["native"].outputs == {"n": 1, "text": "[1] ${{ x }}"}
    assert melody.check(m) == melody.check(m, on="native") == ()


def test_importing_the_builder_imports_no_engine_and_no_framework() -> None:
    program = "import sys; from melody import Melody; Melody('a').to_yaml(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert {"adapters", "langgraph", "crewai"} & set(done.stdout.split()) == set()
