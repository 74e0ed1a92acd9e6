"""The share of killed mutants is told honestly: time-outs and what was never run count against."""

from __future__ import annotations

import json
from pathlib import Path

from tests.architecture.repository import ROOT
from tests.mutation.outcome import MUTATED, Outcome, outcomes, survivors


def kept(tree: Path, **codes: dict[str, int | None]) -> None:
    folder = tree / "mutants" / MUTATED
    folder.mkdir(parents=True)
    (tree / MUTATED).mkdir(parents=True)
    for name, by_key in codes.items():
        (tree / MUTATED / f"{name}.py").touch()
        (folder / f"{name}.py.meta").write_text(json.dumps({"exit_code_by_key": by_key}))


def test_killed_survived_and_timed_out_are_told_apart(tmp_path: Path) -> None:
    kept(tmp_path, ladder={"a": 1, "b": 0, "c": 36, "d": None, "e": 3, "f": 33}, score={"f": 1})
    assert outcomes(tmp_path) == {"ladder.py": Outcome(6, 2, 3, 1), "score.py": Outcome(1, 1, 0, 0)}
    assert outcomes(tmp_path)["ladder.py"].share == 2 / 6
    assert list(survivors(tmp_path)) == ["b", "d", "f"]


def test_a_file_without_mutants_is_listed_all_the_same(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / MUTATED / "exceptions.py").touch()
    assert outcomes(tmp_path) == {"exceptions.py": Outcome()}


def test_every_module_of_the_failure_policy_is_mutated() -> None:
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'source_paths = ["{MUTATED}"]' in settings
    assert "do_not_mutate" not in settings
