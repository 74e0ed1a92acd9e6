from __future__ import annotations

from typing import Any

import pytest

from tests.unit.samples.loaded_players import release_notes

module = release_notes("classify")


def commit(subject: str, body: str = "", *, merge: bool = False, number: int = 0) -> dict[str, Any]:
    return {
        "hash": f"{number:040x}",
        "date": "2026-01-05T09:00:00+00:00",
        "author": "Ada",
        "subject": subject,
        "body": body,
        "merge": merge,
    }


def classify(*commits: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = module.classify(commits=list(commits))
    return answer


def entry(subject: str, body: str = "") -> dict[str, Any]:
    ((only,),) = [group["entries"] for group in classify(commit(subject, body))["groups"]]
    found: dict[str, Any] = only
    return found


@pytest.mark.parametrize(
    ("subject", "kind", "summary"),
    [
        ("feat: accept tabs", "features", "Accept tabs"),
        ("feat(parser): accept tabs", "features", "**parser**: accept tabs"),
        ("FIX: accept tabs", "fixes", "Accept tabs"),
        ("perf(io): read once", "performance", "**io**: read once"),
        ("docs: a guide", "documentation", "A guide"),
        ("revert: accept tabs", "reverts", "Accept tabs"),
        ("feat!: new calls", "breaking", "New calls"),
        ("refactor(core)!: new calls", "breaking", "**core**: new calls"),
        ("Add a parser", "features", "Add a parser"),
        ("fixed the parser (#12)", "fixes", "Fixed the parser (#12)"),
        ("parser: fix tabs", "fixes", "**parser**: fix tabs"),
        ("net/http: softer time-outs", "other", "**net/http**: softer time-outs"),
        ("Softer colours", "other", "Softer colours"),
        ("iOS support", "other", "iOS support"),
        ("", "other", "(no message)"),
        ("🔥", "other", "🔥"),
        ("feat:no blank", "other", "feat:no blank"),
    ],
)
def test_a_subject_tells_its_kind(subject: str, kind: str, summary: str) -> None:
    found = entry(subject)
    assert (found["kind"], found["summary"]) == (kind, summary)


@pytest.mark.parametrize(
    "subject", ["chore: release 1.0.0", "ci: three systems", "typo", "Bump x", "tests: more"]
)
def test_work_that_users_do_not_see_is_counted_and_left_out(subject: str) -> None:
    found = classify(commit(subject))
    assert (found["groups"], found["total"], found["internal"]) == ([], 0, 1)
    assert found["bump"] == "none"


def test_a_breaking_footer_of_several_lines_becomes_the_note() -> None:
    body = "Why.\n\nBREAKING CHANGE: call\n`scale(people=6)` now.\n\nReviewed-by: Ada"
    found = entry("chore: tidy", body)
    assert (found["kind"], found["note"]) == ("breaking", "Call `scale(people=6)` now.")


def test_a_breaking_footer_ends_where_the_next_footer_begins() -> None:
    found = entry("feat: x", "BREAKING-CHANGE: no more tabs\nReviewed-by: Ada\nRefs #1")
    assert found["note"] == "No more tabs"


def test_a_breaking_change_stands_in_one_group_only() -> None:
    found = classify(commit("feat!: a"), commit("feat: b"))
    assert [group["kind"] for group in found["groups"]] == ["breaking", "features"]
    assert (found["total"], found["breaking"], found["bump"]) == (2, 1, "major")


@pytest.mark.parametrize(
    ("subject", "bump"), [("feat: a", "minor"), ("fix: a", "patch"), ("Softer", "patch")]
)
def test_the_bump_is_what_semantic_versioning_asks_for(subject: str, bump: str) -> None:
    assert classify(commit(subject))["bump"] == bump


def test_merges_are_counted_and_left_out() -> None:
    found = classify(commit("Add all", merge=True), commit("feat: a"))
    assert (found["total"], found["merges"]) == (1, 1)


def test_groups_come_in_the_order_of_the_notes_and_entries_newest_first() -> None:
    found = classify(
        commit("docs: a"),
        commit("fix: b"),
        commit("feat: c", number=3),
        commit("feat: d", number=4),
    )
    assert [group["title"] for group in found["groups"]] == ["Features", "Fixes", "Documentation"]
    assert [item["summary"] for item in found["groups"][0]["entries"]] == ["C", "D"]


def test_a_change_and_its_revert_cancel_each_other() -> None:
    found = classify(commit('Revert "feat: a"'), commit("feat: b"), commit("feat: a"))
    assert [item["summary"] for group in found["groups"] for item in group["entries"]] == ["B"]
    assert found["undone"] == 2


@pytest.mark.parametrize("again", ['Revert "Revert "feat: a""', 'Reapply "feat: a"'])
def test_a_reverted_revert_leaves_the_change(again: str) -> None:
    found = classify(commit(again), commit('Revert "feat: a"'), commit("feat: a"))
    assert [group["kind"] for group in found["groups"]] == ["features"]


def test_a_revert_of_an_older_release_is_news() -> None:
    found = classify(commit('Revert "feat: a"'))
    assert [group["kind"] for group in found["groups"]] == ["reverts"]
