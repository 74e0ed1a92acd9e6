from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.conversion import Converted
from compiler.importers.pipeline import Stage, add_stage, create
from compiler.importers.writing import to_yaml
from tests.unit.compiler.importers.converting_aid import codes, data_of, melody_of, places, shown


def grown(*stages: Stage, name: str = "t") -> Converted:
    """A pipeline of stages, of which the last may be wrong."""
    made = create(name)
    for stage in stages:
        assert made.text is not None, shown(made)
        made = add_stage(made.text.encode(), stage)
    return made


WRITER = Stage("load", state_key="data")
OTHER = Stage("list", state_key="names")


def last(*stages: Stage) -> Any:
    return list(melody_of(grown(*stages))["steps"].values())[-1]


def test_the_line_of_the_seed_converts_as_it_is_written() -> None:
    made = grown(
        Stage("data_ingestion", state_key="dataset_version"),
        Stage("preprocessing", depends=("dataset_version",), state_key="processed_data"),
        Stage("training", depends=("processed_data",), state_key="model_artifacts"),
        Stage("validation", depends=("model_artifacts",), state_key="validation_results"),
        Stage("deployment", depends=("validation_results",), condition="quality > 0.95"),
        name="ml_workflow",
    )

    def stage(run: str, reads: str | None) -> dict[str, Any]:
        stdin = {"stdin": f"${{{{ json(steps.{reads}.output) }}}}"} if reads else {}
        return {"run": run, **stdin, "parse": "json"}

    assert melody_of(made) == {
        "melody": "v1",
        "name": "ml_workflow",
        "steps": {
            "data_ingestion": stage("data_ingestion", None),
            "preprocessing": stage("preprocessing", "data_ingestion"),
            "training": stage("training", "preprocessing"),
            "validation": stage("validation", "training"),
            "deployment": {
                **stage("deployment", "validation"),
                "when": "steps.validation.output.quality > 0.95",
            },
        },
        "outputs": {
            "dataset_version": "${{ steps.data_ingestion.output }}",
            "processed_data": "${{ steps.preprocessing.output }}",
            "model_artifacts": "${{ steps.training.output }}",
            "validation_results": "${{ steps.validation.output }}",
        },
    }


BOTH = '${{ json({"data": steps.load.output, "names": steps.list.output}) }}'


@pytest.mark.parametrize(
    ("stages", "step"),
    [
        ([Stage("a")], {"run": "a", "parse": "json"}),
        ([Stage("a", "make data")], {"run": "make data", "parse": "json"}),
        ([Stage("a", "echo '{\"n\": 1}'")], {"run": ["echo", '{"n": 1}'], "parse": "json"}),
        ([WRITER, Stage("a", depends=("data",), condition="n>=95%")],
         {"when": "steps.load.output.n >= 0.95"}),
        ([WRITER, Stage("a", depends=("data",), condition="data.n == -1")],
         {"when": "steps.load.output.n == -1"}),
        ([WRITER, Stage("a", depends=("data",), condition="n > 1 || m != 2")],
         {"when": "steps.load.output.n > 1 or steps.load.output.m != 2"}),
        ([WRITER, Stage("a", depends=("data",), condition="(n > 1 || m < 2) && k <= 3")],
         {"when": "(steps.load.output.n > 1 or steps.load.output.m < 2) and "
          "steps.load.output.k <= 3"}),
        ([WRITER, OTHER, Stage("a", depends=("data", "names"))], {"stdin": BOTH}),
        ([WRITER, OTHER, Stage("a", depends=("data", "names"), condition="names.n > 1")],
         {"when": "steps.list.output.n > 1"}),
        ([WRITER, Stage("a", "b", "c", ("data",), "n > 1"), Stage("d", depends=("c",))],
         {"when": "steps.a.ok", "stdin": "${{ json(steps.a.output) }}"}),
        ([WRITER, Stage("a", "b", "c", ("data",), "n > 1"),
          Stage("d", depends=("c",), condition="m > 1 || m < 0")],
         {"when": "steps.a.ok and (steps.a.output.m > 1 or steps.a.output.m < 0)"}),
    ],
)  # fmt: skip
def test_forms_that_the_seed_does_not_have_convert_too(stages: list[Stage], step: Any) -> None:
    found = last(*stages)
    assert {key: found[key] for key in step} == step


def test_the_state_of_a_stage_that_may_be_skipped_is_null_without_it() -> None:
    made = melody_of(grown(WRITER, Stage("a", state_key="b", depends=("data",), condition="n > 1")))
    assert made["outputs"]["b"] == "${{ default(steps.a.output, null) }}"


def test_only_the_last_command_of_a_stage_gives_its_state() -> None:
    assert last(WRITER, Stage("a", "x && y 'b c'", depends=("data",))) == {
        "steps": {
            "before": {"run": "x", "stdin": "${{ json(steps.load.output) }}"},
            "last": {
                "run": ["y", "b c"], "needs": ["before"], "parse": "json",
                "stdin": "${{ json(steps.load.output) }}",
            },
        },
        "result": "${{ steps.last.output }}",
    }  # fmt: skip


def test_a_pipeline_begins_without_steps() -> None:
    assert create("t").text == "melody: v1\nname: t\nsteps: {}\n"
    assert codes(create("A B")) == ["MEL116"]


def test_what_somebody_has_added_to_the_melody_stays() -> None:
    document = (
        "melody: v1\nname: t\ninputs: {n: integer}\nsteps: {a: {set: 1}}\n"
        "outputs: {x: '${{ inputs.n }}', y: '${{ steps.a.output }}'}\n"
    )
    made = add_stage(document.encode(), Stage("b", depends=("y",), state_key="z"))
    data = melody_of(made)
    assert data["inputs"] == {"n": "integer"}
    assert data["outputs"]["x"] == "${{ inputs.n }}"
    assert data["steps"]["b"]["stdin"] == "${{ json(steps.a.output) }}"


@pytest.mark.parametrize(
    ("stages", "place"),
    [
        ([Stage("a b")], ("MEL116", "ID", "a b")),
        ([Stage("")], ("MEL116", "ID", "")),
        ([WRITER, Stage("load")], ("MEL107", "ID", "load")),
        ([Stage("a", "")], ("MEL140", "--run", "")),
        ([Stage("a", "x; y")], ("MEL141", "--run", ";")),
        ([WRITER, Stage("a", "load.success && y")], ("MEL142", "--run", "load.success && y")),
        ([Stage("a", state_key="a b")], ("MEL116", "--state-key", "a b")),
        ([WRITER, Stage("a", state_key="data")], ("MEL145", "--state-key", "data")),
        ([WRITER, Stage("a", depends=("dat",))], ("MEL145", "--depends", "dat")),
        ([Stage("a", depends=("data",))], ("MEL145", "--depends", "data")),
        ([WRITER, Stage("a", depends=("data", "data"))], ("MEL107", "--depends #2", "data")),
        ([Stage("a", condition="n > 1")], ("MEL145", "--condition", "n > 1")),
        ([WRITER, OTHER, Stage("a", depends=("data", "names"), condition="n > 1")],
         ("MEL145", "--condition", "n > 1")),
        ([WRITER, OTHER, Stage("a", depends=("data",), condition="names.n > 1")],
         ("MEL145", "--condition", "names")),
        ([WRITER, Stage("a", depends=("data",), condition="n > high")],
         ("MEL142", "--condition", "n > high")),
        ([WRITER, Stage("a", depends=("data",), condition="n = 1")],
         ("MEL142", "--condition", "n = 1")),
        ([WRITER, Stage("a", depends=("data",), condition="good")],
         ("MEL142", "--condition", "good")),
        ([WRITER, Stage("a", depends=("data",), condition="'n' > 1")],
         ("MEL142", "--condition", "'n' > 1")),
        ([WRITER, Stage("a", depends=("data",), condition="load.success")],
         ("MEL142", "--condition", "load.success")),
        ([WRITER, Stage("a", depends=("data",), condition="")], ("MEL140", "--condition", "")),
    ],
)  # fmt: skip
def test_a_mistake_is_one_diagnostic_at_its_option(
    stages: list[Stage], place: tuple[str, str, str]
) -> None:
    made = grown(*stages)
    assert made.text is None
    assert places(made) == [place]


def test_an_unknown_key_breeds_no_second_mistake() -> None:
    made = grown(WRITER, Stage("a", depends=("dta",), condition="n > 1 && dta.m > 1"))
    assert places(made) == [("MEL145", "--depends", "dta")]
    assert made.diagnostics[0].label == "did you mean `data`?"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "MEL146"),
        (b" \n", "MEL146"),
        (b"- a\n", "MEL146"),
        (b"just text", "MEL146"),
        (b"melody: v1\nname: t\n", "MEL113"),
        (b"melody: v1\nname: t\nsteps: []\n", "MEL111"),
        (b"melody: v1\nname: t\nsteps: {a: {rnu: x}}\n", "MEL112"),
        (b"melody: v2\nname: t\nsteps: {}\n", "MEL114"),
        (b"a: [", "MEL104"),
        (b"\xff\xfe", "MEL102"),
        (b"a\x00b", "MEL102"),
        (b"[" * 60_000, "MEL105"),
        (b"steps: {}\nsteps: {}", "MEL107"),
        (b"x" * (8 * 2**20 + 1), "MEL106"),
    ],
)
def test_what_is_no_pipeline_is_told_and_nothing_more(document: bytes, code: str) -> None:
    made = add_stage(document, Stage("a", depends=("x",), state_key="y"))
    assert made.text is None
    assert codes(made)[:1] == [code]


def test_a_wrong_option_is_told_beside_a_document_that_is_none() -> None:
    assert codes(add_stage(b"", Stage("a b", "x; y"))) == ["MEL146", "MEL116", "MEL141"]


def test_more_state_than_an_expression_holds_is_told() -> None:
    keys: dict[str, Any] = {f"k{n}": f"${{{{ steps.s{n}.output }}}}" for n in range(300)}
    steps: dict[str, Any] = {f"s{n}": {"set": 1} for n in range(300)}
    document = to_yaml({"melody": "v1", "name": "t", "steps": steps, "outputs": keys})
    assert codes(add_stage(document.encode(), Stage("a", depends=tuple(keys)))) == ["MEL142"]


TEXTS = st.text(alphabet="ab .&|'\"$(){}\n1%é>:", max_size=12)


@given(TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.lists(TEXTS, max_size=2), st.none() | TEXTS)
def test_any_options_give_a_melody_that_reads_or_diagnostics(
    id_: str, run: str | None, key: str | None, depends: list[str], condition: str | None
) -> None:
    made = grown(WRITER, Stage(id_, run, key, tuple(depends), condition))
    if made.text is None:
        assert shown(made)
    else:
        melody_of(made)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_give_diagnostics(document: bytes) -> None:
    made = add_stage(document, Stage("a"))
    assert made.text is None
    assert made.diagnostics


def test_a_hundred_stages_grow_one_by_one() -> None:
    made = grown(*(Stage(f"s{n}", state_key=f"k{n}", depends=(f"k{n - 1}",) if n else ())
                   for n in range(100)))  # fmt: skip
    assert made.text is not None
    assert len(data_of(made.text)["steps"]) == 100
