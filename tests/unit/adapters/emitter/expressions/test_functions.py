from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.emitter.code import Code
from adapters.emitter.expressions.functions import GENERATED_NAMES, functions_module
from tests.fuzz.expression_property import same
from tests.unit.adapters.emitter.expressions.expression_stage import HEADER, code_of, functions
from tests.unit.adapters.emitter.generated_module import executed, faults, formatted
from workflow_ir.expressions import EvaluationError, compile, parse

NAMES = sorted(GENERATED_NAMES)


def _subsets() -> dict[str, list[str]]:
    random = Random("subsets of functions")
    chosen = {name: [name] for name in NAMES} | {"everything": NAMES}
    for number in range(40):
        chosen[f"some_{number}"] = random.sample(NAMES, random.randint(2, len(NAMES) - 1))
    return chosen


def test_ruff_and_mypy_have_nothing_to_say_whichever_functions_are_used(tmp_path: Path) -> None:
    texts = {name: functions_module(HEADER, used) for name, used in _subsets().items()}
    formatted(tmp_path, texts)
    assert faults(tmp_path) == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_module_has_what_is_used_and_what_that_needs(name: str) -> None:
    text = functions_module(HEADER, [name])
    module = executed(text)
    assert callable(getattr(module, name))
    defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    needed = {other for other in defined if text.count(f"{other}(") + text.count(f"={other})") > 1}
    assert defined == {name} | needed


def test_the_module_begins_with_its_header_and_says_what_it_is() -> None:
    lines = functions_module(HEADER, NAMES).splitlines()
    assert lines[0] == HEADER
    assert lines[1].startswith('"""Functions of the expressions')


def test_each_function_says_in_one_line_what_it_does() -> None:
    for node in ast.parse(functions_module(HEADER, NAMES)).body:
        if isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node)
            assert said is not None
            assert "\n" not in said


def test_the_order_in_which_functions_are_used_does_not_matter() -> None:
    assert functions_module(HEADER, NAMES) == functions_module(HEADER, [*NAMES[::-1], *NAMES])


def test_there_is_no_module_without_functions() -> None:
    with pytest.raises(ValueError, match="no module"):
        functions_module(Code("# x"), [])


def test_an_unknown_function_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        functions_module(HEADER, ["nonsense"])


def evaluate(source: str, x: Any) -> Any:
    return compile(parse(source))({"x": x})


DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0, 1, 1.0, -0.0, 0.0]),
    lambda inside: st.lists(inside, max_size=5)
    | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=10,
)  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=12),
    st.text("0123456789+-.eE \n\t_\x0b٣", max_size=8),
    st.text("0123456789.mshdw", max_size=8),
    st.sampled_from(["90s", "1h30m", "0.0001ms", "1w2d3h4m5s6ms", "1.5d", "999999999999999w"]),
    st.sampled_from(["nan", "inf", "Infinity", "NaN", "-Infinity", "[NaN]", "1_0", "0x1", "１"]),
    DATA.map(lambda data: evaluate("json(x)", data)),
)
SAME = {
    "as_text": "str", "as_json": "json", "from_json": "from_json", "unique": "unique",
    "bullets": "bullets", "read_integer": "int", "read_number": "float", "duration": "duration",
}  # fmt: skip
"""Functions of one value, with the function of the language that each of them is."""


@pytest.mark.parametrize("name", sorted(SAME))
@settings(max_examples=300, deadline=None)
@given(value=st.one_of(DATA, TEXT, st.lists(DATA, max_size=6)))
def test_a_function_gives_what_that_of_the_language_gives(name: str, value: Any) -> None:
    try:
        wanted = evaluate(f"{SAME[name]}(x)", value)
    except EvaluationError as error:
        code: str | None = error.code
    else:
        assert same(getattr(functions(), name)(value), wanted)
        return
    # As `adapters.emitter.expressions.written` says: what can be gone over goes for a list, and
    # numbers may be too large.
    lenient = isinstance(value, str | dict) or code == "expression.number"
    assert _raised(name, value) in ({code, None} if lenient else {code})


def _raised(name: str, value: Any) -> str | None:
    """The error that a function ends with."""
    try:
        getattr(functions(), name)(value)
    except Exception as error:  # noqa: BLE001  # `code_of` knows which may come
        return code_of(error)
    return None


@given(DATA, DATA)
def test_pairs_are_those_of_zip(one: Any, other: Any) -> None:
    if isinstance(one, list) and isinstance(other, list):
        wanted = compile(parse("zip(a, b)"))({"a": one, "b": other})
        assert same(functions().pairs(one, other), wanted)


@pytest.mark.parametrize("value", [0, 1, None, "true", [], {}])
def test_a_condition_is_a_boolean(value: object) -> None:
    assert functions().truth(True) is True
    assert functions().truth(False) is False
    with pytest.raises(TypeError, match="true or false"):
        functions().truth(value)


def test_reads_that_find_nothing_are_told_from_mistakes() -> None:
    there, has, default = functions().coalesce, functions().has, functions().default
    null: Any = None
    number: Any = 1
    items: Any = []
    gone = [
        lambda: items[0],
        lambda: {"b": 1}["a"],
        lambda: null,
        lambda: null["a"],
        lambda: null[0],
    ]
    for read in gone:
        assert has(read) is False
        assert default(read, lambda: 1) == 1
        assert there(read, lambda: False, lambda: 1 / 0) is False
    with pytest.raises(KeyError) as caught:
        there(*gone)
    assert code_of(caught.value) == "expression.missing"
    for wrong in (lambda: 1 / 0, lambda: number["a"], lambda: null.lower() + 1, lambda: null + 1):
        with pytest.raises((ArithmeticError, TypeError, AttributeError)):
            default(wrong, lambda: 1)
