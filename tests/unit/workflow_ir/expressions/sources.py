"""Sources of expressions for property tests, and data for them to read."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

NAMES: dict[str, Any] = {
    "a": 7,
    "n": None,
    "f": 2.5,
    "s": "Grüße, Welt\nzwei",
    "yes": True,
    "xs": [3, 1, 2, 1],
    "ys": [0.5, 2, -1],
    "words": ["b", "a", "", "b"],
    "mixed": [1, "a", None, True, [1], {"k": 1}],
    "m": {"k": 1, "class": "x", "deep": {"from": [{"v": 1}, {"v": None}]}, "none": None},
    "rows": [{"v": 1, "w": "a"}, {"v": 2, "w": "b"}],
}

# A grammar by the kind of the value, so that most sources have a value and not an error: N number,
# T text, B boolean, L numbers, W texts, V any value, M what may be missing.
GRAMMAR: dict[str, list[str]] = {
    "N": [
        "0", "1", "2", "-1", "10", "0.1", "-0.0", "1e300", "9223372036854775807", "a", "f", "m.k",
        "-9223372036854775808", "xs[0]", "xs[-1]", "m.deep.from[0].v", "rows[1].v",
        "(<N> + <N>)", "(<N> - <N>)", "<N> * <N>", "<N> / <N>", "<N> // <N>", "<N> % <N>", "-<N>",
        "round(<N>)", "round(<N>, 1)", "round(<N>, -1)", "abs(<N>)", "int(<N>)", "float(<N>)",
        "sum(<L>)", "min(<L>)", "max(<L>)", "first(<L>)", "last(<L>)", "min(<N>, <N>)",
        "max(<N>, <N>, <N>)", "sum(x for x in <L> if x > <N>)", "len(<L>)", "len(<T>)", "len(m)",
        "(<N> if <B> else <N>)", "default(<N>, <N>)", "default(<M>, <N>)",
        "coalesce(<M>, <M>, <N>)",
        "duration('90s')", "duration('1h30m')", "int(str(int(<N>)))", "from_json(json(<N>))",
        "float('1.5')", "int(' -12 ')", "(<L>)[<N>]",
    ],
    "T": [
        "s", "''", "'a'", "'ü'", "'\\n'", "words[0]", "rows[1].w", "m.class", "m['class']", "s[0]",
        "(<T> + <T>)", "lower(<T>)", "upper(<T>)", "strip(<T>)", "str(<V>)", "json(<V>)",
        "bullets(<L>)", "bullets(mixed)", "join(<W>, <T>)", "replace(<T>, <T>, <T>)", "(<T>)[1:]",
        "(<T>)[-2:99]", "default(<M>, <T>)", "(<T> if <B> else <T>)", "first(<W>)", "max(<W>)",
    ],
    "B": [
        "true", "False", "yes", "(<N> == <N>)", "(<N> < <N>)", "<N> <= <N> != <N>", "(<N> >= <N>)",
        "(<T> == <T>)", "(<T> < <T>)", "(<V> == <V>)", "(<V> != <V>)", "(<B> and <B>)",
        "(<B> or <B>)", "not <B>", "(<B> == <B>)", "(<N> in <L>)", "(<T> not in <T>)",
        "(<T> in <W>)", "(<T> in m)", "contains(<L>, <N>)", "contains(<T>, <T>)", "bool(<V>)",
        "startswith(<T>, <T>)", "endswith(<T>, <T>)", "has(<V>)", "has(<M>)",
        "any(x < <N> for x in <L>)", "all([x != <T> for x in <W>])", "any(1 / x > 0 for x in <L>)",
    ],
    "L": [
        "xs", "ys", "[]", "[1]", "[0.5, -0.0, 0]", "xs[1:]", "xs[:-1]", "[<N>, <N>]", "(<L> + <L>)",
        "sorted(<L>)", "unique(<L>)", "range(3)", "range(a)", "range(-2, 3)", "range(3, 1)",
        "[i * <N> for i in <L> if i != <N>]", "[u + v for u in xs for v in <L>]",
        "[p for p, q in zip(<L>, <W>)]", "default(<M>, <L>)", "[r.v for r in rows]", "values({})",
    ],
    "W": [
        "words", "words[1:]", "keys(m)", "['x', '']", "split(<T>, <T>)", "lines(<T>)",
        "sorted(<W>)", "unique(<W>)", "[upper(w) for w in <W> if w != '']", "[str(x) for x in <L>]",
    ],
    "M": ["m.gone", "m.none", "m.gone.x", "n", "xs[9]", "m.deep.from[1].v", "first([])", "n.x"],
    "V": [
        "null", "n", "mixed", "m", "m.deep", "rows", "rows[0]", "mixed[3]", "values(m)", "mixed[a]",
        "zip(xs, words)", "{}", "<N>", "<T>", "<B>", "<L>", "<W>", "<M>", "{'p': <V>, <T>: <V>}",
        "[<V>, <V>]", "(<V> + <V>)", "(<V> * <V>)", "(<V> % <V>)", "(<V> in <V>)", "(<V> < <V>)",
        "(<V> and <V>)", "(<V>)[<V>]", "unique([<V>, <V>, <V>])", "max(<V>, <V>)", "sum(<V>)",
        "[x for x in <V>]", "[[x, <V>] for x in <L>]", "default(<V>, <V>)", "sorted(<V>)",
    ],
}  # fmt: skip


@st.composite
def sources(draw: st.DrawFn, kind: str = "V", depth: int = 4) -> str:
    forms = GRAMMAR[kind]
    if depth == 0:
        forms = [form for form in forms if "<" not in form] or ["null"]
    form = draw(st.sampled_from(forms))
    parts = re.split("<([NTBLWMV])>", form)
    for position in range(1, len(parts), 2):
        parts[position] = draw(sources(parts[position], depth - 1))
    return "".join(parts)


SOURCES = sources()
