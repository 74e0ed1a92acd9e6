from __future__ import annotations

from pathlib import Path

import pytest

from melody.testing.test_files.read import read_tests
from melody.testing.test_files.targets import targets
from tests.unit.melody.testing.test_files.folder import laid, one_test, told

HARMLESS = "tests: {it: {on: native, expect: {status: failed}}}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "place", "code", "fact"),
    [
        ("", "1:1", "MEL103", "is empty"),
        ("# nothing\n", "1:1", "MEL103", "holds nothing but comments"),
        ("tests: [", "1:8", "MEL104", "the bracket `[` is never closed"),
        ("text\n", "1:1", "MEL111", "a test file is a map"),
        ("[1]\n", "1:1", "MEL111", "a test file is a map"),
        ("melody: a.melody.yaml\n", "1:1", "MEL113", "has no `tests`"),
        ("test: {}\n" + HARMLESS, "1:1", "MEL112", "has no key `test`"),
        ("expect: {}\n" + HARMLESS, "1:1", "MEL112", "has no key `expect`"),
        ("melody: v1\n" + HARMLESS, "1:9", "MEL111", "`melody` must be the path of a Melody"),
        ("melody: /a.melody.yaml\n" + HARMLESS, "1:9", "MEL111", "must be the path"),
        ("melody: ~/a.melody.yaml\n" + HARMLESS, "1:9", "MEL111", "must be the path"),
        ("melody: 3\n" + HARMLESS, "1:9", "MEL111", "must be text"),
        ("melody: [a]\n" + HARMLESS, "1:9", "MEL111", "must be text"),
        ("on: natve\n" + HARMLESS, "1:5", "MEL301", "there is no backend `natve`"),
        ("on: []\n" + HARMLESS, "1:5", "MEL111", "a word or a list of words"),
        ("on: {a: 1}\n" + HARMLESS, "1:5", "MEL111", "a word or a list of words"),
        ("on: [1]\n" + HARMLESS, "1:6", "MEL111", "must be text"),
        ("snapshot: irr\n", "1:11", "MEL551", "nothing is compiled to `irr`"),
        ("inputs: [1]\n" + HARMLESS, "1:9", "MEL111", "`inputs` must be a map"),
        ("start: lazy\n" + HARMLESS, "1:8", "MEL111", "must be one of `eager`, `graph`"),
        ("offline: 1\n" + HARMLESS, "1:10", "MEL111", "must be `true` or `false`"),
        ("script: x.py\n" + HARMLESS, "1:9", "MEL111", "must be the path of a script"),
        ("script: /x.yaml\n" + HARMLESS, "1:9", "MEL111", "must be the path of a script"),
        ("script: [1]\n" + HARMLESS, "1:9", "MEL111", "a script or the path of one"),
        ("faults: {a: b}\n" + HARMLESS, "1:9", "MEL111", "a word or a list of words"),
        ("tests: []\n", "1:8", "MEL111", "`tests` must be a map"),
        ("tests: {}\n", "1:8", "MEL111", "`tests` is empty"),
        ("tests: {it: }\n", "1:13", "MEL111", "`it` must be a map"),
        ("tests: {it: {}}\n", "1:9", "MEL113", "`it` has no `expect`"),
        ("tests: {it: {expects: {}}}\n", "1:14", "MEL112", "`it` has no key `expects`"),
        ("tests: {a b: {expect: {status: failed}}}\n", "1:9", "MEL116", "is no name of a test"),
        ("tests: {it: {expect: {}}}\n", "1:22", "MEL111", "`expect` is empty"),
        ("tests: {it: {expect: 1}}\n", "1:22", "MEL111", "`expect` must be a map"),
        ("tests: {it: {expect: {state: 1}}}\n", "1:23", "MEL112", "`expect` has no key `state`"),
        ("tests: {it: {expect: {status: done}}}\n", "1:31", "MEL111", "must be one of"),
        ("tests: {it: {expect: {outputs: 1}}}\n", "1:32", "MEL111", "`outputs` must be a map"),
        ("tests: {it: {expect: {error: 1}}}\n", "1:30", "MEL111", "an error code, a map or null"),
        ("tests: {it: {expect: {error: {cod: 1}}}}\n", "1:31", "MEL112", "has no key `cod`"),
        ("tests: {it: {expect: {steps: [a]}}}\n", "1:30", "MEL111", "`steps` must be a map"),
        ("tests: {it: {expect: {steps: {a: [1]}}}}\n", "1:34", "MEL111", "a status or a map"),
        ("tests: {it: {expect: {steps: {a: good}}}}\n", "1:34", "MEL111", "must be one of"),
        ("tests: {it: {expect: {steps: {a: {out: 1}}}}}\n", "1:35", "MEL112", "no key `out`"),
        ("tests: {it: {expect: {steps: {a: {attempts: -1}}}}}\n", "1:45", "MEL111", "from 0"),
        ("tests: {it: {expect: {steps: {a: {attempts: {}}}}}}\n", "1:45", "MEL111", "how many"),
        ("tests: {it: {expect: {steps: {a: {attempts: [1]}}}}}\n", "1:46", "MEL111", "a map"),
        ("tests: {it: {expect: {gaps: a}}}\n", "1:29", "MEL111", "a list of steps"),
        ("tests: {it: {expect: {gaps: [1]}}}\n", "1:30", "MEL111", "must be text"),
        ("tests: {it: {expect: {usage: {wall_s: 1}}}}\n", "1:31", "MEL112", "no key `wall_s`"),
        (HARMLESS + "tests: {}\n", "2:1", "MEL107", "the key `tests` is written twice"),
        ("tests: {it: !x {expect: {status: failed}}}\n", "1:13", "MEL108", "tag"),
        ("a: 1\n---\nb: 1\n", "2:1", "MEL109", "second"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_at_its_place(
    text: str, place: str, code: str, fact: str, tmp_path: Path
) -> None:
    found = told(laid(tmp_path, text))
    if code == "MEL109":  # the first document is no test file either
        found = [one for one in found if one[1] == code]
    (problem,) = found
    assert problem[:2] == (place, code)
    assert fact in problem[2]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\0\1\2", "MEL102"), (b"a: \xff\n", "MEL102"), (b"tests: " + b"[" * 5000, "MEL105")],
)
def test_what_is_no_text_or_no_end_is_told_once(data: bytes, code: str, tmp_path: Path) -> None:
    path = laid(tmp_path, "")
    path.write_bytes(data)
    assert [one[1] for one in told(path)] == [code]


def test_all_mistakes_are_told_at_once_and_none_offers_a_cure_that_check_cannot_make(
    tmp_path: Path,
) -> None:
    path = laid(tmp_path, "onn: native\nstart: graf\ntests: {it: {expcet: {}}}\n")
    tests = read_tests(path)
    assert [one.code for one in tests.problems] == ["MEL112", "MEL111", "MEL112"]
    assert [one.fix for one in tests.problems] == [None, None, None]
    assert [one.label for one in tests.problems] == [
        "did you mean `on`?", "did you mean `graph`?", "did you mean `expect`?",
    ]  # fmt: skip


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    tests = read_tests(tmp_path / "gone.melody.test.yaml")
    assert [one.code for one in tests.problems] == ["MEL101"]


def test_words_may_stand_alone_or_in_a_list_and_count_once(tmp_path: Path) -> None:
    path = laid(tmp_path, f"on: [native, native]\nsnapshot: ir\nset: a=1\n{HARMLESS}")
    tests = read_tests(path)
    assert tests.problems == ()
    assert [one.value for one in tests.conditions.on] == ["native"]
    assert [one.value for one in tests.snapshots] == ["ir"]
    assert [one.value for one in tests.conditions.settings] == ["a=1"]


def test_what_begins_with_x_is_left_alone(tmp_path: Path) -> None:
    path = laid(tmp_path, f"x-people: &ann {{name: Ann}}\ninputs: *ann\n{HARMLESS}")
    assert read_tests(path).problems == ()


@pytest.mark.parametrize("end", ["yaml", "yml", "json"])
def test_the_melody_is_the_one_beside_unless_another_one_is_named(end: str, tmp_path: Path) -> None:
    path = laid(tmp_path, HARMLESS, name="other")
    (tmp_path / "notes.melody.yaml").rename(tmp_path / f"other.melody.{end}")
    melody = read_tests(path).melody
    assert melody is not None
    assert melody.value == f"other.melody.{end}"
    path.write_text(f"melody: ../flows/x.ir.json\n{HARMLESS}", "utf-8")
    named = read_tests(path).melody
    assert named is not None
    assert named.value == "../flows/x.ir.json"


def test_a_test_has_its_own_conditions_over_those_of_the_file(tmp_path: Path) -> None:
    body = "inputs: {b: 2, c: 3}\nprofile: own\nstart: graph\nexpect: {status: failed}"
    top = "profile: all\nset: [a=1]\nfaults: x:timeout\n"
    tests = read_tests(one_test(tmp_path, body, top=top))
    both = tests.tests[0].conditions.over(tests.conditions)
    assert [one.plain() for one in both.inputs] == [{"topic": "rain"}, {"b": 2, "c": 3}]
    assert both.profile is not None
    assert both.profile.value == "own"
    assert (both.start, both.offline, both.script, both.have) == ("graph", None, None, None)
    assert [one.value for one in (*both.on, *both.settings, *both.faults)] == [
        "native", "a=1", "x:timeout",
    ]  # fmt: skip


def test_the_targets_are_the_forms_and_the_backends() -> None:
    assert targets() == ("ir", "mermaid", "native", "langgraph", "crewai")
