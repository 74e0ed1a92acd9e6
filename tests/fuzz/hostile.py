"""Texts that break readers: depth, width, expansion, encodings; each as large as is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.parse.text import MAX_BYTES
from workflow_ir.expressions.limits import MOST_SOURCE_BYTES

HEAD = "melody: v1\nname: m\n"


def _steps(body: str) -> str:
    return f"{HEAD}steps:\n{body}"


def _set(value: str) -> str:
    return _steps(f"  a: {{set: {value}}}\n")


def _one_expression(source: str) -> str:
    return _steps("  a:\n    set: |\n      ${{ " + source + " }}\n")


def _fill(text: str, size: int) -> str:
    """The text again and again, so that a file of a size has room for a head as well."""
    return text * ((size - 200) // len(text))


def _bomb(levels: int, width: int) -> str:
    lines = ["x-0: &a0 [x, x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"x-{level}: &a{level} [{aliases}]")
    return HEAD + "\n".join(lines) + f"\nsteps: *a{levels - 1}\n"


def _merge_bomb(levels: int) -> str:
    lines = ["x-0: &a0 {k: v}"]
    for level in range(1, levels):
        merged = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"x-{level}: &a{level} {{<<: [{merged}], k{level}: v}}")
    return HEAD + "\n".join(lines) + "\nsteps: {a: {set: {}}}\n"


def _nested_steps(depth: int) -> str:
    text = ""
    for level in range(depth):
        text += "  " * (2 * level) + f"s{level}:\n" + "  " * (2 * level + 1) + "steps:\n"
    return f"{HEAD}steps:\n" + "".join(f"  {line}\n" for line in text.splitlines())


def _nested_branches(depth: int) -> str:
    text = "{set: 1}"
    for level in range(depth):
        arm = f"{{name: x, else: true, steps: {{s{level}: {text}}}}}"
        text = f"{{branch: [{arm}]}}"
    return _steps(f"  a: {text}\n")


def _chain(count: int) -> str:
    lines = ["  s0: {set: {n: 1}}"]
    lines += [
        f"  s{i}: {{set: {{n: '${{{{ steps.s{i - 1}.output.n + 1 }}}}'}}}}" for i in range(1, count)
    ]
    return _steps("\n".join(lines) + "\n")


def _all_read_one(count: int) -> str:
    lines = ["  a: {set: 1}"]
    lines += [f"  s{i}: {{set: '${{{{ steps.a.output }}}}'}}" for i in range(count)]
    return _steps("\n".join(lines) + "\n")


def _one_reads_all(count: int) -> str:
    lines = [f"  s{i}: {{set: {i}}}" for i in range(count)]
    reads = " ".join(f"${{{{ steps.s{i}.output }}}}" for i in range(count))
    return _steps("\n".join(lines) + f"\n  last: {{set: '{reads}'}}\n")


def _circle(count: int) -> str:
    lines = [f"  s{i}: {{set: '${{{{ steps.s{(i + 1) % count}.output }}}}'}}" for i in range(count)]
    return _steps("\n".join(lines) + "\n")


def _misspelt(count: int) -> str:
    lines = [f"  step_{i}: {{set: '${{{{ steps.stepp_{i}.output }}}}'}}" for i in range(count)]
    return _steps("\n".join(lines) + "\n")


def _wide_types(count: int) -> str:
    fields = ", ".join(f"f{i}: string" for i in range(count))
    return f"{HEAD}inputs: {{a: {{{fields}}}}}\nsteps: {{a: {{set: '${{{{ inputs.a.g }}}}'}}}}\n"


def _fallback_chain(count: int) -> str:
    players = [f"  p{i}: {{model: offline, fallback: [p{i + 1}]}}" for i in range(count)]
    return (
        f"{HEAD}players:\n"
        + "\n".join([*players, f"  p{count}: {{model: offline}}"])
        + ("\nsteps: {a: {play: p0, prompt: hi}}\n")
    )


def _joined(count: int, sign: str) -> str:
    return _one_expression(sign.join("1" * count))


_TEXTS: dict[str, Callable[[int], str]] = {
    "open lists": lambda n: "[" * n,
    "open maps": lambda n: _fill("{a: ", n),
    "items in items": lambda n: "- " * min(n // 2, 50_000) + "a",
    "keys of keys": lambda n: "? " * min(n // 2, 50_000) + "a",
    "deep block maps": lambda n: "".join(f"{' ' * level}a:\n" for level in range(2000)),
    "brackets to the last level": lambda n: _set("[" * 60 + "]" * 60),
    "brackets one level too deep": lambda n: _set("[" * 65 + "]" * 65),
    "one text": lambda n: _set('"' + _fill("x", n) + '"'),
    "one plain scalar": lambda n: _set(_fill("x ", n)),
    "one folded text": lambda n: f"{HEAD}description: >\n{_fill('  word word' + chr(10), n)}",
    "one literal text": lambda n: f"{HEAD}description: |\n{_fill('  w' + chr(10), n)}",
    "escapes": lambda n: _set('"' + _fill("\\n", n) + '"'),
    "doubled quotes": lambda n: _set("'" + _fill("''", n) + "'"),
    "one key": lambda n: HEAD + _fill("k", n) + ": 1\n",
    "one quoted key": lambda n: HEAD + '"' + _fill("k", n) + '": 1\n',
    "comments": lambda n: HEAD + _fill("# c\n", n),
    "empty lines": lambda n: HEAD + _fill("\n", n),
    "blanks": lambda n: HEAD + _fill(" ", n),
    "tabs": lambda n: HEAD + _fill("\t", n),
    "documents": lambda n: _fill("---\n", n),
    "anchors of one value": lambda n: _fill("&a ", n),
    "tags of one value": lambda n: _fill("!a ", n),
    "one tag": lambda n: "!" + _fill("a", n),
    "directives": lambda n: _fill("%TAG !a! x\n", n),
    "percent signs": lambda n: _fill("%", n),
    "commas": lambda n: _set("[" + _fill(",", n) + "]"),
    "colons": lambda n: _fill(": ", n),
    "question marks": lambda n: _set("[" + _fill("a?,", n) + "]"),
    "aliases of nothing": lambda n: _set("[" + _fill("*a,", n) + "]"),
    "an integer": lambda n: _set(_fill("9", n)),
    "a float": lambda n: _set("0." + _fill("9", n)),
    "an exponent": lambda n: _set("1e" + _fill("9", n)),
    "numbers": lambda n: _set("[" + _fill("1,", n) + "1]"),
    "keys": lambda n: _set("{" + ",".join(f"k{i}: 1" for i in range(n // 20)) + "}"),
    "unknown keys": lambda n: HEAD + "".join(f"k{i}: 1\n" for i in range(n // 40)),
    "keys written twice": lambda n: HEAD + _fill("a: 1\n", n),
    "anchors": lambda n: HEAD + "".join(f"x-{i}: &a{i} 1\n" for i in range(n // 40)),
    "misspelt aliases": lambda n: (
        f"{HEAD}{''.join(f'x-{i}: &a{i} 1' + chr(10) for i in range(n // 800))}"
        f"steps: [{','.join(f'*aa{i}' for i in range(n // 800))}]\n"
    ),
    "an alias bomb": lambda n: _bomb(30, 9),
    "a slow alias bomb": lambda n: _bomb(12, 2),
    "a merge bomb": lambda n: _merge_bomb(30),
    "a merge of its own map": lambda n: _set("&a {<<: *a}"),
    "an alias inside its anchor": lambda n: _set("&a [*a]"),
    "texts that need quotes": lambda n: _set("[" + _fill("list[T], ", n) + "]"),
    "slots that need quotes": lambda n: _set("{" + _fill("a: ${{ x }}, ", n) + "}"),
    "tabs in front of everything": lambda n: _chain(n // 1600).replace("\n", "\n\t"),
    "line ends of all kinds": lambda n: (
        _chain(n // 1600).replace("\n", "\r", 900).replace("\n", "\x85", 900)
    ),
    "only carriage returns": lambda n: _chain(n // 1600).replace("\n", "\r"),
    "line separators": lambda n: _chain(n // 1600).replace("\n", "\u2028"),
    "nested groups": lambda n: _nested_steps(40),
    "nested branches": lambda n: _nested_branches(14),
    "steps in a chain": lambda n: _chain(n // 1000),
    "steps that read one": lambda n: _all_read_one(n // 1000),
    "one step that reads all": lambda n: _one_reads_all(n // 1000),
    "steps in a circle": lambda n: _circle(n // 1000),
    "steps that read misspelt ones": lambda n: _misspelt(n // 1000),
    "fields, and one that is not there": lambda n: _wide_types(n // 800),
    "players that fall back": lambda n: _fallback_chain(n // 1600),
    "an anchor in each step": lambda n: _steps(
        "".join(f"  s{i}: &b {{set: &a [1]}}\n" for i in range(n // 1000))
    ),
    "expressions in one text": lambda n: _set('"' + "${{ 1 }}" * (n // 84) + '"'),
    "too many expressions": lambda n: _set('"' + "${{ 1 }}" * (n // 80) + '"'),
    "broken expressions": lambda n: _set("[" + "'${{ && }}'," * (n // 80) + "]"),
    "open expressions": lambda n: _set('"' + _fill("${{", n) + '"'),
    "expressions with one quote": lambda n: _set('"' + _fill("${{ ' }}", n) + '"'),
    "expressions with one bracket": lambda n: _set("'" + _fill("${{ { }}", n) + "'"),
    "dollar signs": lambda n: _set('"' + _fill("$", n) + '"'),
    "escaped expressions": lambda n: _set('"' + _fill("$${{", n) + '"'),
    "new lines in quotes, then a mistake": lambda n: _set("'" + _fill("\n", n) + "${{ && }}'"),
    "one expression": lambda n: _one_expression(_fill("a + ", n) + "a"),
    "quotes in one expression": lambda n: _one_expression(_fill("'", n)),
    "escaped quotes in one expression": lambda n: _one_expression('"' + _fill('\\"', n)),
    "brackets in one expression": lambda n: _one_expression(_fill("{", n)),
    "a sum of 2 000": lambda n: _joined(2000, "+"),
    "a row of 480": lambda n: _joined(480, " or "),
    "a comparison of 490": lambda n: _joined(490, "<"),
    "4 000 signs": lambda n: _one_expression("-" * 4000 + "1"),
    "1 000 nots": lambda n: _one_expression("not " * 1000 + "a"),
    "60 brackets": lambda n: _one_expression("(" * 60 + "1" + ")" * 60),
    "2 000 brackets": lambda n: _one_expression("(" * 2000 + "1" + ")" * 2000),
    "a path of 1 500": lambda n: _one_expression("inputs" + ".b" * 1500),
    "a path of 480": lambda n: _one_expression("inputs" + ".b" * 480),
    "300 choices": lambda n: _one_expression("1 if true else " * 300 + "1"),
    "50 loops": lambda n: _one_expression(
        f"[1 {' '.join(f'for x{i} in inputs' for i in range(50))}]"
    ),
    "an integer of 4 000 digits": lambda n: _one_expression("9" * 4000),
    "a text of backslashes": lambda n: _one_expression("'" + "\\" * 4000 + "'"),
    "long expressions": lambda n: _steps(
        "".join(f"  s{i}: {{set: '${{{{ {'1+' * 60}1 }}}}'}}\n" for i in range(n // 6000))
    ),
    "expressions of 4 KiB": lambda n: _steps(
        "".join(
            f"  s{i}: {{set: '${{{{ [\"{'x' * (MOST_SOURCE_BYTES - 20)}\"] }}}}'}}\n"
            for i in range(n // 8000)
        )
    ),
    "a type of types": lambda n: (
        f"{HEAD}inputs: {{a: '{_fill('list[', n)}'}}\nsteps: {{a: {{set: 1}}}}\n"
    ),
    "a choice of many": lambda n: (
        f"{HEAD}inputs: {{a: {{enum: [{','.join(f'e{i}' for i in range(n // 100))}]}}}}\n"
        "steps: {a: {set: 1}}\n"
    ),
    "a condition of surrogates": lambda n: _steps('  a: {when: "\\ud83d == 1", set: 1}\n'),
    "escapes that JSON cannot pass on": lambda n: _set('["\\0", "\\udc00", "\\ud83d\\ude00"]'),
    "names that no terminal should see": lambda n: _steps('  "\\e[31m\\u202e": {set: 1}\n'),
    "a command": lambda n: _steps("  a: {run: '" + _fill("x && ", n) + "y'}\n"),
    "a duration": lambda n: _steps(f"  a: {{run: x, policy: {{timeout: {_fill('9', n)}s}}}}\n"),
    "a name": lambda n: f"melody: v1\nname: {_fill('a', n)}\nsteps: {{a: {{set: 1}}}}\n",
}  # fmt: skip

_BYTES: dict[str, Callable[[int], bytes]] = {
    "nothing": lambda n: b"",
    "one NUL": lambda n: b"\0",
    "NUL": lambda n: b"\0" * n,
    "more than may be": lambda n: b"a: 1\n" * (MAX_BYTES // 4),
    "0xFF": lambda n: b"\xff" * n,
    "half characters": lambda n: b"a: " + b"\xc3" * (n - 3),
    "UTF-16": lambda n: _chain(10).encode("utf-16"),
    "UTF-16 without its mark": lambda n: _chain(10).encode("utf-16-le"),
    "UTF-32": lambda n: _chain(10).encode("utf-32"),
    "UTF-7": lambda n: _chain(10).encode("utf-7"),
    "two byte order marks": lambda n: b"\xef\xbb\xbf" * 2 + _chain(3).encode(),
    "a byte order mark inside": lambda n: _set("'\ufeff'").encode(),
    "surrogates in UTF-8": lambda n: b"a: \xed\xa0\xbd\xed\xb8\x80\n",
    "overlong UTF-8": lambda n: b"a: \xc0\xaf\n",
    "control characters": lambda n: b"a: \x01\x02\x1b[2J\n",
    "a program": lambda n: b"\x7fELF" + bytes(range(256)) * 100,
    "an archive": lambda n: b"PK\x03\x04" + bytes(range(255, -1, -1)) * 100,
}

HOSTILE: tuple[str, ...] = (*_TEXTS, *_BYTES)
"""The names of the texts."""


def hostile(name: str, size: int = MAX_BYTES) -> bytes:
    """A text that breaks readers.

    Args:
        name: One of `HOSTILE`.
        size: Its length, where it can have any: bytes, `MAX_BYTES` at most. Where the reader has
            much to do for each part, fewer parts than have room.
    """
    return _TEXTS[name](size).encode() if name in _TEXTS else _BYTES[name](size)


def files_of(name: str) -> Iterator[str]:
    """The file names under which a text is read: JSON has escapes of its own."""
    yield "m.melody.yaml"
    if "escape" in name or "surrogate" in name or name in {"open lists", "keys"}:
        yield "m.melody.json"
