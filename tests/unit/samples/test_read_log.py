from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.samples.loaded_players import release_notes

module = release_notes("read_log")

HASH = "0123456789abcdef0123456789abcdef01234567"


def record(message: str, *, author: str = "Ada", parents: str = HASH) -> str:
    return f"\x1e{HASH}\x1f{parents}\x1f2026-01-05T09:00:00+01:00\x1f{author}\x1f{message}\n"


def read(log: str, limit: int = 100) -> list[dict[str, Any]]:
    commits: list[dict[str, Any]] = module.read_log(log=log, limit=limit)["commits"]
    return commits


def test_a_record_becomes_a_commit() -> None:
    assert read(record("feat: one\n\nBody\n\nFooter: 1\n")) == [
        {
            "hash": HASH,
            "date": "2026-01-05T09:00:00+01:00",
            "author": "Ada",
            "subject": "feat: one",
            "body": "Body\n\nFooter: 1",
            "merge": False,
        }
    ]


def test_an_empty_log_has_no_commits() -> None:
    assert module.read_log(log="", limit=1) == {"commits": [], "truncated": False}


def test_a_commit_with_two_parents_is_a_merge_and_a_root_is_not() -> None:
    log = record("m", parents=f"{HASH} {HASH}") + record("root", parents="")
    assert [commit["merge"] for commit in read(log)] == [True, False]


def test_a_subject_on_two_lines_is_joined_as_git_joins_it() -> None:
    (commit,) = read(record("fix: a long\nsubject\r\n\r\nbody"))
    assert (commit["subject"], commit["body"]) == ("fix: a long subject", "body")


def test_more_commits_than_the_limit_are_left_out_and_told() -> None:
    answer = module.read_log(log=record("a") + record("b"), limit=1)
    assert ([commit["subject"] for commit in answer["commits"]], answer["truncated"]) == (
        ["a"],
        True,
    )


@pytest.mark.parametrize("message", ["", "\n"])
def test_a_commit_without_a_message_is_read(message: str) -> None:
    (commit,) = read(record(message).strip())
    assert (commit["hash"], commit["subject"], commit["body"]) == (HASH, "", "")


def test_separators_inside_a_message_do_no_harm() -> None:
    (commit,) = read(record("fix: \x1e odd \x1f\x1e\x1b[31mred\n\n\x1e body"))
    assert commit["subject"] == "fix: odd [31mred"


def test_a_log_that_lost_its_first_separator_is_read() -> None:
    # U+001E counts as white space for `str.strip`.
    assert len(read((record("a") + record("b")).strip())) == 2


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_names_and_messages_give_one_commit_each(pairs: list[tuple[str, str]]) -> None:
    records = [record(m.replace("\x1e", ""), author=a.replace("\x1e", "")) for a, m in pairs]
    commits = read("".join(records))
    assert [commit["hash"] for commit in commits] == [HASH] * len(pairs)
    assert all("\n" not in commit["subject"] for commit in commits)
