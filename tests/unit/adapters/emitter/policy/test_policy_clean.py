"""``policy.py`` is clean for every combination of strategies: format, ruff, mypy --strict."""

from __future__ import annotations

import ast
import random
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.emitter.code import Code
from adapters.emitter.policy.modules import policy_modules
from adapters.emitter.policy.strategies import Strategies
from tests.unit.adapters.emitter.generated_module import faults, formatted

NAMES = tuple(field.name for field in fields(Strategies))
DRAWN = 40
"""Combinations beside none, all, and each alone."""
MOST_LINES = 1600
"""With every strategy there is, which no Melody uses."""


def combinations() -> list[Strategies]:
    """Different ones, each consistent in itself."""
    basis = ("plays", "retry", "fallback")
    drawn = [Strategies(), Strategies(**dict.fromkeys(NAMES, True))]
    drawn += [Strategies(**dict.fromkeys((*basis, name), True)) for name in NAMES]
    source = random.Random(8)
    for _ in range(DRAWN):
        share = source.choice([0.2, 0.5, 0.9])
        drawn.append(
            Strategies(**{name: name == "plays" or source.random() < share for name in NAMES})
        )
    return list(dict.fromkeys(one.consistent() for one in drawn))


def test_no_combination_gives_anything_to_complain_of(tmp_path: Path) -> None:
    texts = {f"m{k:03}/{name}": text for k, one in enumerate(combinations())
             for name, text in policy_modules(Code("tune"), one)}  # fmt: skip
    assert len(texts) > 160
    written = formatted(tmp_path, {name: str(text) for name, text in texts.items()})
    assert faults(tmp_path) == ""
    for name, text in written.items():  # what is formatted says what was generated
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(texts[name]))
    assert max(len(text.splitlines()) for text in written.values()) <= MOST_LINES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_consistent_stays_as_it_is(name: str) -> None:
    one = Strategies(**{name: True}).consistent()
    assert one.consistent() == one
    all_but_one = Strategies(**{other: other != name for other in NAMES}).consistent()
    assert all_but_one.consistent() == all_but_one


def test_nothing_of_ours_is_imported() -> None:
    texts = policy_modules(Code("tune"), Strategies(**dict.fromkeys(NAMES, True)))
    tree = ast.parse("".join(text for _, text in texts))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                for a in node.names}  # fmt: skip
    assert modules <= {
        "__future__", "asyncio", "collections", "collections.abc", "contextlib", "copy",
        "dataclasses", "enum", "errno", "fractions", "heapq", "itertools", "math", "operator",
        "policy", "random", "re", "typing", "uuid", "weakref",
    }  # fmt: skip
