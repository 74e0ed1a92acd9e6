"""Sample 04 on its own documents, with a person at a terminal and with nobody there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import melody
from tests.unit.melody.cli.person import Begin, terminals
from tests.unit.samples.all_samples import copied
from tests.unit.samples.loaded_players import batch_review

documents = batch_review("documents")

REPORT = """\
# Review

Well done, all.

## guide.md: good (16 words)

Nothing to improve.

## install.md: needs a few changes (13 words)

- Something is still to be done.

## long.md: needs a few changes (43 words)

- A sentence has 36 words: There are those who believe …

## notes.md: needs work (44 words)

- It has no title.
- Something is still to be done.
- A sentence has 36 words: They were written in a …

## reference.md: good (14 words)

Nothing to improve.

## Could not be read

- broken.txt
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, to write into."""
    return copied(tmp_path) / "04_batch_review"


@pytest.fixture
def at_a_terminal() -> Iterator[Begin]:
    with terminals() as begin:
        yield begin


def test_who_approves_at_the_terminal_gets_the_report_with_the_note(
    folder: Path, at_a_terminal: Begin
) -> None:
    person = at_a_terminal("run", "batch_review.melody.yaml", cwd=folder)
    person.waits_for("Publish the report on 5 documents? 1 could not be read.")
    person.waits_for("notes.md - needs work")
    person.waits_for("[a/r]")
    person.types("a\n")
    person.waits_for("note (string")
    person.types("Well done, all.\n")
    ended = person.leaves()
    assert ended.code == 3, ended.stderr
    assert ended.stdout == (
        "decision: approve\nreport: out/report.md\ngood: 2\nunread:\n  - broken.txt\n"
    )
    assert "degraded" in ended.stderr
    assert (folder / "out/report.md").read_text("utf-8") == REPORT


def test_who_approves_without_a_note_gets_the_report_without_one(
    folder: Path, at_a_terminal: Begin
) -> None:
    person = at_a_terminal("run", "batch_review.melody.yaml", cwd=folder)
    person.waits_for("[a/r]")
    person.types("a\n")
    person.waits_for("note (string")
    person.types("\n")
    assert person.leaves().code == 3
    report = (folder / "out/report.md").read_text("utf-8")
    assert report == REPORT.replace("Well done, all.\n\n", "")


def test_who_rejects_gets_no_report(folder: Path, at_a_terminal: Begin) -> None:
    person = at_a_terminal("run", "batch_review.melody.yaml", cwd=folder)
    person.waits_for("[a/r]")
    person.types("r\n")
    ended = person.leaves()
    assert ended.code == 3, ended.stderr
    assert ended.stdout.startswith("decision: reject\nreport: null\n")
    assert not (folder / "out").exists()


def test_with_nobody_there_every_engine_pauses_alike(folder: Path) -> None:
    comparison = melody.compare(folder / "batch_review.melody.yaml", journal=False)
    assert comparison.equal
    for result in comparison.results.values():
        assert result.status == "paused"
        assert result.outputs["unread"] == ["broken.txt"]
        statuses = {path: result.steps[path].status for path in ("reviews", "decide", "report")}
        assert statuses == {"reviews": "succeeded", "decide": "waiting", "report": "pending"}
        lost = result.steps["reviews[0]/text"].error
        assert lost is not None
        assert lost.message.startswith("UnicodeDecodeError: ")
    assert not (folder / "out").exists()


def test_the_sub_melody_reviews_one_document_by_itself(folder: Path) -> None:
    one = folder / "review_one.melody.yaml"
    strict = melody.run(one, {"name": "guide.md", "longest": 4}, journal=False)
    assert strict.outputs == {
        "name": "guide.md",
        "words": 16,
        "verdict": "needs a few changes",
        "findings": [
            "A sentence has 5 words: A Melody is a workflow. …",
            "A sentence has 5 words: It runs on every backend. …",
        ],
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A title\n\nA sentence.", []),
        ("No title.", ["It has no title."]),
        ("\n\n# A title after a blank line", []),
        ("## Not the first level", ["It has no title."]),
        ("# TODO", ["Something is still to be done."]),
        ("# TODOS are words like others", []),
        ("# A title of far more than five words\n\nOne two three four five.", []),
        (
            "# T\n\nOne two three four five six.",
            ["A sentence has 6 words: One two three four five …"],
        ),
    ],
)
def test_a_document_is_judged_by_rules(text: str, found: list[str]) -> None:
    answer = documents.findings(text=text, longest=5)
    assert answer == {"findings": found, "words": len(text.split())}


def test_documents_are_markdown_and_texts_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.py", ".hidden"):
        (tmp_path / name).touch()
    assert documents.names(folder=str(tmp_path)) == ["a.md", "b.txt"]


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        documents.names(folder=str(tmp_path / "nowhere"))
