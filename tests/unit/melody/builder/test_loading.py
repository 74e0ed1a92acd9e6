from __future__ import annotations

import sys
from pathlib import Path

import pytest

from melody.builder.loading import load_built
from tests.unit.melody.stage import written
from workflow_ir.diagnostics import DiagnosticsError

ONE = "from melody import Melody\nm = Melody('one')\nalso = m\nm.set(1)\n"


def test_the_only_melody_of_a_file_is_found(tmp_path: Path) -> None:
    assert load_built(str(written(tmp_path, ONE, "a.py"))).name == "one"


def test_one_of_several_is_named(tmp_path: Path) -> None:
    path = str(written(tmp_path, ONE + "n = Melody('two')\n", "a.py"))
    with pytest.raises(DiagnosticsError) as refused:
        load_built(path)
    assert f"`{path}:m`, `{path}:n`" in str(refused.value.diagnostics[0].help)
    assert load_built(path, "n").name == "two"
    with pytest.raises(DiagnosticsError) as refused:
        load_built(path, "mm")
    assert refused.value.diagnostics[0].help == f"did you mean `{path}:m`?"


def test_modules_beside_it_can_be_imported_and_main_is_not_run(tmp_path: Path) -> None:
    written(tmp_path, "NAME = 'beside'\n", "names_beside.py")
    text = "from names_beside import NAME\nfrom melody import Melody\nm = Melody(NAME)\n"
    main = "if __name__ == '__main__':\n    raise SystemExit\n"
    before = list(sys.path)
    assert load_built(str(written(tmp_path, text + main, "a.py"))).name == "beside"
    assert sys.path == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "builds no Melody"),
        ("def f(:\n", "SyntaxError"),
        ("import sys\nsys.exit('enough')\n", "enough"),
        (ONE + "if m.inputs.x:\n    pass\n", "m.branch()"),
        (ONE + "m.set({1, 2})\n", "m.set({1, 2})"),
    ],
)
def test_a_file_that_does_not_go_through_says_why(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        load_built(str(written(tmp_path, text, "a.py")))
    (problem,) = refused.value.diagnostics
    assert said in problem.message
    assert "runpy" not in problem.message


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(DiagnosticsError, match="does not exist"):
        load_built("nowhere.py")
