"""Operators and words of other languages, and what to write here instead."""

from __future__ import annotations

from typing import Final

Foreign = tuple[str, str, str | None, str | None]
"""The text, the fact, a help, and the replacement where one is certain."""

_OPERATORS: Final[tuple[Foreign, ...]] = (
    ("===", "`===` is no operator here.", "Use `==`.", "=="),
    ("!==", "`!==` is no operator here.", "Use `!=`.", "!="),
    ("&&", "`&&` is no operator here.", "Use `and`.", "and"),
    ("||", "`||` is no operator here.", "Use `or`.", "or"),
    ("**", "There is no power operator.", "Multiply: `x * x`.", None),
    ("<>", "`<>` is no operator here.", "Use `!=`.", "!="),
    ("<<", "There are no bit operators.", None, None),
    (">>", "There are no bit operators.", None, None),
    (":=", "A value cannot be named inside an expression.", "Use a `set` step.", None),
    ("=>", "`=>` is no operator here.", "Write `>=` for at least.", None),
    ("->", "`->` is no operator here.", None, None),
    ("??", "`??` is no operator here.", "Use `default(x, y)`.", None),
    ("?.", "`?.` is no operator here.", "Use `default(a.b, null)`.", None),
    ("?", "`a ? b : c` is not written like that here.", "Use `b if a else c`.", None),
    ("+=", "Nothing can be assigned here.", "Use a `set` step.", None),
    ("-=", "Nothing can be assigned here.", "Use a `set` step.", None),
    ("*=", "Nothing can be assigned here.", "Use a `set` step.", None),
    ("/=", "Nothing can be assigned here.", "Use a `set` step.", None),
    ("=", "`=` compares nothing and nothing can be assigned.", "Use `==`.", "=="),
    ("!", "`!` is no operator here.", "Use `not`.", "not "),
    ("&", "There are no bit operators.", "Use `and`.", "and"),
    ("|", "There are no bit operators and no filters.", "Use `or`, or write `upper(x)`.", None),
    ("^", "There are no bit operators.", None, None),
    ("~", "There are no bit operators.", "Use `not`.", None),
    ("@", "There is no operator `@`.", None, None),
    (";", "An expression is one value.", "Remove the `;`.", None),
    ("#", "A comment cannot stand in an expression.", "Put it in a YAML comment outside.", None),
    ("`", "There are no template strings.", "Write \" or '.", None),
    ("\\", "A backslash has no place outside a string.", "Remove it; lines may go on.", None),
    ("${{", "`${{` stands inside an expression.", "Write the bare expression.", ""),
    ("$", "`$` has no place here.", "Write the bare name.", ""),
)

FOREIGN_OPERATORS: Final[dict[str, tuple[Foreign, ...]]] = {
    first: tuple(row for row in _OPERATORS if row[0][0] == first)
    for first in {row[0][0] for row in _OPERATORS}
}
"""Rows by their first character, the longest text first."""

FOREIGN_WORDS: Final[dict[str, tuple[str, str | None, str | None]]] = {
    "is": ("`is` is no operator here.", "Use `==`, or `!=` for `is not`.", "=="),
    "lambda": ("There are no lambdas.", "Use a list comprehension: `[f(x) for x in xs]`.", None),
    "AND": ("`AND` is no operator here.", "Use `and`.", "and"),
    "OR": ("`OR` is no operator here.", "Use `or`.", "or"),
    "NOT": ("`NOT` is no operator here.", "Use `not`.", "not"),
    "await": ("Nothing can be awaited here.", "References wait by themselves.", None),
    "yield": ("`yield` has no place in an expression.", None, None),
    "import": ("Nothing can be imported here.", "Use a `python` player.", None),
    "del": ("Nothing can be deleted here.", None, None),
    "return": ("An expression has no `return`.", "Write the value alone.", None),
    "elif": ("`elif` has no place in an expression.", "Use `a if x else b if y else c`.", None),
    "undefined": ("There is no `undefined`.", "Use `has(x)`, or `null`.", "null"),
    "nil": ("There is no `nil`.", "Use `null`.", "null"),
    "TRUE": ("There is no `TRUE`.", "Use `true`.", "true"),
    "FALSE": ("There is no `FALSE`.", "Use `false`.", "false"),
    "NULL": ("There is no `NULL`.", "Use `null`.", "null"),
}
"""Bare words by what they mean elsewhere."""
