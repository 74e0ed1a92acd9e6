from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.parse.text import MAX_BYTES, text_of_bytes, text_of_file, text_of_str
from tests.unit.compiler.parse.reading_aid import places


def test_a_file_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    source, problems = text_of_file(tmp_path / "x.melody.yaml", file="x.melody.yaml")
    assert source is None
    assert problems[0].code == "MEL101"
    assert problems[0].message == "`x.melody.yaml` does not exist"


@pytest.mark.parametrize("name", ["x.yaml", "x.yml", "x.json", "x", "x.melody.yml", "x.melody"])
def test_the_melody_is_offered_whose_name_was_written_without_its_end(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "x.melody.yaml").touch()
    file = f"sub/{name}"
    ((problem,), (of_data,)) = (
        text_of_file(tmp_path / name, file=file, melody=melody)[1] for melody in (True, False)
    )
    assert (problem.code, problem.help) == ("MEL101", "did you mean `sub/x.melody.yaml`?")
    assert "did you mean" not in str(of_data.help)


@pytest.mark.parametrize("name", ["y.yaml", "x.py", "xx", "xyaml"])
def test_a_melody_of_another_name_is_not_offered(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.melody.yaml").touch()
    ((problem),) = text_of_file(tmp_path / name, file=name, melody=True)[1]
    assert problem.help == "check the path"


def test_a_directory_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    messages = [text_of_file(path)[1][0].message for path in (tmp_path, tmp_path / "pipe")]
    assert [message.partition("` ")[2] for message in messages] == [
        "is a directory",
        "is not a regular file",
    ]


def test_a_path_that_no_system_accepts_is_a_diagnostic() -> None:
    assert text_of_file("a\0b")[1][0].code == "MEL101"
    assert text_of_file("x" * 5000)[1][0].code == "MEL101"


def test_a_forbidden_file_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.melody.yaml"
    path.write_text("a: 1")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in text_of_file(path)[1][0].message


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a: \xff\n", [("MEL102", "1:4-1:5")]),
        ("a: 1\nb: é\n".encode() + b"\xc3", [("MEL102", "3:1-3:2")]),
        (b"a: 1\nb: x\0y\n", [("MEL102", "2:5-2:6")]),
        (b"\xef\xbb\xbfa: \x07\n", [("MEL102", "1:4-1:5")]),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", [("MEL102", "1:1-1:1")]),
        ("a: 1".encode("utf-16"), [("MEL102", "1:1-1:1")]),
        (b"a" * (MAX_BYTES + 1), [("MEL106", "1:1-1:1")]),
    ],
    ids=["byte", "cut", "nul", "bell", "elf", "utf-16", "large"],
)
def test_what_is_no_text_is_refused_with_its_place(
    data: bytes, found: list[tuple[str, str]]
) -> None:
    source, problems = text_of_bytes(data, "a")
    assert source is None
    assert places(problems) == found
    assert problems[0].help


def test_half_of_a_character_is_refused() -> None:
    source, problems = text_of_str("a: \ud83d", "a")
    assert source is None
    assert places(problems) == [("MEL102", "1:4-1:5")]


def test_good_text_has_no_problems() -> None:
    source, problems = text_of_bytes(b"\xef\xbb\xbfa: \xc3\xa9\r\nb: \t1\n", "a")
    assert problems == ()
    assert source is not None
    assert source.text == "a: é\r\nb: \t1\n"
    assert source.place(7) == (2, 2)
