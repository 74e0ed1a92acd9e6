from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2.exceptions import TemplateAssertionError, TemplateNotFound, UndefinedError

from adapters.emitter.code import Code, literal
from adapters.emitter.environment import environment, environment_of, indented, render


def _rendered(template: str, **view: Any) -> str:
    return render(environment_of(DictLoader({"it": template})), "it", **view)


@pytest.mark.parametrize(
    "value",
    ["raw", "", 1.5, True, None, ["a"], {"a": 1}, b"raw", object(), [Code("a")]],
)
def test_what_is_no_source_gets_into_no_hole(value: Any) -> None:
    with pytest.raises(TypeError, match="takes source only"):
        _rendered("{{ x }}", x=value)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'constant' }}",
        "{{ 1.5 }}",
        "{{ raw }}",
        "{{ raw|safe }}",
        "{{ raw|e }}",
        "{{ raw|upper }}",
        "{{ code|upper }}",
        "{{ code ~ raw }}",
        "{{ code ~ code }}",
        "{{ raw + code }}",
        "{{ code + raw }}",
        "{{ '%s'|format(raw) }}",
        "{{ code|replace('code', raw) }}",
        "{{ [raw]|join }}",
        "{{ [code]|join(raw) }}",
        "{{ [raw]|joined }}",
        "{{ raw|indented }}",
        "{{ raw if true else code }}",
        "{{ code[0] }}",
        "{{ holes.format(raw) }}",
        "{{ code.__class__.__name__ }}",
        "{{ namespace(a=raw).a }}",
        "{% set x = raw %}{{ x }}",
        "{% set x | upper %}a{% endset %}{{ x }}",
        "{% for x in raw %}{{ x }}{% endfor %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(raw) }}",
        "{% autoescape true %}{{ raw }}{% endautoescape %}",
        "{% with x = raw %}{{ x }}{% endwith %}",
        "{% if true %}{{ raw }}{% endif %}",
    ],
)
def test_there_is_no_way_round_for_raw_text(template: str) -> None:
    with pytest.raises(TypeError):
        _rendered(template, raw="raw", code=Code("code"), holes=Code("{}"))


@pytest.mark.parametrize(
    "template",
    [
        "{% filter replace('a', raw) %}a{% endfilter %}",
        "{% call raw.title() %}{% endcall %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}a{% endcall %}",
        "{% set x %}{% filter upper %}a{% endfilter %}{% endset %}{{ x }}",
    ],
)
def test_statements_that_write_without_being_asked_are_refused(template: str) -> None:
    with pytest.raises(TemplateAssertionError, match="in templates of code"):
        _rendered(template, raw="raw")


@pytest.mark.parametrize(
    "template", ["{{ missing }}", "{{ view.missing }}", "{% if missing %}{% endif %}"]
)
def test_what_is_missing_is_named(template: str) -> None:
    with pytest.raises(UndefinedError, match="missing"):
        _rendered(template, view={})


def test_source_and_whole_numbers_are_written_as_they_are() -> None:
    assert _rendered("x = {{ name }}[{{ 3 }}]{{ loop }}", name=Code("a"), loop=4) == "x = a[3]4\n"


def test_macros_set_blocks_includes_and_blocks_give_source() -> None:
    templates = {
        "macros": "{% macro call(x) %}f({{ x|literal }}){% endmacro %}",
        "part": "{{ code }}",
        "base": "{% block top %}base{% endblock %}",
        "it": "{% extends 'base' %}{% block top %}{{ super() }}\n"
        "{% from 'macros' import call %}{{ call('a\"') }}\n"
        "{% set text %}if {{ code }}:\n    pass\n{% endset %}{{ text }}"
        "{% include 'part' %}{% endblock %}",
    }
    made = render(environment_of(DictLoader(templates)), "it", code=Code("code"))
    assert made == "base\nf('a\"')\nif code:\n    pass\ncode\n"
    assert isinstance(made, Code)


@pytest.mark.parametrize(
    "template", ["a", "a\n", "a\n\n\n", "a  \n \n", "{% if 0 %}{% endif %}a\n"]
)
def test_a_text_ends_with_exactly_one_newline(template: str) -> None:
    assert _rendered(template) == "a\n"


def test_blocks_leave_no_empty_lines() -> None:
    template = "a = [\n    {% for x in xs %}\n    {{ x }},\n    {% endfor %}\n]\n"
    assert _rendered(template, xs=[1, 2]) == "a = [\n    1,\n    2,\n]\n"


def test_templates_are_found_in_packages_and_nowhere_else() -> None:
    assert environment() is environment()
    for path in ("../code.py", "/etc/passwd", "nothing.jinja"):
        with pytest.raises(TemplateNotFound):
            environment().get_template(path)


def test_indenting_moves_each_line_but_the_first_and_the_empty_ones() -> None:
    source = Code("if a:\n    b()\n\nc()\n")
    assert indented(source) == "if a:\n        b()\n\n    c()\n"
    assert indented(source, 2) == "if a:\n            b()\n\n        c()\n"
    assert _rendered("def f():\n    {{ body|indented }}\n", body=Code("a\nb")) == (
        "def f():\n    a\n    b\n"
    )


@given(
    st.lists(
        st.sampled_from(
            ["x = 1", "x = '''a\n  b\n'''", 'x = """\n\\""" c\n"""', "# it's", "x = 'a#\\''",
             'x = "\'"',
             "x = r'''\\\n'''", "x = ''", 'x = ""', "x = 'a' '''\nb'''", "", "x = '\\\n'"]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_indenting_changes_no_value(lines: list[str]) -> None:
    body = "\n".join(["pass", *lines])
    moved = ast.parse(f"if 1:\n    {indented(Code(body))}\n").body[0]
    assert isinstance(moved, ast.If)
    assert [ast.dump(node) for node in moved.body] == [
        ast.dump(node) for node in ast.parse(body).body
    ]


@given(st.text(st.characters(exclude_categories=())))
def test_a_hostile_value_stays_a_value_in_every_place(text: str) -> None:
    template = "a = {{ x|literal }}\nb = f({{ x|literal }})  # {{ x|words }}\n"
    tree = ast.parse(_rendered(template, x=text))
    twin = ast.parse(_rendered(template, x="harmless"))
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert values == [text, text]
    assert [type(node) for node in ast.walk(tree)] == [type(node) for node in ast.walk(twin)]
    assert literal(text) == ascii(text)
