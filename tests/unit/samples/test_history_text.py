from __future__ import annotations

import pytest

from tests.unit.samples.loaded_players import release_notes

history_text = release_notes("history_text").history_text

HEADERS = "Author: Ada <ada@example.org>\nDate: 2026-01-05T09:00:00Z\n"


def test_a_commit_has_a_label_headers_and_an_indented_message() -> None:
    text = (
        f"# a comment\n\ncommit start\n{HEADERS}Tag: v1\n\n    feat: one\n\n    Body\n      more\n"
    )
    (commit,) = history_text(text)
    assert (commit.label, commit.author) == ("start", "Ada <ada@example.org>")
    assert (commit.date, commit.tag) == ("2026-01-05T09:00:00Z", "v1")
    assert commit.message == "feat: one\n\nBody\n  more"
    assert commit.parents == ()


def test_a_commit_follows_the_one_above_unless_it_names_its_parents() -> None:
    commits = history_text(
        f"commit a\n{HEADERS}\n    a\n\ncommit b\n{HEADERS}\n    b\n\n"
        f"commit c\n{HEADERS}Parents: a\n\n    c\n\ncommit d\n{HEADERS}Parents: c b\n\n    d\n"
    )
    assert [commit.parents for commit in commits] == [(), ("a",), ("a",), ("c", "b")]


def test_a_text_without_commits_is_an_empty_history() -> None:
    assert history_text("# nothing yet\n\n") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello\n", "line 1: a history begins with `commit LABEL`, not 'hello'"),
        ("commit a\nDate: 2026-01-05T09:00:00Z\n", "line 1: 'a' needs a line `Author:"),
        ("commit a\nAuthor: Ada <ada@example.org>\nDate: yesterday\n", "needs a line `Date:"),
        (
            f"commit a\n{HEADERS}Mood: good\n",
            "line 4: neither a header nor a message: 'Mood: good'",
        ),
        (f"commit a\n{HEADERS}Parents: z\n", "'a' has no earlier commit 'z' to follow"),
        (f"commit a\n{HEADERS}\n    x\ncommit a\n{HEADERS}", "line 6: a second commit is labelled"),
        (f"commit a\n{HEADERS}\n    x\nTag: v1\n", "line 6: neither a header nor a message"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="line") as caught:
        history_text(text)
    assert message in str(caught.value)
