"""Values of the IR as Python: all kinds of them, hostile texts in every place, names."""

from __future__ import annotations

import ast
import keyword
import unicodedata
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.emitter.code import Code
from adapters.emitter.expressions.functions import GENERATED_NAMES, functions_module
from adapters.emitter.expressions.written import (
    RESERVED,
    ROOTS,
    Source,
    condition_source,
    local_names,
    roots_of,
    value_source,
)
from adapters.emitter.naming.reserved import BUILTINS, KEYWORDS
from tests.fuzz.environment import environment
from tests.fuzz.expression_property import same
from tests.fuzz.grammar import expression as random_expression
from tests.unit.adapters.emitter.expressions.expression_stage import HEADER, conducted, expr, run
from tests.unit.adapters.emitter.generated_module import faults, formatted
from workflow_ir.expressions import ExpressionError, check, parse
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)

ENV: dict[str, Any] = {"n": 7, "t": "text", "x": {"only": [1, None, "ü"]}, "yes": True, "f": 1.0}


def literal_of(data: Any) -> LiteralValue:
    return LiteralValue(kind="literal", value=data)


def text_of(*parts: str | ExprValue) -> TextValue:
    return TextValue(kind="text", parts=parts)


def converted(value: Value, to: Any, field: str | None = None) -> ConvertValue:
    return ConvertValue(kind="convert", to=to, field=field, value=value)


@pytest.mark.parametrize(
    ("value", "python", "functions"),
    [
        (literal_of({"a": [1, -2.5, None, True, "x"]}), "{'a': [1, -2.5, None, True, 'x']}", ()),
        (text_of("n is ", expr("n"), "!"), "'n is ' + as_text(n) + '!'", ("as_text",)),
        (text_of(expr("n")), "as_text(n)", ("as_text",)),
        (text_of("a", "b", expr("lower(t)"), expr("len(t)")), "'ab' + t.lower() + str(len(t))", ()),
        (text_of(expr("t + 'x'"), expr("str(n) if yes else t + ''")),
         "(t + 'x') + (as_text(n) if yes else t + '')", ("as_text",)),
        (text_of(), "''", ()),
        (text_of(""), "''", ()),
        (MapValue(kind="map", entries={"a": expr("n"), "b'": literal_of([])}),
         "{'a': n, \"b'\": []}", ()),
        (MapValue(kind="map", entries={}), "{}", ()),
        (ListValue(kind="list", items=(expr("n"), text_of("a", expr("t")))),
         "[n, 'a' + as_text(t)]", ("as_text",)),
        (converted(expr("n"), "number"), "as_float(n)", ("as_float",)),
        (converted(expr("len(t)"), "number"), "float(len(t))", ()),
        (converted(literal_of(-3), "number"), "-3.0", ()),
        (converted(literal_of(True), "number"), "as_float(True)", ("as_float",)),
        (converted(literal_of(2**63 - 1), "number"), "9.223372036854776e+18", ()),
        (converted(expr("n"), "object", "a b"), "{'a b': n}", ()),
        (converted(expr("x"), "field", "only"), "only_field(x, 'only')", ("only_field",)),
        (converted(expr("n"), "field", "only"), "only_field(n, 'only')", ("only_field",)),
    ],
)  # fmt: skip
def test_a_value_of_any_kind(value: Value, python: str, functions: tuple[str, ...]) -> None:
    made = value_source(value)
    assert (str(made.code), made.functions) == (python, functions)
    code, wanted = conducted(value, ENV)
    assert code is None
    assert same(run(made, ENV), wanted)


@pytest.mark.parametrize("data", [7, 1.5, True, None, "x", {"a": 1}, {"only": 2}, [1], {}])
@pytest.mark.parametrize("to", ["number", "object", "field"])
def test_a_conversion_does_to_any_data_what_the_conductor_does(to: str, data: Any) -> None:
    for inner in (expr("a"), literal_of(data)):
        value = converted(inner, to, None if to == "number" else "only")
        assert same(run(value_source(value), {"a": data}), conducted(value, {"a": data})[1])


HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from([
        "'", '"', "\\", "\\'", "'''", '"""', "\r", "\n", "\r\n", "\x00", "{{ x }}", "{% raw %}",
        "{x}", "${{ a }}", "#", "\u202e", "\u2028", "\ufeff", "\U0001f600",
        "# -*- coding: utf-7 -*-", "__import__('os').system('touch marker')",
        "') + open('marker', 'w').write('", "lambda",
        "None", "__class__", "\\N{BULLET}", "\\u0027", "%s", "f'{1}'", "a" * 200, "e\u0301", "\x1a",
        "'\n'" * 40, "\t", "\x85", "ﬁ", "\\\n", '\\"' * 50,
    ]),
)  # fmt: skip


def quoted(text: str) -> str:
    """A text as a literal of the expression language, all of it escaped."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def shape(source: Source) -> str:
    """The tree of a source without the texts in it."""
    tree = ast.parse(source.code, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "harmless"
    return ast.dump(tree)


def everywhere(one: str, two: str) -> Value:
    """A value with texts in every place that takes one."""
    literal, key = quoted(one), quoted(two)
    source = f"[{literal}, inputs[{key}], {{{literal}: {key}}}, {literal} in [{key}]]"
    if len(source.encode()) > 4096:
        source = "[1]"
    entries: dict[str, Value] = {
        one: text_of(one, expr("n"), two),
        f"{two}.": expr(source),
        "list": ListValue(kind="list", items=(literal_of({one: [two]}), expr("n"))),
        "object": converted(literal_of(one), "object", two),
        "field": converted(expr("n"), "field", one),
    }
    return MapValue(kind="map", entries=entries)


@settings(max_examples=400, deadline=None)
@given(HOSTILE, HOSTILE)
@example("'", "\\")
def test_a_hostile_text_comes_back_and_changes_nothing_else(one: str, two: str) -> None:
    env = {"inputs": {two: 1}, "n": 1}
    value = everywhere(one, two)
    made = value_source(value)
    assert made.code.isascii()
    assert made.code.isprintable()
    assert same(run(made, env), conducted(value, env)[1])
    twin = everywhere("w" * len(one) or "v", "x" * (len(two) + 1))
    if one and ("[1]" in str(made.code)) == ("[1]" in str(value_source(twin).code)):
        assert shape(made) == shape(value_source(twin))


@pytest.mark.parametrize("text", ["\ud800", "a\udfff'\"\n", "\udc80" * 100])
def test_half_a_pair_is_written_as_an_escape(text: str) -> None:
    values: list[Value] = [
        text_of(text, expr("n")),
        MapValue(kind="map", entries={text: text_of(text)}),
    ]
    for value in values:
        made = value_source(value)
        assert made.code.isascii()
        assert text in str(run(made, ENV)) or text in run(made, ENV)


LOOPS = (
    "x", "X", "ü", "Ü", "größe", "GRÖẞE", "日本", "print", "text", "truth", "as_text", "match",
    "type", "state", "steps", "here", "now_", "l", "I", "O", "_", "_x", "self", "\u0131",
    "sort_", "aux", "x_2", "with_", "list_", "str_",
)  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_the_name_of_a_loop_is_ascii_and_hides_nothing(name: str) -> None:
    source = f"[[{name}, y, x2] for {name} in inputs.a for y in [{name}] for x2 in [y + item]]"
    env = {"inputs": {"a": [1, 2]}, "item": 5}
    made = value_source(expr(source))
    assert same(run(made, env), conducted(expr(source), env)[1])
    stored = {
        node.id
        for node in ast.walk(ast.parse(made.code, mode="eval"))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in stored}) == 3
    for python in stored - {"_"}:
        assert python.isascii()
        assert not keyword.iskeyword(python)
        assert python.lower() not in {*KEYWORDS, *BUILTINS, *RESERVED, *GENERATED_NAMES, *ROOTS}


def test_loops_whose_names_are_near_each_other_stay_apart() -> None:
    source = "[[ü, Ü, u, U] for ü in a for Ü in a for u in a for U in a]"
    made = value_source(expr(source))
    assert "for u in a for u_2 in a for u_3 in a for u_4 in a" in made.code
    assert same(run(made, {"a": [1, 2]}), conducted(expr(source), {"a": [1, 2]})[1])


def test_a_loop_keeps_clear_of_the_local_names_of_its_function() -> None:
    names = {"steps": Code("state"), "inputs": Code("given")}
    made = value_source(expr("[state + given for state in steps.a for given in inputs.b]"), names)
    assert str(made.code) == ("[state_ + given_ for state_ in state['a'] for given_ in given['b']]")


def test_the_roots_of_a_function_have_names_that_differ_from_all_others() -> None:
    roots = ["item", "Item", "ITEM", "len", "now", "now()", "with", "steps", "class", "größe", "l"]
    names = local_names(roots)
    assert list(names) == sorted(roots)
    assert len({name.lower() for name in names.values()}) == len(roots)
    assert (names["item"], names["with"], names["now()"]) == ("item", "with_", "now")
    for root, name in names.items():
        assert name.isascii()
        assert name.isidentifier()
        assert root == "now()" or name not in {*KEYWORDS, *BUILTINS, *RESERVED}


def test_sources_of_one_function_share_its_names() -> None:
    values: list[Value | None] = [
        expr("Item + 1"),
        expr("item + now()"),
        text_of("a", expr("inputs.a")),
        None,
    ]
    names = local_names(roots_of(values))
    assert roots_of(values) == ("Item", "inputs", "item", "now()")
    sources = [value_source(value, names) for value in values if value is not None]
    assert [str(made.code) for made in sources] == [
        "item_2 + 1", "item + now", "'a' + as_text(inputs['a'])",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["unknown(1)", "len()", "len(a, b)", "default(a)", "a +", ""])
def test_what_no_check_lets_through_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        value_source(expr(source))


def test_equal_values_have_equal_sources() -> None:
    values: list[Value] = [
        text_of("a", expr("[default(x.a, b) for x in c]")),
        expr("{'b': c, 'a': now()}"),
    ]
    assert [value_source(value) for value in values] == [value_source(value) for value in values]


def _function(name: str, source: Source, returned: str) -> str:
    names = local_names(source.roots)
    reads = "".join(f"    {local} = here[{root!a}]\n" for root, local in names.items())
    given = "bool" if "if " in returned else "Any"
    body = returned.format(source.code)
    return f"def {name}(here: Any) -> {given}:\n{reads}{body}\n\n\n"


def _checked(count: int) -> list[Source]:
    """Random expressions in which the language's own check finds nothing."""
    made: list[Source] = []
    for seed in range(count):
        scope = environment(seed // 25)
        text = random_expression(Random(f"linted {seed}"), scope)
        try:
            expression = parse(text)
            if not check(expression, scope.types).problems:
                made.append(value_source(expr(text)))
        except ExpressionError:
            continue
    return made


def test_ruff_and_mypy_have_nothing_to_say_of_expressions(tmp_path: Path) -> None:
    sources = _checked(700)
    assert len(sources) > 350
    sources += [
        value_source(text_of("word " * 60, expr("inputs.a"), "\n".join(["line"] * 40))),
        value_source(literal_of({"a" * 90: ["b" * 200, {"c": -1}]})),
        value_source(converted(expr("[1, 2]"), "field", "a")),
        *(value_source(expr(source)) for source in ODD),
    ]
    text = "".join(
        _function(f"f{number}", source, "    return {}") for number, source in enumerate(sources)
    )
    conditions = ["inputs.a", "not a", "a.b and c == null", "steps.a.ok", "len(a) > 1 or b"]
    for number, source in enumerate(conditions):
        made = condition_source(expr(source))
        sources.append(made)
        text += _function(f"c{number}", made, "    if {}:\n        return True\n    return False")
    used = sorted({name for source in sources for name in source.functions})
    head = f"{HEADER}\nfrom typing import Any\n\nfrom functions import {', '.join(used)}\n\n\n"
    texts = {"steps": head + text, "functions": functions_module(HEADER, used)}
    formatted(tmp_path, texts)
    assert faults(tmp_path) == ""


ODD = (
    "[1, 'a'][0] == [null][0]", "1 == 2", "1 == 'a'", "'a' in [1]", "1 in []", "[] == [a]",
    "[x for x in []]", "[x + y for x, y in [[1, 'a']]]", "{}[a]", "{'a': {'b': 1}, 'c': 2}.a.b",
    "(1 if a else 'b') == 'c'", "(a if b else 1).k", "null == 1", "true == 'a'", "a == true == b",
    "{'a': 1, 'a': 2}", "-(-a)", "+(+a)", "int(1) + float(1.5) + int(-(1))", "str('a')",
    "bool(true)", "not (a in b)", "not contains(a, b)", "not (a == null)", "[l for l in a]",
    "[I + O for I, O in a]", "[default(x.a, [has(y.b) for y in x]) for x in a]",
    "len(1 if a else b)", "sum(a).k",
    "max(1, 'a') if false else 1", "join([1, a], ',')", "keys({})", "[k for k in keys({})]",
    "default(null.a, {}.b)", "[x for x, y in zip(a, [1])]", "[x for x, y, z in a]",
    "sorted([a, 1])", "min([1, 'a'])", "-'a' if false else 1", "['a'] + [1]", "[1][a]", "'abc'[a]",
    "{'a': 1}[a]",
    "values({'a': 1, 'b': 'c'})[0]", "round(a)[0] if false else 1", "lower(default(a, 1))",
    "[[x, 'a'] for x in a][0][0] + 1", "replace('a', b, 'c')", "from_json('1').a", "unique([])[0]",
)  # fmt: skip
"""What a linter or a type checker may stumble over, sensible or not."""
