"""Every Melody of the repository, and random accidents that happen to them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import yaml

from tests.fuzz.environment import environment
from tests.fuzz.grammar import expression

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("samples", "melody/scaffold/templates", "tests/unit/compiler")
CASES = "melody/testing/conformance/cases"

TOKENS = (
    "{", "}", "[", "]", ",", ": ", ":", "- ", "? ", "? [a]: ", "&a ", "*a", "<<: *a", "|", ">-",
    "|+2",
    "!!str ", "!x ", "!!binary ", "'", '"', "#", " # x", "\t", "---", "...", "%YAML 1.2",
    "%TAG ! x",
    "${{", "}}", "$${{", "${{ }}", "~", "null", ".inf", "-.nan", "1e999", "0x1F", "012", "-0",
    "1.0",
    "99999999999999999999", "true", "no", "12:30", "@", "`", "\\", '"\\ud83d"', '"\\0"', '"\\x41"',
    "list[T]", "T?", "number(0..1)", "80%", "5m", "2GB", "x-a", "=", "==", "if", "else", "<<",
    "\u2028",
    "\x85", "\ufeff", "\xa0", "é", "😀", "\x00", "\x1b", "''", '""', "{}", "[]",
)  # fmt: skip
"""Pieces of YAML and of the language that are put where they do not belong."""
ENDS = ("\r\n", "\r", "\x85", "\u2028", "\u2029", "\n\n", " \n", "\n\r")
_WORD = re.compile(r"[\w.$-]+|\S")
_NUMBER = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w.])")
_NAME = re.compile(r"\b[a-z][a-z0-9_]{2,}\b")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_SLOT = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


@cache
def melodies() -> tuple[str, ...]:
    """The texts of all Melodies in the repository, shortest first."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.melody.yaml")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    for path in sorted((ROOT / CASES).glob("*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts.append(case["melody"])
    return tuple(sorted(set(texts), key=len))


@cache
def words() -> tuple[str, ...]:
    """The words and signs that stand in the Melodies, each once."""
    return tuple(sorted({word for text in melodies() for word in _WORD.findall(text)}))


def mutant(seed: int) -> bytes:
    """A Melody of the repository after one to five accidents; always the same one for a seed."""
    random = Random(f"mutant {seed}")
    text = random.choice(melodies())
    for _ in range(random.choice((1, 1, 2, 2, 4))):
        text = random.choices(_ACCIDENTS, weights=_WEIGHTS)[0](random, text)
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.08:
        data = random.choice(_BYTE_ACCIDENTS)(random, data)
    return data


def _at(random: Random, text: str) -> int:
    return random.randrange(len(text) + 1)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) or [""]


def _delete_line(random: Random, text: str) -> str:
    lines = _lines(text)
    del lines[random.randrange(len(lines))]
    return "".join(lines)


def _double_line(random: Random, text: str) -> str:
    lines = _lines(text)
    lines.insert(random.randrange(len(lines)), random.choice(lines))
    return "".join(lines)


def _swap_lines(random: Random, text: str) -> str:
    lines = _lines(text)
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return "".join(lines)


def _indent(random: Random, text: str) -> str:
    lines = _lines(text)
    start = random.randrange(len(lines))
    for index in range(start, min(start + random.choice((1, 1, 3, 10)), len(lines))):
        change = random.choice((1, 2, 4, -1, -2, 0))
        lines[index] = " " * change + lines[index] if change > 0 else lines[index][-change:]
    return "".join(lines)


def _replace_word(random: Random, text: str) -> str:
    found = list(_WORD.finditer(text))
    if not found:
        return text
    place = random.choice(found)
    word = random.choice(words() if random.random() < 0.7 else TOKENS)
    return text[: place.start()] + word + text[place.end() :]


def _insert_token(random: Random, text: str) -> str:
    place = _at(random, text)
    if random.random() < 0.3:
        place = text.rfind("\n", 0, place) + 1
    return text[:place] + random.choice(TOKENS) + text[place:]


def _delete_some(random: Random, text: str) -> str:
    place = _at(random, text)
    return text[:place] + text[place + random.choice((1, 1, 2, 5, 40)) :]


def _repeat_some(random: Random, text: str) -> str:
    place = _at(random, text)
    piece = text[place : place + random.choice((1, 5, 60))]
    return text[:place] + piece * random.choice((2, 3, 50)) + text[place:]


def _block(random: Random, text: str) -> tuple[int, int, int]:
    """First line, line behind the last, and indentation of a line with all that is below it."""
    lines = _lines(text)
    first = random.randrange(len(lines))
    depth = len(lines[first]) - len(lines[first].lstrip(" "))
    last = first + 1
    while last < len(lines) and (
        not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip(" ")) > depth
    ):
        last += 1
    return first, last, depth


def _transplant(random: Random, text: str) -> str:
    """A subtree of any Melody in the place of one of this, or beside it."""
    donor = random.choice(melodies())
    first, last, depth = _block(random, donor)
    piece = _lines(donor)[first:last]
    to, behind, wanted = _block(random, text)
    fitted = [" " * wanted + line[min(depth, len(line) - 1) :] for line in piece]
    lines = _lines(text)
    lines[to : behind if random.random() < 0.5 else to] = fitted
    return "".join(lines)


def _other_expression(random: Random, text: str) -> str:
    slots = list(_SLOT.finditer(text))
    if not slots:
        return _insert_token(random, text)
    place = random.choice(slots)
    written = expression(random, environment(random.randrange(20)))
    return f"{text[: place.start()]}${{{{ {written} }}}}{text[place.end() :]}"


def _comment(random: Random, text: str) -> str:
    lines = _lines(text)
    index = random.randrange(len(lines))
    if random.random() < 0.5:
        lines[index] = (
            lines[index].rstrip("\n") + random.choice(("  # why", " #: {x", "\t# ")) + "\n"
        )
    else:
        lines.insert(index, " " * random.choice((0, 2, 4, 9)) + "# a comment: [1, é\n")
    return "".join(lines)


def _blank_lines(random: Random, text: str) -> str:
    lines = _lines(text)
    lines.insert(random.randrange(len(lines) + 1), random.choice(("\n", "\n\n\n", "   \n")))
    return "".join(lines)


def _other_number(random: Random, text: str) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return _comment(random, text)
    place = random.choice(found)
    number = random.choice(("0", "1", "7", "2.50", "-1", "1e3", "9007199254740993", "0.1", "100"))
    return text[: place.start()] + number + text[place.end() :]


def _swap_subtrees(random: Random, text: str) -> str:
    first, last, depth = _block(random, text)
    lines = _lines(text)
    if last < len(lines):
        behind = last + 1
        while behind < len(lines) and len(lines[behind]) - len(lines[behind].lstrip(" ")) > depth:
            behind += 1
        lines[first:behind] = lines[last:behind] + lines[first:last]
    return "".join(lines)


def _rename(random: Random, text: str) -> str:
    names = sorted(set(_NAME.findall(text)))
    if not names:
        return text
    new = random.choice(("other", "x1", "class", "é", "with", random.choice(names)))
    return re.sub(rf"\b{random.choice(names)}\b", new, text)


def _requote(random: Random, text: str) -> str:
    found = list(_QUOTED.finditer(text))
    if not found:
        return _comment(random, text)
    place = random.choice(found)
    inner = place.group()[1:-1]
    quote = random.choice(("'", '"', ""))
    return f"{text[: place.start()]}{quote}{inner}{quote}{text[place.end() :]}"


def _other_ends(random: Random, text: str) -> str:
    if random.random() < 0.4:
        return text.replace("\n", random.choice(ENDS))
    return "".join(
        line.rstrip("\n") + (random.choice(ENDS) if random.random() < 0.2 else "\n")
        for line in _lines(text)
    )


def _long_value(random: Random, text: str) -> str:
    place = _at(random, text)
    piece = random.choice(
        ("x", "9", " ", "é", "[", "a: ", "- ", "\n", '"', "${{ 1 }}", "(", "not ")
    )
    return text[:place] + piece * random.choice((30, 70, 300, 5000)) + text[place:]


def _flip_bytes(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 30))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _other_encoding(random: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "utf-7"))
    return text.encode(encoding, "replace")


def _mark_in_front(random: Random, data: bytes) -> bytes:
    return codecs.BOM_UTF8 * random.choice((1, 1, 2)) + data


def _cut_off(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


_ACCIDENTS: tuple[Callable[[Random, str], str], ...] = (
    _delete_line, _double_line, _swap_lines, _indent, _replace_word, _insert_token, _delete_some,
    _repeat_some, _transplant, _other_expression, _other_ends, _long_value, _comment, _blank_lines,
    _other_number, _swap_subtrees, _rename, _requote,
)  # fmt: skip
_WEIGHTS = (4, 4, 4, 4, 14, 8, 5, 3, 14, 10, 2, 2, 12, 8, 12, 14, 10, 8)
_BYTE_ACCIDENTS = (_flip_bytes, _flip_bytes, _other_encoding, _mark_in_front, _cut_off)
