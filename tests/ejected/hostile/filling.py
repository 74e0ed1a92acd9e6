"""Hostile texts for the holes of the Melody that has every hole, and its harmless twin."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from adapters import registry
from adapters.emitter.players.python import STANDARD
from adapters.emitter.project import GeneratedProject
from adapters.emitter.schemas.pattern import python_pattern
from compiler.parse.atoms import STEP_ID
from compiler.pipeline import compile_file
from tests.ejected.hostile.corpus import WORDS, texts
from tests.ejected.hostile.planting import Planter, several
from tests.ejected.hostile.put import Put
from tests.ejected.hostile.twins import compare
from workflow_ir.canonical import plain
from workflow_ir.expressions.foreign import FOREIGN_WORDS
from workflow_ir.workflow import WorkflowIR

MELODIES: Final = ("everything", "crew")
_FOLDER: Final = Path(__file__).parent
TIMES: Final = 2
"""How often what may come often comes."""
_NO_PROGRAM_TAKES: Final = re.compile(r"\A-|[\0=]")
"""Options in data are refused, and no variable of the environment is called so."""
_CONVERTED: Final = {
    "kind": "convert", "to": "object", "field": "text",
    "value": {"kind": "literal", "value": "text"},
}  # fmt: skip
_ROOTS: Final = frozenset({
    "inputs", "steps", "output", "index", "with", "players", "secrets", "iteration", "previous",
    "host", "arguments", "topic", "choice", "needed", "class", "item", *FOREIGN_WORDS,
})  # fmt: skip
"""Names that mean something in expressions, or that the Melodies have already."""
_OF_FLOWS: Final = frozenset({"id", "report"})
"""Fields of every flow of CrewAI, which inputs of these names change; see `test_found`."""
_NAMES: Final = tuple(
    word
    for word in WORDS
    if STEP_ID.fullmatch(word) and len(word) <= 100 and word not in _ROOTS | _OF_FLOWS
)
"""Words that are names of whatever has one: those of steps have the narrowest pattern."""
_TARGETS: Final = tuple(
    word for word in WORDS
    if re.fullmatch(r"[A-Za-z_]\w*", word, re.ASCII) and not keyword.iskeyword(word)
    and word not in STANDARD
)  # fmt: skip
"""Parts of targets that an import can name. Modules of Python's own are imported in another order,
and of `typing` things are looked up by name: other shapes, held by the tests of players."""


@cache
def melody_of(name: str) -> WorkflowIR:
    """A Melody with holes, and with all that comes often; ``everything`` has every hole."""
    ir = compile_file(_FOLDER / f"{name}.melody.yaml").ir
    assert ir is not None
    tree: Any = several(_more(plain(ir)), TIMES)
    tree["root"]["result"]["entries"]["convert"] = _CONVERTED
    return WorkflowIR.model_validate(tree)


def _more(tree: object) -> object:
    """What an IR file may say and no Melody says: any data to vary by."""
    if isinstance(tree, dict):
        made = {key: _more(value) for key, value in tree.items()}
        if "vary" in made:
            made["vary"] = [{"many_2": ["many_2", {"many_1": "text"}], "stop": "text"}]
        return made
    return [_more(value) for value in tree] if isinstance(tree, list) else tree


@dataclass(frozen=True, slots=True)
class Filled:
    """The Melody with texts in its holes."""

    ir: WorkflowIR
    kinds: tuple[str, ...]
    """Of the holes."""
    texts: tuple[str, ...]
    """What was put into each."""
    holes: dict[str, list[int]]
    """By field of the models, the numbers of its holes."""


@cache
def harmless(name: str, *, own: bool = False) -> Filled:
    """The twin.

    Args:
        name: Of the Melody.
        own: As of `hostile`.
    """

    def fill(kind: str, number: int) -> str:
        token = token_of(number, kind)
        if own and kind.endswith("target"):
            return f"own_{number:05d}"
        return {"constant": f"'{token}'", "pattern": f"^{token}$"}.get(kind, token)

    return _filled(name, fill)


def token_of(number: int, kind: str) -> str:
    """The harmless text of a hole: of keys and modules one that no name is."""
    return f"tw{number:05d}x{' !' if kind in ('key', 'wild_target') else ''}"


def hostile(name: str, seed: int, *, own: bool = False) -> Filled:
    """One of them; always the same for a seed.

    Args:
        name: Of the Melody.
        seed: Another one, other texts.
        own: All modules that players name are called ``own_…``, so that a test may provide them.
    """
    random, drawn = Random(f"names {seed}"), texts(seed)
    names = iter(random.sample(_NAMES, len(_NAMES)))

    def fill(kind: str, number: int) -> str:
        if kind == "free_":
            return next(names)
        if kind == "plain":
            return next(one for one in names if not keyword.iskeyword(one) and len(one) > 1)
        if kind == "free_target":
            return f"{'own_' * own}{random.choice(_TARGETS)}"
        if kind == "wild_target" and own:
            return f"own_{random.choice('ﬁµ日')}"
        if kind == "wild_target" and random.random() < 0.3:
            return random.choice(("import", "None", "ｅｖａｌ", "ﬁ", "µ", "日本", "class"))
        text = next(
            one
            for one in drawn
            if one.strip()
            and one != "--"
            and one not in WORDS
            and not (own and _NO_PROGRAM_TAKES.search(one))
        )
        if kind == "wild_target":
            text = text.replace(":", ".")
        if kind == "url":  # a mark decides what the data behind it are: of the path or the query
            text = text.replace("?", "!")
        if kind == "constant":
            return constant(text, random)
        return f"^{re.escape(text)}$" if kind == "pattern" else text

    return _filled(name, fill)


def _filled(name: str, fill: Callable[[str, int], str]) -> Filled:
    kinds: list[str] = []
    put: list[str] = []

    def noted(kind: str, number: int) -> str:
        assert number == len(kinds)
        kinds.append(kind)
        put.append(fill(kind, number))
        return put[-1]

    planter = Planter(noted)
    ir = planter.planted(melody_of(name))
    return Filled(ir, tuple(kinds), tuple(put), planter.by_hole)


def constant(text: str, random: Random) -> str:
    """A text as an expression writes it: escapes where they must be, or everywhere."""
    quote, everywhere = random.choice("'\""), random.random() < 0.5

    def written(char: str) -> str:
        if char in f"\\\r\n{quote}" or everywhere or not char.isprintable():
            return f"\\U{ord(char):08x}"
        return char

    return f"{quote}{''.join(map(written, text))}{quote}"


def put_of(filled: Filled) -> Put:
    """What is expected in the place of each harmless text."""
    put, names = Put(), set()
    for number, (kind, text) in enumerate(zip(filled.kinds, filled.texts, strict=True)):
        token = token_of(number, kind)
        put.texts[token] = text
        if kind == "constant":
            put.texts[token], put.written[token] = ast.literal_eval(text), text
        elif kind == "pattern":
            put.texts[token], put.said[token] = text[1:-1], python_pattern(text)[1:-2]
        elif kind in ("free_", "wild_", "plain"):
            names.add(token)
    put.names = frozenset(names)
    return put


@cache
def twin(name: str, target: str) -> GeneratedProject:
    """The harmless project."""
    return registry.load(target).emit(harmless(name).ir)


def compared(filled: Filled, name: str, target: str) -> Put:
    """Emit it, compare it with its twin, and give what was put in and seen.

    Raises:
        Difference: A text has become something else than a text.
        SyntaxError: A file is no Python.
    """
    project, put = registry.load(target).emit(filled.ir), put_of(filled)
    compare(twin(name, target), project, put)
    return put
