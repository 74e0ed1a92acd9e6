from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.parse.tree import ListNode, MapNode, ScalarNode
from tests.unit.compiler.parse.reading_aid import FILE, codes, cut, places, read, scalar
from workflow_ir.splice import splice

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]
both = pytest.mark.parametrize("loader", LOADERS, ids=["c", "pure"])


def plain(text: str, **options: Any) -> object:
    tree, problems = read(text, **options)
    assert problems == ()
    assert tree is not None
    return tree.plain()


@both
def test_data_are_read_with_their_places(loader: type[Any]) -> None:
    text = 'a: {b: [1, "x\\ty"]}\nc:\n  - d: e\n    f: |\n      g\n\n# end\n'
    tree, problems = read(text, loader=loader)
    assert problems == ()
    assert isinstance(tree, MapNode)
    assert tree.plain() == {"a": {"b": [1, "x\ty"]}, "c": [{"d": "e", "f": "g\n"}]}
    inner, listed = tree.get("a"), tree.get("c")
    assert isinstance(inner, MapNode)
    assert isinstance(listed, ListNode)
    assert cut(text, inner.span) == '{b: [1, "x\\ty"]}'
    assert cut(text, listed.span) == "- d: e\n    f: |\n      g"
    assert cut(text, scalar(listed.items[0], "f").span) == "|\n      g"
    assert [cut(text, key.span) for key, _ in tree.entries] == ["a", "c"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("-0", 0), ("+5", 5), ("1.50", 1.5), (".5", 0.5), ("1e3", 1000.0),
        ("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None),
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"),
        ("012", "012"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("1_000", "1_000"),
        ("12:30", "12:30"), ("2024-01-01", "2024-01-01"), ("1.2.3", "1.2.3"), ("-", "-"),
        (".", "."), ("+", "+"), ("1e", "1e"), ("e3", "e3"), ("00.5", "00.5"), ("=", "="),
        ('"12"', "12"), ("'true'", "true"), ("!!str 12", "12"), ("!!int 12", 12), ("! 12", "12"),
        ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)),
        ("\u0661\u0662", "\u0661\u0662"),
    ],
)  # fmt: skip
@both
def test_scalars_are_typed_by_the_specification(
    written: str, value: object, loader: type[Any]
) -> None:
    if written in {"-", "="}:
        written = f'"{written}"'
    read_value = plain(f"a: {written}\n", loader=loader)
    assert read_value == {"a": value}
    assert isinstance(read_value, dict)
    assert type(read_value["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("MEL103", "1:1-1:1")]),
        ("# only a comment\n", [("MEL103", "1:1-1:1")]),
        ("a: 1\nb: 2\na: 3\n", [("MEL107", "3:1-3:2")]),
        ("a: 1\n'a': 3\n", [("MEL107", "2:1-2:4")]),
        ("a: !x 1\nb: &y !!set {a}\n", [("MEL108", "1:4-1:6"), ("MEL108", "2:7-2:12")]),
        ("when: !steps.a.ok\n", [("MEL108", "1:7-1:18")]),
        ("a: .inf\nb: -.INF\nc: .nan\n", [("MEL108", f"{n}:4-{n}:{e}") for n, e in
                                          ((1, 8), (2, 9), (3, 8))]),
        ("a: 1e999\n", [("MEL108", "1:4-1:9")]),
        ("a: 9223372036854775808\n", [("MEL108", "1:4-1:23")]),
        ("? [a]\n: b\n", [("MEL108", "1:3-1:6")]),
        ("a: &x [*x]\n", [("MEL108", "1:8-1:10")]),
        ('a: "x\\0y"\n', [("MEL108", "1:4-1:10")]),
        ("a: *b\n", [("MEL104", "1:4-1:6")]),
        ("a: 1\n---\nb: 2\n", [("MEL109", "2:1-2:4")]),
        ("<<: 1\n", [("MEL108", "1:5-1:6")]),
    ],
)  # fmt: skip
@both
def test_what_is_no_json_is_refused_at_its_place(
    text: str, found: list[tuple[str, str]], loader: type[Any]
) -> None:
    assert places(read(text, loader=loader)[1]) == found


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a:\n\tb: 1\n", "a tab is used for indentation", "2:1-2:2"),
        ("a: x: y\n", "this value contains `: `, which makes it a key to YAML", "1:5-1:6"),
        ("a:b\nd: 2\n", "a space is missing after the `:` of the line before", "1:3-1:3"),
        ("a: 1\nb:c\nd: 2\n", "a space is missing after the `:`", "2:3-2:3"),
        ("a: 1\nb c\nd: 2\n", "this line has no `:`", "2:1-2:4"),
        ("a: 1\n  b: 2\n", "this key is indented deeper than the keys beside it", "2:3-2:4"),
        ("a:\n  b: 1\n c: 2\n", "this line's indentation fits none of the lines above it",
         "3:2-3:3"),
        ('a: "x\nb: 1\n', 'the quote `"` is never closed', "1:4-1:6"),
        ("a: 'it's'\n", "text follows the closing quote", "1:8-1:9"),
        ('a: "\\q"\n', "`\\q` is no escape of a double-quoted text", "1:5-1:7"),
        ("a: [1, 2\nb: 3\n", "the bracket `[` is never closed", "1:4-1:5"),
        ("a: {b: 1\n", "the bracket `{` is never closed", "1:4-1:5"),
        ("a: [", "the bracket `[` is never closed", "1:4-1:5"),
        ("a: [{b: 1}, [2], ", "the bracket `[` is never closed", "1:4-1:5"),
        ("a: [{b: [1], c: ", "the bracket `{` is never closed", "1:5-1:6"),
        ("a: }\n", "`}` closes nothing", "1:4-1:5"),
        ("a: @b\n", "a value cannot begin with `@`", "1:4-1:5"),
        ("a: *.py\n", "`*` begins a YAML alias, but no name follows", "1:4-1:5"),
        ("a: - b\n", "a list item cannot stand here", "1:4-1:5"),
        ("- a\nb: 1\n", "this line is no item of the list above it", "2:1-2:2"),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n", "a merge conflict was left in this file", "2:1-2:8"),
        ('"a" "b"', "the value of this file has ended before this place", "1:5-1:6"),
        ("a: |x\n", "text follows `|` or `>` on the same line", "1:5-1:5"),
    ],
)  # fmt: skip
@both
def test_a_syntax_error_is_explained_in_plain_words(
    text: str, message: str, place: str, loader: type[Any]
) -> None:
    tree, problems = read(text, loader=loader)
    assert tree is None
    assert [(problem.code, problem.message) for problem in problems] == [("MEL104", message)]
    assert problems[0].help
    assert places(problems) == [("MEL104", place)]


@both
def test_unquoted_values_in_brackets_are_all_reported_and_reading_goes_on(
    loader: type[Any],
) -> None:
    text = (
        'a: {b: ${{ f("}}", {"x": 1}) }}, c: list[string]?, d: x ${{ y }} z}\n'
        "e: [string?, map[list[integer]]]\n"
        "k: 1\n"
        "k: 2\n"
    )
    tree, problems = read(text, loader=loader)
    assert codes(problems) == ["MEL110"] * 5 + ["MEL107"]
    assert [cut(text, problem.span) for problem in problems if problem.span][:5] == [
        '${{ f("}}", {"x": 1}) }}', "list[string]?", "x ${{ y }} z", "string?",
        "map[list[integer]]",
    ]  # fmt: skip
    fixed = splice(text, [edit for p in problems if p.fix for edit in p.fix.edits])
    assert fixed.splitlines()[1] == 'e: ["string?", "map[list[integer]]"]'
    again, left = read(fixed, loader=loader)
    assert codes(left) == ["MEL107"]
    assert tree is not None
    assert again is not None
    assert tree.plain() == again.plain()


@both
def test_a_text_with_a_question_mark_needs_no_quotes_outside_brackets(loader: type[Any]) -> None:
    assert plain("a: string?\n", loader=loader) == {"a": "string?"}


def test_keys_that_are_no_text_are_read_as_they_are_written() -> None:
    assert plain("1: a\non: b\nnull: c\n1.50: d\n") == {
        "1": "a",
        "on": "b",
        "null": "c",
        "1.50": "d",
    }


def test_an_anchor_is_no_part_of_the_value() -> None:
    text = "a: &x {b: 1}\nc: &y\n  d: 1\ne: &z f\n"
    tree, problems = read(text)
    assert problems == ()
    assert isinstance(tree, MapNode)
    assert [cut(text, value.span) for _, value in tree.entries] == ["{b: 1}", "d: 1", "f"]


def test_merge_keys_give_way_to_the_keys_of_the_map() -> None:
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n"
    tree, problems = read(text)
    assert problems == ()
    assert isinstance(tree, MapNode)
    merged = tree.get("z")
    assert merged is not None
    assert merged.plain() == {"b": 2, "c": 4, "a": 0}


def bomb(reference: str) -> str:
    lines = ["a0: &a0 {k: v}"]
    for level in range(1, 12):
        inside = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} {reference.format(inside)}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 50_000, "MEL105"),
        ("{a: " * 50_000, "MEL105"),
        ("- " * 50_000, "MEL105"),
        ("? " * 50_000, "MEL105"),
        ("[" * 64 + "]" * 64 + "\n" + "a: &a " + "[" * 60, "MEL104"),
        ("a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40, "MEL105"),
        (bomb("[{}]"), "MEL106"),
        (bomb("{{<<: [{}]}}"), "MEL106"),
        ("%TAG !a! x\n" * 300_000, "MEL104"),
        ("a: " + "1" * 5_000_000, "MEL108"),
        ("[" + "a," * 600_000 + "]", "MEL106"),
        ("!" * 1_000_000, "MEL108"),
        ("[${{ x }}, " * 60, "MEL110"),
        ("a" * (8 * 1024 * 1024 + 1), "MEL106"),
    ],
    ids=lambda value: value[:10] if isinstance(value, str) else None,
)
def test_a_hostile_file_is_refused(text: str, code: str) -> None:
    _, problems = read(text)
    assert codes(problems)[0] == code


def test_sixty_four_levels_are_legal() -> None:
    assert codes(read("[" * 64 + "]" * 64)[1]) == []
    assert codes(read("[" * 65 + "]" * 65)[1]) == ["MEL105"]


def test_json_files_keep_their_astral_characters_and_places() -> None:
    text = '{"a": "\\ud83d\\ude00 \\\\ud83d\\\\ude00", "b": {"c": 1, "c": 2}}'
    tree, problems = read(text, file="t.melody.json")
    assert scalar(tree, "a").value == "\U0001f600 \\ud83d\\ude00"
    assert cut(text, scalar(tree, "a").at(0, 1)) == "\\ud83d\\ude00"
    assert [cut(text, problem.span) for problem in problems if problem.span] == ['"c"']
    assert places(problems)[0][1].startswith(f"1:{text.rindex(chr(34) + 'c') + 1}-")


def test_lines_are_those_of_editors_not_of_yaml() -> None:
    text = 'a: "x\u2028  y"\r\nb: "\x85"\rc: {d: 1, d: 2}\n'
    _, problems = read(text)
    assert places(problems) == [("MEL107", "3:11-3:12")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_wrong_as_a_whole_is_shown_to_its_end(end: str) -> None:
    for line, text in (("{", f"a: 1{end}{{{end}"), ("'b", f"a: 1{end}'b{end}")):
        _, problems = read(text)
        assert [cut(text, problem.span) for problem in problems if problem.span] == [line]


def test_of_many_mistakes_the_first_are_told_and_the_others_cost_nothing() -> None:
    for item in ("a?", "*a", "!x 1"):
        _, problems = read(f"a: [{', '.join([item] * 5000)}]\n")
        assert len(problems) == 200
    _, problems = read("a: 1\n" * 5000)
    assert codes(problems) == ["MEL107"] * 200


def test_anchors_and_tags_in_a_row_are_no_part_of_the_value() -> None:
    tree, problems = read("a: &x !!str  12\n")
    assert problems == ()
    assert isinstance(tree, MapNode)
    assert scalar(tree, "a").span.at == "1:14-1:16"


def test_a_byte_order_mark_is_accepted_and_no_column() -> None:
    tree, problems = read(b"\xef\xbb\xbfa: 1\n")
    assert problems == ()
    assert isinstance(tree, MapNode)
    assert tree.entries[0][0].span.column == 1


def survives(data: bytes) -> None:
    tree, problems = read(data)
    assert isinstance(tree, MapNode | ListNode | ScalarNode) or problems
    for problem in problems:
        assert problem.span is not None
        assert problem.span.file == FILE
        assert problem.span.line >= 1
        assert problem.span.column >= 1
    if isinstance(tree, MapNode | ListNode):
        tree.plain()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree_or_diagnostics(data: bytes) -> None:
    survives(data)


PIECES = [
    "a", "steps", ": ", ":\n", "\n", "  ", "\t", "- ", "? ", "{", "}", "[", "]", ", ", "'", '"',
    "|", ">", "&a ", "*a", "!x ", "!!str ", "${{ ", " }}", "#", " #", "---\n", "...\n", "%TAG",
    "\\", "~", "<<: ", "\u2028", "\r\n", "é", "\U0001f600", "1", ".inf", "list[", "string?", "@",
    "`", "\x85",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mixture_of_yaml_gives_a_tree_or_diagnostics(text: str) -> None:
    survives(text.encode())


SAMPLE = """melody: v1
name: sample
steps:
  draft: &d
    play: coder
    with: {code: "${{ inputs.x }}", n: [1, 2]}
    prompt: |
      Write ${{ inputs.language }}
  final: {set: 'it''s', <<: *d}
"""


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(SAMPLE)), st.integers(0, 8), st.sampled_from([*PIECES, ""]), st.booleans()
)
def test_any_mutation_gives_a_tree_or_diagnostics(
    at: int, length: int, piece: str, twice: bool
) -> None:
    text = SAMPLE[:at] + piece + SAMPLE[at + length :]
    survives((text + text if twice else text).encode())


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner,
            max_size=4,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    text = yaml.dump(
        {"root": value}, allow_unicode=False, default_style='"', Dumper=yaml.SafeDumper
    )
    tree, problems = read(text)
    assert problems == ()
    assert tree is not None
    assert tree.plain() == {"root": value}
