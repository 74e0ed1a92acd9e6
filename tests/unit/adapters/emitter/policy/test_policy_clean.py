"""``policy`` is clean for every combination of strategies: format, ruff, mypy --strict."""

from __future__ import annotations

import ast
import asyncio
import importlib
import random
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.emitter.code import Code
from adapters.emitter.policy.modules import PUBLIC, policy_modules
from adapters.emitter.policy.strategies import Strategies
from tests.unit.adapters.emitter.generated_module import faults, formatted

NAMES = tuple(field.name for field in fields(Strategies))
DRAWN = 40
"""Combinations beside none, all, and each alone."""
MOST_LINES = 1600
"""With every strategy there is, which no Melody uses."""
MOST_LINES_OF_INIT = 60


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
    lines = {name: len(text.splitlines()) for name, text in written.items()}
    assert max(lines.values()) <= MOST_LINES
    inits = [count for name, count in lines.items() if name.endswith("__init__")]
    assert len(inits) * 4 == len(lines)
    assert max(inits) <= MOST_LINES_OF_INIT


@pytest.mark.parametrize("name", NAMES)
def test_what_is_consistent_stays_as_it_is(name: str) -> None:
    one = Strategies(**{name: True}).consistent()
    assert one.consistent() == one
    all_but_one = Strategies(**{other: other != name for other in NAMES}).consistent()
    assert all_but_one.consistent() == all_but_one


def everything() -> dict[str, str]:
    """The modules with every strategy there is."""
    texts = policy_modules(Code("tune"), Strategies(**dict.fromkeys(NAMES, True)))
    return {name: str(text) for name, text in texts}


def test_it_imports_python_and_its_own_modules_only() -> None:
    texts = everything()
    nodes = [node for text in texts.values() for node in ast.walk(ast.parse(text))]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    own = {(node.level, node.module) for node in froms if node.level}
    assert own <= {(1, name) for name in texts}
    modules = {node.module for node in froms if not node.level}
    modules |= {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    assert modules <= {
        "__future__", "asyncio", "collections", "collections.abc", "contextlib", "copy",
        "dataclasses", "datetime", "enum", "errno", "fractions", "heapq", "itertools", "math",
        "operator", "random", "re", "typing", "uuid", "weakref",
    }  # fmt: skip


def test_it_works_under_any_name_in_any_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "their_project" / "when_it_fails"
    folder.mkdir(parents=True)
    for name, text in everything().items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    made = importlib.import_module("their_project.when_it_fails")
    assert made.classify(TimeoutError("late")).code == "timeout.attempt"
    assert made.Policy().retry[0].max_attempts == 3
    assert asyncio.iscoroutinefunction(made.perform)


def test_it_gives_what_others_import_and_nothing_else() -> None:
    init = ast.parse(everything()["__init__"])
    [given] = [node.value for node in init.body if isinstance(node, ast.Assign)]
    assert tuple(ast.literal_eval(given)) == PUBLIC
    imported = {a.name for n in init.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert imported == set(PUBLIC)


def test_it_does_not_give_what_a_melody_does_not_use() -> None:
    (_, init), *_ = policy_modules(Code("tune"), Strategies())
    [given] = [node.value for node in ast.parse(init).body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(given) == ["Failure", "Policy", "Settled", "settle_failure"]
