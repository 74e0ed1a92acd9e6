"""Random expressions over the whole grammar, most of them well typed.

A form is text with slots: ``<N>`` is an operand (it may need brackets), ``<=N>`` stands alone (in
an argument, an item), ``<=N x:N>`` sees a loop's name ``{x}`` that holds a number. The kinds: N
number, I integer that is small, T text, B boolean, L list of numbers, W list of texts, Y list of
booleans, P list of pairs, M map, V any value, A any list, Z what may be missing.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from tests.fuzz.environment import TEXTS, Environment

FORMS: dict[str, tuple[str, ...]] = {
    "N": (
        "<N> + <N>", "<N> - <N>", "<N> * <N>", "<N> / <N>", "<N> // <N>", "<N> % <N>", "-<N>",
        "+<N>", "round(<=N>)", "round(<=N>, <=I>)", "abs(<=N>)", "int(<=N>)", "float(<=N>)",
        "sum(<=L>)", "min(<=L>)", "max(<=L>)", "first(<=L>)", "last(<=L>)", "min(<=N>, <=N>)",
        "max(<=N>, <=N>, <=N>)", "sum(<=N x:N> for {x} in <L>)", "len(<=V>)", "len(<=M>)",
        "min(<=N x:N> for {x} in <L> if <B x:N>)", "max(({x} for {x} in <L>))",
        "<N> if <B> else <N>", "default(<=N>, <=N>)", "default(<=Z>, <=N>)",
        "coalesce(<=Z>, <=Z>, <=N>)", "duration('90s')", "duration('1h30m')",
        "duration('0.5d250ms')",
        "int(str(int(<=N>)))", "from_json(json(<=N>))", "float(' -1.5e2 ')", "int('+12')",
        "<L>[<=I>]", "<L>[-1]", "sum(<=N x:N y:N> for {x} in <L> for {y} in <L x:N>)",
        "first([{x} for {x}, {y} in zip(<=L>, <=A>)])", "len(<=T>)", "abs(<N> - <N>)",
        "sum({x} for [{x}] in [[<=N>], [<=N>]])",
    ),
    "I": ("0", "1", "2", "-1", "3", "len(<=A>)", "0 - 1", "int(<=N>) % 3", "1 + 1", "-(1)"),
    "T": (
        "<T> + <T>", "lower(<=T>)", "upper(<=T>)", "strip(<=T>)", "str(<=V>)", "json(<=V>)",
        "bullets(<=A>)", "join(<=W>, <=T>)", "replace(<=T>, <=T>, <=T>)", "<T>[<=I>:]",
        "<T>[:<=I>]",
        "<T>[<=I>:<=I>]", "default(<=Z>, <=T>)", "<T> if <B> else <T>", "first(<=W>)", "last(<=W>)",
        "max(<=W>)", "min(<=W>)", "coalesce(<=Z>, <=T>)", "<T>[0]", "now()", "min(<=T>, <=T>)",
        "max(<=T x:T> for {x} in <W>)", "from_json('\"\\u00fc\"')", "'\\U0001F600\\\\'",
        "replace(<=T>, '\\x61', \"\\u00e4\")",
    ),
    "B": (
        "<N> == <N>", "<N> < <N>", "<N> <= <N> != <N>", "<N> >= <N>", "<N> > <N> > <N>",
        "<T> == <T>",
        "<T> < <T> <= <T>", "<V> == <V>", "<V> != <V>", "<B> and <B>", "<B> or <B>", "not <B>",
        "<B> and (<B> and <B>)", "(<B> or <B>) or <B>", "<B> == <B>", "<N> in <L>",
        "<T> not in <T>",
        "<T> in <W>", "<T> in <M>", "contains(<=L>, <=N>)", "contains(<=T>, <=T>)", "bool(<=V>)",
        "contains(<=M>, <=T>)", "startswith(<=T>, <=T>)", "endswith(<=T>, <=T>)", "has(<=V>)",
        "has(<=Z>)", "any(<=B x:N> for {x} in <L>)", "all(<=B x:T> for {x} in <W> if <B x:T>)",
        "any(<=Y>)", "all(<=Y>)", "health(<=T>)", "<B> if <B> else <B>", "<V> == null",
        "None != <V>", "any(1 / {x} > 0 for {x} in <L>)", "default(<=Z>, <=B>)", "<V> in <A>",
        "<T> >= <T>", "<T> > <T>",
    ),
    "L": (
        "[<=N>, <=N>]", "<L> + <L>", "sorted(<=L>)", "unique(<=L>)", "range(<=I>)", "range(-2, 3)",
        "range(<=I>, <=I>)", "[<=N x:N> for {x} in <L> if <B x:N>]", "<L>[<=I>:]", "<L>[:-1]",
        "[{x} + {y} for {x} in <L> for {y} in <L x:N> if {x} != {y}]", "<L>[:]",
        "default(<=Z>, <=L>)",
        "[{x} for {x}, {y} in <P>]", "[{x} for {x}, ({y}, {z}) in zip(<=L>, <=P>)]", "[<=N>,]",
        "sorted(<=N x:N> for {x} in <L>)", "unique(<=N x:N> for {x} in <L>)", "values({})", "[]",
        "values({'a': <=N>, 'b': <=N>})", "[<=N x:N> for {x} in <L> if <B x:N> if <B x:N>]",
        "<L> if <B> else <L>", "from_json('[1, 2.50, -0.0, 1e5]')", "[{x}[0] for {x} in <P>]",
    ),
    "W": (
        "keys(<=M>)", "['x', <=T>]", "split(<=T>, <=T>)", "lines(<=T>)", "sorted(<=W>)",
        "unique(<=W>)",
        "[<=T x:T> for {x} in <W> if <B x:T>]", "[str({x}) for {x} in <A>]", "<W>[<=I>:<=I>]",
        "<W> + <W>", "sorted(<=T x:T> for {x} in <W>)", "split(<=T>, ',')", "default(<=Z>, <=W>)",
        "[{x}[:1] for {x} in <W>]",
    ),
    "Y": ("[<=B>, <=B>]", "[<=B x:N> for {x} in <L>]", "[]", "[true, False]", "unique(<=Y>)"),
    "P": ("zip(<=L>, <=L>)", "[[<=N>, <=N>]]", "[[{x}, <=N x:N>] for {x} in <L>]"),
    "M": (
        "{}", "{'p': <=V>}", "{'p': <=V>, \"q\": <=V>,}", "{<=T>: <=V>, 'z': <=V>}",
        "from_json('{\"a\": 1, \"b\": [null]}')", "<M> if <B> else <M>", "default(<=Z>, <=M>)",
        "{<=T>: <=N>, <=T>: <=N>}",
    ),
    "A": ("<L>", "<W>", "<P>", "[<=V>, <=V>]", "values(<=M>)", "zip(<=A>, <=A>)", "<A> + <A>",
          "[<=V>]", "<A>[<=I>:]", "unique(<=A>)", "unique([<=V>, <=V>, <=V>])"),
    "V": ("<N>", "<T>", "<B>", "<L>", "<W>", "<M>", "<A>", "null", "None", "[<=V>, <=V>]",
    "{'p': <=V>}",
          "default(<=V>, <=V>)", "coalesce(<=Z>, <=V>)", "<V> if <B> else <V>", "first(<=A>)",
          "last(<=A>)", "<A>[<=I>]", "[[{x}, <=V x:N>] for {x} in <L>]", "(<V>)", "{'k': <=V>}.k",
          "{'k': <=V>}['k']", "<M>[<=T>]"),
    "Z": ("default(<=Z>, <=Z>)", "first([])", "last(<=A>)", "{'a': 1}.b", "<A>[9]", "null.x"),
}  # fmt: skip
"""Forms by the kind of their value."""
ILL_TYPED = (
    "<V> + <V>", "<V> * <V>", "<V> % <V>", "<V> < <V>", "<V> and <V>", "<V>[<=V>]",
    "max(<=V>, <=V>)",
    "sum(<=V>)", "[{x} for {x} in <V>]", "sorted(<=V>)", "-<V>", "<V> in <V>", "join(<=V>, <=V>)",
    "from_json(<=T>)", "int(<=T>)", "float(<=T>)", "duration(<=T>)", "split(<=T>, <=T>)",
    "<V>.class", "(<=N>).class", "(<=N>)[0]", "unknown(<=V>)", "round(<=N>, <=N>)", "range(<=N>)",
)  # fmt: skip
"""Forms that seldom have a value."""

_LITERALS: dict[str, tuple[str, ...]] = {
    "N": ("0", "1", "2", "-1", "10", "0.1", "-0.0", "1e300", "9223372036854775807", ".5", "1.", "7",
          "-9223372036854775808", "2.5", "1e16", "-0", "3e-5", "00"),
    "I": ("0", "1", "2", "-1"),
    "B": ("true", "false", "True", "False"),
    "L": ("[1, 2, 3]", "[0.5, -0.0, 0]", "[]"),
    "W": ("['b', \"a\"]", "[]"),
    "Y": ("[true, true]", "[False]"),
    "P": ("[[1, 2], [3, 4.5]]", "zip([1], [2])"),
    "M": ("{}", "{'a': 1}"),
    "A": ("[null, 1, 'a']", "[]"),
    "V": ("null", "None", "1", "'a'", "true"),
    "Z": ("null", "{}.a"),
}  # fmt: skip
_LOOP_NAMES = ("x", "y", "z", "e", "with_", "state", "_", "n1", "ü", "value", "match", "k")
_SLOT = re.compile(r"<(=?)([A-Z])((?: [xyz]:[A-Z])*)>")
_LOOSE = re.compile(r"[ ]|^[-+]")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x07": "\\a", "\x08": "\\b", "\x0b": "\\v"}
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def expression(random: Random, environment: Environment) -> str:
    """The source of an expression, at random."""
    maker = _Maker(random, environment)
    kind = random.choices("NTBLWMAVYPZ", weights=(20, 16, 22, 10, 8, 6, 5, 14, 2, 2, 2))[0]
    source = maker.make(kind, random.choice((1, 2, 3, 3, 4, 5)))
    return f"  {source}\n" if random.random() < 0.02 else source


class _Maker:
    def __init__(self, random: Random, environment: Environment) -> None:
        self._random = random
        self._environment = environment
        self._readable: dict[str, list[tuple[str | int, ...]]] = {kind: [] for kind in FORMS}
        for place in environment.places:
            for kind in _kinds(place.value):
                self._readable[kind].append(place.keys)
        self._readable["Z"] += environment.missing
        self._locals: list[tuple[str, str]] = []
        """Names of the loops that are open here, with their kinds."""
        self._used: list[str] = []

    def make(self, kind: str, depth: int) -> str:
        random = self._random
        if depth == 0:
            return self._leaf(kind)
        odds = random.random()
        if odds < 0.03:
            return self._fill(random.choice(ILL_TYPED), depth)
        if odds < 0.15:
            return self._leaf(kind)
        return self._fill(random.choice(FORMS[kind]), depth)

    def _fill(self, form: str, depth: int) -> str:
        names = {}
        for letter in "xyz":
            if f"{{{letter}}}" in form:
                free = [name for name in _LOOP_NAMES if name not in self._used]
                names[letter] = self._random.choice(free) if free else f"v{len(self._used)}"
                self._used.append(names[letter])
        pieces: list[str] = []
        position = 0
        for slot in _SLOT.finditer(form):
            pieces.append(self._literal(form[position : slot.start()], names))
            position = slot.end()
            pieces.append(self._slot(slot, names, depth))
        pieces.append(self._literal(form[position:], names))
        for name in names.values():
            self._used.remove(name)
        return "".join(pieces)

    def _slot(self, slot: re.Match[str], names: dict[str, str], depth: int) -> str:
        open_before = len(self._locals)
        for pair in slot[3].split():
            letter, kind = pair.split(":")
            self._locals.append((names[letter], kind))
        text = self.make(slot[2], depth - 1)
        del self._locals[open_before:]
        odds = self._random.random()
        if (not slot[1] and _LOOSE.search(text) and odds < 0.9) or odds < 0.04:
            return f"({text})"
        return text

    def _literal(self, text: str, names: dict[str, str]) -> str:
        for letter, name in names.items():
            text = text.replace(f"{{{letter}}}", name)
        if "'" not in text and '"' not in text and self._random.random() < 0.06:
            text = text.replace(" ", self._random.choice(["  ", "\n", "\t", " \r\n "]))
        return text

    def _leaf(self, kind: str) -> str:
        random = self._random
        local = [name for name, its_kind in self._locals if kind in {its_kind, "V"}]
        if local and random.random() < 0.6:
            return random.choice(local)
        places = self._readable[kind]
        if places and random.random() < (0.95 if kind == "Z" else 0.65):
            return self._path(random.choice(places))
        if kind == "T":
            return self._text(random.choice(TEXTS))
        return random.choice(_LITERALS[kind])

    def _path(self, keys: tuple[str | int, ...]) -> str:
        text = str(keys[0])
        for key in keys[1:]:
            if isinstance(key, int):
                text += f"[{key}]"
            elif _IDENTIFIER.fullmatch(key) and self._random.random() < 0.8:
                text += self._random.choice([".", ".", ".", " . "]) + key
            else:
                text += f"[{self._text(key)}]"
        return text

    def _text(self, value: str) -> str:
        random = self._random
        quote = random.choice("'\"")
        out = []
        for char in value:
            if char in _ESCAPES and (char in "\r\n" or random.random() < 0.5):
                out.append(_ESCAPES[char])
            elif char in (quote, "\\"):
                out.append("\\" + char)
            elif random.random() < 0.05:
                short = f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04X}"
                out.append(short if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
            else:
                out.append(char)
        return f"{quote}{''.join(out)}{quote}"


def _kinds(value: Any) -> str:
    """The kinds of slots that a value can fill."""
    match value:
        case bool():
            return "BV"
        case int() | float():
            return "NV"
        case str():
            return "TV"
        case dict():
            return "MV"
        case [*_]:
            kinds = {_kinds(item)[0] for item in value}
            if kinds == {"N"}:
                return "LAV"
            return "WAV" if kinds == {"T"} else "YAV" if kinds == {"B"} else "AV"
        case _:
            return "V"
