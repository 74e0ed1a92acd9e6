"""One spelling for each meaning."""

from __future__ import annotations

import pytest

from workflow_ir.expressions import canonical, parse
from workflow_ir.expressions.limits import MOST_SOURCE_BYTES


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("  a  ", "a"),
        ("((a))", "a"),
        ("a['b']", "a.b"),
        ("a['class'].if", "a.class.if"),
        ("a['größe']", "a.größe"),
        ("a['b c'][0]", 'a["b c"][0]'),
        ("a['']", 'a[""]'),
        ("a['1']", 'a["1"]'),
        ("a . b", "a.b"),
        ("a[\n0\n]", "a[0]"),
        ("'it\\'s \"x\"'", '"it\'s \\"x\\""'),
        ("'\\x41\\u00fc\\U0001F600'", '"Aü😀"'),
        ("'\\a\\v\\x7f\\u2028'", '"\\u0007\\u000b\\u007f\\u2028"'),
        ("'\t'", '"\\t"'),
        ("True and not False or None == null", "true and not false or null == null"),
        ("1.50", "1.5"),
        ("1.", "1.0"),
        (".5e1", "5.0"),
        ("1e300", "1e+300"),
        ("100000000000000000000.0", "1e+20"),
        ("00", "0"),
        ("-0", "0"),
        ("-(-0)", "0"),
        ("-0.0", "-0.0"),
        ("-(-0.0)", "--0.0"),
        ("- (5)", "-5"),
        ("-(-5)", "--5"),
        ("+5", "+5"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("(1).x", "(1).x"),
        ("1 .x", "(1).x"),
        ("(-1)[0]", "(-1)[0]"),
        ("-(1)[0]", "-(1)[0]"),
        ("1+2*3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("1+(2+3)", "1 + (2 + 3)"),
        ("-(a*b)", "-(a * b)"),
        ("(-a)*b", "-a * b"),
        ("a//b%c", "a // b % c"),
        ("a and (b and c)", "a and b and c"),
        ("(a or b) or c", "a or b or c"),
        ("(a or b) and c", "(a or b) and c"),
        ("a or (b and c)", "a or b and c"),
        ("not (a == b)", "not a == b"),
        ("(not a) == b", "(not a) == b"),
        ("not (a and b)", "not (a and b)"),
        ("a<b<=c", "a < b <= c"),
        ("(a<b)<c", "(a < b) < c"),
        ("a  not   in b", "a not in b"),
        ("a if b else (c if d else e)", "a if b else c if d else e"),
        ("(a if b else c) if d else e", "(a if b else c) if d else e"),
        ("a if (b if c else d) else e", "a if (b if c else d) else e"),
        ("(a if b else c)+1", "(a if b else c) + 1"),
        ("[1,2,]", "[1, 2]"),
        ("{'a':1,\"b\":[],}", '{"a": 1, "b": []}'),
        ("{'a' + 'b':1}", '{"a" + "b": 1}'),
        ("max((x for x in xs))", "max(x for x in xs)"),
        ("max((x for x in xs), 1)", "max((x for x in xs), 1)"),
        ("[x for(x)in(xs)if(x)if x>1]", "[x for x in xs if x if x > 1]"),
        ("[x for x in (a if b else c) if (d if e else f)]",
         "[x for x in (a if b else c) if (d if e else f)]"),
        ("[(x if a else y) for x in xs]", "[x if a else y for x in xs]"),
        ("[a for (a, b) in xs]", "[a for a, b in xs]"),
        ("[a for [a, b] in xs]", "[a for a, b in xs]"),
        ("[a for a, [b, (c,)] in xs]", "[a for a, (b, [c]) in xs]"),
        ("[a for (a,) in xs]", "[a for [a] in xs]"),
        ("a[ 1 : ]", "a[1:]"),
        ("a[:b+1]", "a[:b + 1]"),
        ("a[:]", "a[:]"),
        ("default( a.b ,'')", 'default(a.b, "")'),
        ("'a'\n+\n'b'", '"a" + "b"'),
    ],
)  # fmt: skip
def test_an_expression_has_one_spelling(written: str, spelling: str) -> None:
    assert canonical(parse(written)) == spelling
    assert canonical(parse(spelling)) == spelling


def test_a_spelling_that_would_be_too_long_to_be_read_stays_as_written() -> None:
    written = "'" + '"' * 4000 + "'"
    assert canonical(parse(written)) == written
    shorter = "'" + '"' * 2000 + "'"
    assert canonical(parse(shorter)) == '"' + '\\"' * 2000 + '"'
    assert len(canonical(parse(shorter))) <= MOST_SOURCE_BYTES


def test_a_very_long_path_and_a_very_long_row_are_spelled() -> None:
    path = "a" + ".b" * 450
    assert canonical(parse(path)) == path
    row = " and ".join("a" * 400)
    assert canonical(parse(row.replace(" and ", "  and  "))) == row
