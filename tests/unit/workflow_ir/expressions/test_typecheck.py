from __future__ import annotations

import pytest

from workflow_ir.expressions import parse
from workflow_ir.expressions.problem import Problem
from workflow_ir.expressions.step_view import step_type
from workflow_ir.expressions.typecheck import check, check_boolean
from workflow_ir.types import Boolean, Enum, Field, Json, Object, Type, describe, parse_type

OUTPUT = parse_type({"score": "number(0..1)", "issues": "list[string]", "sub": {"n": "integer?"}})
NAMES: dict[str, Type] = {
    "inputs": parse_type({
        "brief": "string",
        "language": {"enum": ["python", "rust", "go"]},
        "n": "integer",
        "flag": "boolean",
        "note": "string?",
        "j": "json",
        "m": "map[number]",
    }),
    "rows": parse_type("list[json]"),
    "items": parse_type("list[string]"),
    "steps": Object({
        "draft": Field(step_type(OUTPUT, step="draft", may_be_absent=False)),
        "maybe": Field(step_type(OUTPUT, step="maybe", may_be_absent=True)),
        "each": Field(
            step_type(parse_type("list[integer?]"), step="each", may_be_absent=True,
                      kind="for_each")
        ),
        "route": Field(
            step_type(Json(), step="route", may_be_absent=False, kind="branch",
                      arms=["fast", "slow"])
        ),
    }),
}  # fmt: skip


def problems(source: str) -> list[Problem]:
    return list(check(parse(source), NAMES).problems)


def only(source: str) -> Problem:
    found = problems(source)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("inputs.brief + '!'", "string"),
        ("inputs.n + 1", "integer"),
        ("inputs.n / 2", "number"),
        ("inputs.n * 0.5", "number"),
        ("inputs.j + 1", "json"),
        ("inputs.m.any", "number"),
        ("inputs.m[inputs.brief]", "number"),
        ("[upper(x) for x in items]", "list[string]"),
        ("{'a': inputs.n, 'b': items}", "{a: integer, b: list[string]}"),
        ("inputs.note", "string?"),
        ("default(inputs.note, '')", "string"),
        ("default(steps.maybe.output.sub.n, 0)", "integer"),
        ("coalesce(steps.maybe.output.score, inputs.n)", "number"),
        ("steps.each.ok and true", "boolean"),
        ("default(steps.each.output, [])", "list[integer?]"),
        ("default(steps.each.failed, [])", "list[integer(0..)]"),
        ("steps.draft.output.score if inputs.flag else null", "number(0..1)?"),
        ("first(items)", "string"),
        ("max(inputs.n, 0.5)", "number"),
        ("sorted(items)", "list[string]"),
        ("sum(len(x) for x in items)", "integer"),
        ("steps.maybe.player", "string?"),
        ("steps.route.branch", '"fast" | "slow" | null'),
        ("[]", "list[nothing]"),
        ("items[0][1:]", "string"),
    ],
)
def test_types_are_inferred(source: str, shown: str) -> None:
    checked = check(parse(source), NAMES)
    assert checked.problems == ()
    assert describe(checked.type) == shown


@pytest.mark.parametrize(
    ("source", "code", "at", "words"),
    [
        ("steps.draf.output", "MEL201", "draf", "Did you mean `draft`?"),
        ("steps['draf'].output", "MEL201", "'draf'", "Did you mean `draft`?"),
        ("inputs.breif", "MEL213", "breif", "Did you mean `brief`?"),
        ("steps.draft.output.scor", "MEL204", "scor", "Did you mean `score`?"),
        ("steps.draft.score", "MEL204", "score", "Write `steps.draft.output.score`."),
        ("inputs.brief.length", "MEL204", "length", "Write `len(inputs.brief)`."),
        ("items.name", "MEL204", "name", "[x.name for x in items]"),
        ("uper(inputs.brief)", "MEL205", "uper", "Did you mean `upper`?"),
        ("brief", "MEL206", "brief", "Did you mean `inputs.brief`?"),
        ("input.n", "MEL206", "input", "Did you mean `inputs`?"),
        ("health('db')", "MEL205", "health", "Move it there."),
        ("steps.maybe.output.score", "MEL209", "steps.maybe.output.score", "default("),
        ("steps.each.failed", "MEL209", "steps.each.failed", "steps.each.ok"),
        ("inputs.brief > 3", "MEL210", "inputs.brief > 3", "float(inputs.brief)"),
        ("inputs.note + 'x'", "MEL210", "inputs.note + 'x'", 'default(inputs.note, "")'),
        ("inputs.brief + 1", "MEL210", "inputs.brief + 1", "str(1)"),
        ("inputs.flag + 1", "MEL210", "inputs.flag + 1", None),
        ("inputs.flag < 1", "MEL210", "inputs.flag < 1", None),
        ("inputs.brief * 2", "MEL210", "inputs.brief * 2", "not repeated"),
        ("-inputs.brief", "MEL210", "-inputs.brief", None),
        ("inputs.n and true", "MEL210", "inputs.n", "inputs.n != 0"),
        ("not inputs.note", "MEL210", "inputs.note", None),
        ("steps.draft.error.code", "MEL210", "steps.draft.error.code", "!= null"),
        ("steps.draft", "MEL210", "steps.draft", "Write `steps.draft.output`."),
        ("items['a']", "MEL204", "'a'", None),
        ("items[0.5]", "MEL210", "items[0.5]", None),
        ("items['a':]", "MEL210", "'a'", None),
        ("[x for x in inputs.m]", "MEL210", "inputs.m", "values(inputs.m)"),
        ("{inputs.n: 1}", "MEL210", "inputs.n", None),
        ("1 in 'a'", "MEL210", "1 in 'a'", None),
        ("[items for items in rows]", "MEL212", "items", "another name"),
        ("1 if inputs.n else 2", "MEL214", "inputs.n", "inputs.n != 0"),
        ("[x for x in items if len(x)]", "MEL214", "len(x)", "len(x) != 0"),
        ("upper(inputs.n)", "MEL215", "inputs.n", "str(x)"),
        ("upper(inputs.note)", "MEL215", "inputs.note", "default(x, y)"),
        ("upper()", "MEL215", "upper()", "upper(text)"),
        ("max(1, 'a')", "MEL215", "'a'", None),
        ("sorted([1, 'a'])", "MEL215", "[1, 'a']", None),
        ("sum(items)", "MEL215", "items", None),
        ("inputs.language == 'pyton'", "MEL216", "inputs.language == 'pyton'", '"python"'),
        ("inputs.n == true", "MEL216", "inputs.n == true", "boolean is no number"),
        ("inputs.n == '3'", "MEL216", "inputs.n == '3'", "without quotes"),
        ("steps.draft.output.score == 2", "MEL216", "steps.draft.output.score == 2", None),
        ("steps.route.branch != 'fats'", "MEL216", "steps.route.branch != 'fats'", '"fast"'),
        ("inputs.language in ['c', 'zig']", "MEL216", "inputs.language in ['c', 'zig']", None),
    ],
)
def test_each_mistake_is_one_problem_at_its_place_with_a_cure(
    source: str, code: str, at: str, words: str | None
) -> None:
    problem = only(source)
    assert (problem.code, source[problem.start : problem.end]) == (code, at)
    assert words is None or words in (problem.help or "")


@pytest.mark.parametrize(
    "source",
    [
        "len(steps.draf.output.code) + 1 > 3 and inputs.n > 0",
        "inputs.breif.a.b[0] * 2",
        "[x.foo + 1 for x in steps.draf.output]",
        "uper(1) + 'a'",
        "nobody.knows + 1 == 'a'",
    ],
)
def test_one_mistake_breeds_no_followers(source: str) -> None:
    only(source)


def test_two_mistakes_are_two_problems_in_the_order_of_the_source() -> None:
    assert [p.code for p in problems("inputs.breif + steps.draf.output")] == ["MEL213", "MEL201"]


def test_every_item_of_a_list_is_checked_whatever_the_others_are() -> None:
    assert [p.code for p in problems("[rows[0], inputs.breif, steps.draf.output]")] == [
        "MEL213",
        "MEL201",
    ]


@pytest.mark.parametrize(
    "source",
    ["steps.draf", "inputs.breif", "steps['draf']", "uper('a')", "input.n", "brief"],
)
def test_a_suggestion_put_in_place_of_the_problem_mends_it(source: str) -> None:
    problem = only(source)
    assert problem.suggestion is not None
    mended = source[: problem.start] + problem.suggestion + source[problem.end :]
    codes = {found.code for found in problems(mended)}
    assert problem.code not in codes


def test_a_hidden_step_is_told_how_to_be_read() -> None:
    hidden = {"polish": "Read `steps.route.output`."}
    (problem,) = check(parse("steps.polish.output"), NAMES, hidden_steps=hidden).problems
    assert (problem.code, problem.help) == ("MEL201", "Read `steps.route.output`.")


@pytest.mark.parametrize(
    "source",
    [
        "steps.maybe.output.score if steps.maybe.ok else 0",
        "steps.maybe.ok and steps.maybe.output.score > 0.5",
        "steps['maybe']['ok'] and steps.maybe.output.score > 0.5",
        "not steps.maybe.ok or steps.maybe.output.score > 0.5",
        "0 if not steps.maybe.ok else steps.maybe.output.score",
        "steps.maybe.output.score if has(steps.maybe.output) else 0",
        "steps.maybe.output.score if has(steps.maybe.output.score) else 0",
        "len(steps.each.failed) if has(steps.each.output) else 0",
        "steps.maybe.output.sub.n + 1 if has(steps.maybe.output.sub.n) else 0",
        "steps.maybe.status == 'succeeded' and steps.maybe.output.score > 0",
        "(inputs.flag and steps.maybe.ok) and steps.maybe.output.score > 0",
        "inputs.note + '!' if inputs.note != null else ''",
        "'' if inputs.note == null else inputs.note + '!'",
        "inputs.note == 'a' and inputs.note + 'b' == 'ab'",
        "[x + 1 for x in default(steps.each.output, []) if x != null]",
        "steps.maybe.ok == steps.maybe.ok and steps.maybe.attempts > 0",
        "default(steps.maybe.output.score > 0.5, false)",
    ],
)
def test_a_condition_narrows_what_stands_behind_it(source: str) -> None:
    assert problems(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "steps.maybe.output.score if not steps.maybe.ok else 0",
        "steps.maybe.ok or steps.maybe.output.score > 0.5",
        "steps.maybe.output.score > 0.5 and steps.maybe.ok",
        "steps.maybe.output.score if steps.draft.ok else 0",
        "steps.maybe.output.score if steps.maybe.ok or inputs.flag else 0",
        "steps.maybe.output.score if steps.maybe.status == 'skipped' else 0",
        "default(0, steps.maybe.output.score)",
    ],
)
def test_a_condition_that_says_nothing_narrows_nothing(source: str) -> None:
    assert only(source).code == "MEL209"


def test_the_steps_own_condition_is_assumed_and_earlier_arms_are_refuted() -> None:
    read = parse("steps.maybe.output.score > 0")
    assert check(read, NAMES, assume=[parse("steps.maybe.ok and inputs.flag")]).problems == ()
    assert check(read, NAMES, refute=[parse("not steps.maybe.ok")]).problems == ()
    assert check(read, NAMES, refute=[parse("steps.maybe.ok")]).problems != ()


def test_what_is_null_false_or_0_for_a_step_that_did_not_run_may_be_read_bare() -> None:
    for field in ("ok", "status", "error", "attempts", "player"):
        assert check(parse(f"steps.maybe.{field}"), NAMES).problems == ()


def test_a_condition_must_be_boolean() -> None:
    (problem,) = check_boolean(parse("inputs.n"), NAMES).problems
    assert (problem.code, problem.help) == (
        "MEL214",
        "Write `inputs.n != 0`, or compare it with what you mean.",
    )
    assert check_boolean(parse("inputs.j"), NAMES).problems == ()
    assert check_boolean(parse("inputs.flag"), NAMES).type == Boolean()


def test_health_is_known_where_its_name_is_given() -> None:
    assert check(parse("health('db')"), {"__health__": Json()}).problems == ()


def test_a_literal_text_fits_an_enum() -> None:
    assert check(parse("'go'"), {}).type == Enum(("go",))
