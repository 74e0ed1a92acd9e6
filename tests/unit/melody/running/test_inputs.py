from __future__ import annotations

import pytest

from compiler.pipeline import compile_text
from melody.running.declared import Declared
from melody.running.inputs import Given, checked_inputs
from tests.unit.melody.stage import GREETING
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

FILE = "greeting.melody.yaml"


def _checked(**values: object) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    compilation = compile_text(GREETING, file=FILE)
    assert compilation.ir is not None
    given = {name: Given(value) for name, value in values.items()}  # type: ignore[arg-type]
    checked, problems = checked_inputs(compilation.ir, given, Declared(FILE, compilation.sources))
    return dict(checked), problems


def test_defaults_fill_what_is_not_given() -> None:
    assert _checked(name="Ada") == ({"name": "Ada", "times": 1, "mood": "calm"}, ())


def test_a_missing_input_is_told_at_its_declaration() -> None:
    _, (problem,) = _checked()
    assert (problem.code, str(problem.span)) == ("MEL501", f"{FILE}:4:3")
    assert problem.help is not None
    assert "-i name=VALUE" in problem.help


def test_an_unknown_input_gets_the_nearest_name() -> None:
    _, (problem,) = _checked(name="Ada", tims=2)
    assert (problem.code, str(problem.span)) == ("MEL502", f"{FILE}:3:1")
    assert problem.label == "did you mean `times`?"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": 3}, "`name`"),
        ({"name": "Ada", "times": 0}, "minimum"),
        ({"name": "Ada", "times": True}, "`times`"),
        ({"name": "Ada", "mood": "sad"}, '"calm"'),
    ],
)
def test_a_value_of_another_type_is_told_with_the_violation(
    values: dict[str, object], told: str
) -> None:
    _, (problem,) = _checked(**values)
    assert problem.code == "MEL503"
    assert told in problem.message
    assert problem.span is not None


def test_every_mistake_is_told_at_once() -> None:
    _, problems = _checked(times="x", mood="y", other=1)
    assert [problem.code for problem in problems] == ["MEL502", "MEL501", "MEL503", "MEL503"]


def test_a_value_of_a_file_is_told_at_its_place_there() -> None:
    compilation = compile_text(GREETING, file=FILE)
    assert compilation.ir is not None
    place = Span("values.json", 2, 9, 2, 10)
    _, (problem,) = checked_inputs(
        compilation.ir, {"name": Given(3, place)}, Declared(FILE, compilation.sources)
    )
    assert problem.span == place
    assert str(problem.notes[0].span) == f"{FILE}:4:3"


def test_a_default_is_copied_for_each_run() -> None:
    tags = "tags: {type: 'list[string]', default: []}"
    compilation = compile_text(GREETING.replace("  times:", f"  {tags}\n  times:"), file=FILE)
    assert compilation.ir is not None
    given = {"name": Given("Ada")}
    first, _ = checked_inputs(compilation.ir, given, Declared(None, {}))
    assert isinstance(first["tags"], list)
    first["tags"].append("mine")
    second, _ = checked_inputs(compilation.ir, given, Declared(None, {}))
    assert second["tags"] == []
