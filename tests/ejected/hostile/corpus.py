r"""Texts that break what is put together without care, and more of them drawn from their pieces."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator
from random import Random
from typing import Final

MARK: Final = "MELODY_WAS_HERE"
"""The file that a text makes in the current folder if it ever becomes code."""

TOUCH: Final = f"__import__('pathlib').Path('{MARK}').touch()"

_CALLS: Final = (
    TOUCH, f"{TOUCH}#", f"({TOUCH})", f"{{{TOUCH}}}", f"'+{TOUCH}+'", f'"+{TOUCH}+"',
    f'"{TOUCH}"', f"'''+{TOUCH}+'''", f'"""+{TOUCH}+"""', f"\n{TOUCH}\n", f"\r{TOUCH}\r",
    f"\r\n{TOUCH}\r\n", f"\x0c{TOUCH}\x0c", f"\u2028{TOUCH}\u2028", f"\x85{TOUCH}\x85",
    f"\\\n{TOUCH}\n", f"\\'+{TOUCH}#", f'\\"+{TOUCH}#', f"');{TOUCH};('", f'");{TOUCH};("',
    f"''');{TOUCH};('''", f'""");{TOUCH};("""', f"]);{TOUCH};([", f"}});{TOUCH};({{",
    f'"""\n{TOUCH}\n"""', f"'''\n{TOUCH}\n'''", f"# {TOUCH}", f"#\n{TOUCH}", f"#\r{TOUCH}",
    f"{{{{ {TOUCH} }}}}", f"{{% if {TOUCH} %}}{{% endif %}}", f"${{{{ {TOUCH} }}}}",
    f"{{{TOUCH}!r}}", f"f'{{{TOUCH}}}'", f"lambda: {TOUCH}", f"x = {TOUCH}", f"@{TOUCH}",
    f"if {TOUCH}: pass", f"import os\n{TOUCH}", f"0 or {TOUCH}", f"*[{TOUCH}]",
    f"**{{{TOUCH}: 1}}", f"x: {TOUCH} = 1", f"\\N{{DIGIT ONE}}{TOUCH}", f"\\x22+{TOUCH}+\\x22",
    f"\\u0022+{TOUCH}+\\u0022", f"\\42+{TOUCH}+\\42",
    f"!!python/object/apply:os.system [touch {MARK}]",
    f"!!python/object/new:os.system ['touch {MARK}']", f"$(touch {MARK})", f"`touch {MARK}`",
    f"; touch {MARK} ;", f"&& touch {MARK}", f"| touch {MARK}", f"' ; touch {MARK} ; '",
    f"'\\'' ; touch {MARK}", f"'\n touch {MARK}\n'", f'" ; touch {MARK} ; "', f"> {MARK}",
    f"\n```\ntouch {MARK}\n```\n", f"cos\nsystem\n(S'touch {MARK}'\ntR.",
)  # fmt: skip
"""What would make the file if it became code, in all kinds of wrappings."""

_QUOTES: Final = (
    "'", '"', "''", '""', "'''", '"""', "''''", '""""', "\"'", "'\"", "'\"'\"'\"", "\"\"\"'''",
    "`", "``", "```", "~~~", "\xb4", "\u2018\u2019\u201c\u201d", "\xab\xbb", "''')", '""")',
    "'''+'", "\\'", '\\"', "\\'''", '\\"""', "b''", "r'\\'", "f'{x}'", "rb'x'", "u''", "'\\",
    '"\\', "'''\\", '"""\\', "'\n'", '"\n"',
)  # fmt: skip

_ESCAPES: Final = (
    "\\", "\\\\", "\\\\\\", "a\\", "\\n", "\\r\\n", "\\x41", "\\x", "\\u0041", "\\u00",
    "\\U0001F600", "\\U00110000", "\\N{BULLET}", "\\N{", "\\N", "\\0", "\\777", "\\8", "\\\n",
    "\\\r", "\\ ", "\\t", "\\'\\\"", "\\u2028", "\\ud800", "\\d+", "C:\\new\\table",
    "\\\\server\\share", "%5C", "&#92;",
)  # fmt: skip

_LINES: Final = (
    "\n", "\r", "\r\n", "\n\r", "\n\n", "a\nb", "a\rb", "a\r\nb", "\n    x", "    ", "\t",
    " \t ", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "a\u2028b",
    "a\u2029b", "a\x85b", "\x00", "a\x00b", "\x01\x02\x03", "\x1a", "\x1b[31mred\x1b[0m", "\x7f",
    "\x80\x9f", "\x08\x08", "\ufeff", "a\ufeffb", "\ufffe", "\uffff", "\ufdd0", " ", "  ", "",
    "\xa0", "\u3000", "\u200b", "\u200d", "\xad", "\n# x\n", '\n"""\n', "line \\\nnext",
    "\n...\n", "\n---\n", "\nEOF\n",
)  # fmt: skip

_ODD: Final = (
    "\u202e", "\u202a\u202b\u202c\u202d\u202e", "\u2066\u2067\u2068\u2069", "a\u202eb\u2066c",
    "'''\u202e ''' \u2066# \u2069", "\u200e\u200f", "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e6\U0001f1e9", "\U00010000",
    "\U0010ffff", "\U000e0001\U000e0041", "\U0001d5be\U0001d5cf\U0001d5ba\U0001d5c5", "\ufb01",
    "fi", "\xb5", "\u03bc", "\u017f", "\xdf", "\u0130", "\u0131", "K", "\xc5", "\xc5", "\xc5",
    "\xe9", "\xe9", "\ufdfa", "\u2460", "\xb2", "\xbd", "\u2163", "\uff45\uff56\uff41\uff4c",
    "\uff49\uff4d\uff50\uff4f\uff52\uff54", "p\u0430ypal", "\u0455\u0443\u0455tem",
    "\u65e5\u672c\u8a9e", "\u05e2\u05d1\u05e8\u05d9\u05ea", "\u0e44\u0e17\u0e22",
    "\u0928\u092e\u0938\u094d\u0924\u0947", "\ud55c\uad6d\uc5b4", "\u03a9", "\xaa", "\xba",
    "\u01c5", "\uff02", "\uff07", "\uff03", "\uff5b\uff5b \uff5d\uff5d", "\uff3c", "\u0301",
    "a\u0301\u0302\u0303", "\u034f", "\u115f", "\u3164", "\u2026", "\u2013", "\u2014", "\u2032",
    "\u2033", "\u201a", "\u201b", "\u201f", "\u301d\u301e",
)  # fmt: skip

_TEMPLATES: Final = (
    "{{ }}", "{{", "}}", "{{ x }}", "{{x}}", "{{ 7*7 }}", "{{ self }}", "{{ config }}",
    "{{ ''.__class__ }}", "{{ cycler.__init__.__globals__ }}", "{% %}", "{%", "%}", "{% raw %}",
    "{% endraw %}", "{% include 'x' %}", "{% import 'os' as x %}", "{# #}", "{#", "#}",
    "{{- x -}}", "{%- if 1 -%}", "# for x in y", "${{ }}", "${{", "$${{ x }}",
    "${{ inputs.topic }}", "${{ secrets.KEY }}", "{", "}", "{}", "{x}", "{0}", "{0.__class__}",
    "{topic}", "{inputs}", "{x!r}", "{x:>10}", "{{{x}}}", "{{x}", "{ x }", "{'a': 1}",
    '{"a": 1}', "{history}", "{agent_scratchpad}", "{tools}", "{task}", "{crew}", "{state.x}",
    "<% x %>", "<%= x %>", "%s", "%(x)s", "%d", "%", "%%", "%c%c", "%n", "$x", "${x}", "$$",
    "$(x)", "#{x}", "@{x}", "<x>", "<!-- x -->", "<script>", "&amp;", "[[x]]", "((x))", "__x__",
    "{{'a'|safe}}", "{{ x | literal }}",
)  # fmt: skip

_FILES: Final = (
    "# -*- coding: utf-16 -*-", "-*- coding: utf-7 -*-", "coding: rot13", "coding=utf-16",
    "# coding: latin-1", "vim: set fileencoding=utf-16 :", "# type: ignore", "# noqa",
    "# noqa: F401", "# fmt: off", "# fmt: skip", "# ruff: noqa", "# isort: skip_file",
    "# mypy: ignore-errors", "# pragma: no cover", "#!/bin/sh", "#", "##",
    "# Generated by melody", "%YAML 1.2", "%TAG ! x", "---", "...", "- x", "- ", "? x", "? ",
    ": ", "a: b", "a:", ":", "!!python/object", "!!str x", "!x", "&a", "*a", "<<: *a", "|", ">-",
    "|+2", "@x", "`x`", "~", "null", "Null", "true", "True", "yes", "no", "on", "off", "012",
    "0x1F", "1_000", "1e3", ".inf", ".nan", "12:30", "2030-01-31", "=", "==", "[", "]", "[]",
    "[a]", "[[a]]", "[tool.ruff]", "a = 1", "a.b = 1", "'''toml", "\\u", "</script>", '{"a":',
    "[1,", ",", ",]", '"a": 1', "//", "/* */", "NaN", "Infinity", "-", "--", "--help", "-rf",
    "-o", "~", "~root", "$HOME", "%PATH%", "!", "!!", "!x", "^", "&", "|", ";", "<", ">", "*",
    "?", "#x=1", "export X=1", "X=1\nY=2", "\"X\"='1'", "```", "```sh", "~~~", "# Title", "](x)",
    "![x](y)", "<b>", "|a|b|",
)  # fmt: skip

_NAMES: Final = (
    *keyword.kwlist, *keyword.softkwlist, "__init__", "__name__", "__class__", "__builtins__",
    "__import__", "__all__", "__file__", "__future__", "__debug__", "__path__", "__getattr__",
    "_", "__", "___", "_x", "__x", "x_", "eval", "exec", "compile", "open", "input", "print",
    "type", "id", "list", "dict", "str", "int", "len", "super", "object", "vars", "globals",
    "breakpoint", "exit", "self", "cls", "mro", "here", "steps", "inputs", "Place", "step",
    "Any", "Failure", "policy", "run", "cast", "CAST", "MELODY", "schemas", "types", "asyncio",
    "json", "os", "sys", "typing", "con", "nul", "aux", "prn", "com1", "lpt9", "CON", "NUL.txt",
    "com\xb9", ".", "..", "...", "../x", "../../etc/passwd", "/", "/etc/passwd", "\\..\\x",
    "C:\\x", "c:x", "//host/x", "x/../../y", "a/b", "a\\b", ".git", ".env", "x.py", "x.", "x ",
    " x", "a b", "a-b", "a.b", "a:b", "1a", "1", "-1", "\u0661", "x" * 101, "x" * 5000,
    "ab " * 400, "\\" * 301, "'" * 201, "{" * 150, "\n" * 120, "é" * 300, "\U0001f600" * 90,
    "lone \ufffd", "\ufffd",
)  # fmt: skip

CORPUS: Final = tuple(
    dict.fromkeys(
        (*_CALLS, *_QUOTES, *_ESCAPES, *_LINES, *_ODD, *_TEMPLATES, *_FILES, *_NAMES)
    )
)  # fmt: skip
"""Picked by hand; each once."""

SURROGATES: Final = (
    "\ud800",
    "a\udfffb",
    "\udc80",
    "\ud83d",
    "\ude00\ud83d",
    "'\ud800\"",
)
"""Halves of characters: only what the models do not look into may hold them."""

_OURS: Final = (
    "l", "O", "I", "await_", "place", "Scope", "Region", "Branch", "Record", "SKIPPED", "report",
    "given", "flow", "crew", "graph", "state", "nodes", "begin", "finish", "settings", "main",
    "players", "functions", "result", "call", "answer", "with_", "item", "name", "kind", "task",
    "tasks", "agent", "agents", "tests", "Draft", "draft", "DRAFT", "draft_2", "draft2", "a_b",
    "a__b", "A_B", "ab", "aB", "x" * 100, "y" * 61,
)  # fmt: skip

WORDS: Final = tuple(
    dict.fromkeys((*keyword.kwlist, *keyword.softkwlist, *sorted(dir(builtins)), *_NAMES, *_OURS))
)
"""Words that some name may be, and that mean something in Python or in what is generated."""

_PIECES: Final = (
    *(text for text in CORPUS if len(text) < 60), "a", "b", " ", " ", "x", "word ", "\U0001f984",
    "0",
)  # fmt: skip


def drawn(random: Random) -> str:
    """A text out of pieces of the corpus, or of any characters."""
    if random.random() < 0.3:
        return "".join(_character(random) for _ in range(random.randint(1, 12)))
    return "".join(random.choice(_PIECES) for _ in range(random.randint(1, 5)))


def _character(random: Random) -> str:
    limit = random.choice((0x20, 0x80, 0x80, 0x100, 0x2100, 0xD800, 0x110000))
    code = random.randrange(limit)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def texts(seed: int) -> Iterator[str]:
    """The corpus in some order and then ever more that are drawn; none comes twice."""
    random = Random(f"hostile {seed}")
    seen = set(CORPUS)
    yield from random.sample(CORPUS, len(CORPUS))
    while True:
        text = drawn(random)
        if text not in seen:
            seen.add(text)
            yield text
