from __future__ import annotations

import pytest

from adapters.emitter.project import (
    MANIFEST,
    GeneratedFile,
    GeneratedProject,
    Spellings,
    is_portable,
    meetings,
)


@pytest.mark.parametrize(
    "path",
    ["README.md", ".env.example",
     "src/notes/__init__.py", "a-b/c.d/e_f", ".github/x.yml", "x" * 100],
)  # fmt: skip
def test_a_plain_relative_path_is_taken(path: str) -> None:
    assert GeneratedFile(path, "").path == path


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "..", "../x", "a/../b", "a/./b", "a//b", "a/", "./a", "a\\b", "C:/x", "C:x",
     "a\n", "a b", "ä.py", "~/x", "-rf", "a/-x", "con", "src/NUL.py", "aux.tar.gz", "com1",
     "LPT9.x", ".con", "a.", "a/b.", "a\0b", "..a/../b", "x" * 101, "/".join(["a" * 50] * 5),
     "${x}", "{{x}}", ".git", ".GIT/hooks/pre-commit", "a\u202eb", MANIFEST, MANIFEST.upper()],
)  # fmt: skip
def test_a_path_that_could_leave_or_mean_something_else_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no file of a generated project"):
        GeneratedFile(path, "")


@pytest.mark.parametrize(
    ("first", "second", "met"),
    [("a.py", "a.py", "a.py"), ("a.py", "A.PY", "a.py"), ("src/a", "SRC/b", "src"),
     ("a", "a/b", "a"),
     ("a/b", "a", "a"), ("A", "a/b", "A"), ("a/b/c", "a/B", "a/b")],
)  # fmt: skip
def test_two_paths_that_cannot_stand_in_one_folder_are_refused(
    first: str, second: str, met: str
) -> None:
    assert list(meetings([first, second])) == [(second, met)]
    files = (GeneratedFile(first, ""), GeneratedFile(second, ""))
    with pytest.raises(ValueError, match="cannot stand"):
        GeneratedProject("notes", "native", files)


def test_paths_that_can_are_taken() -> None:
    assert list(meetings(["src/a.py", "src/b.py", "src/c/a.py", "a.py", "srca.py"])) == []


def test_a_path_that_was_refused_is_not_in_the_way_of_others() -> None:
    paths = Spellings()
    assert [paths.meets(path) for path in ("a/b", "A/c/d", "a/c")] == [None, "a", None]


@pytest.mark.parametrize("name", ["", "Notes", "a-b", "a.b", "1a", "a\n", "ä", "a/b"])
def test_a_package_has_a_name_that_python_takes(name: str) -> None:
    with pytest.raises(ValueError, match="no generated package"):
        GeneratedProject(name, "native", ())


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    data = bytes(range(256))
    assert GeneratedFile("a", data.decode("utf-8", "surrogateescape")).data == data


def test_no_device_hides_behind_a_dot_or_a_suffix() -> None:
    assert [is_portable(path) for path in ("con.py", ".aux", "nul.a.b", "cone.py")] == [
        False, False, False, True,
    ]  # fmt: skip
