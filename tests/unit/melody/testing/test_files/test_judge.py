from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import melody
from compiler.parse.source_text import SourceText
from compiler.parse.tree import MapNode
from compiler.parse.yaml_reader import read_tree
from melody.testing.test_files.judge import MOST, MOST_LINES, diff, unmet
from tests.unit.melody.testing.test_files.folder import NOTES
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.result import RunResult

Script = dict[str, Any]

GOOD: Script = {
    "players": {
        "author": {"return": {"text": "It rains.", "lines": 2, "tags": ["rain", "wet"]}},
        "intern": {"return": "More rain."},
    }
}
ROUGH: Script = {
    "players": {
        "author": [
            {"error": "rate_limited", "retry_after": 2, "cost": {"usd": 0.5, "tokens": 7}},
            {"return": {"text": "It\nrains.\n", "lines": 9, "tags": []}},
        ],
        "intern": {"error": "http.503"},
    }
}
BAD: Script = {"players": {"author": {"error": "http.400"}, "intern": {"return": "More."}}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("notes.melody.yaml").write_text(NOTES, "utf-8")
    return tmp_path


def run(script: Script) -> RunResult:
    return melody.run("notes.melody.yaml", {"topic": "rain"}, script=script, journal=False)


def found(expect: str, script: Script) -> tuple[Diagnostic, ...]:
    tree, problems = read_tree(SourceText("t.melody.test.yaml", expect))
    assert problems == ()
    assert isinstance(tree, MapNode)
    return unmet(tree, run(script))


@pytest.mark.parametrize(
    ("script", "expect"),
    [
        (GOOD, "status: succeeded"),
        (GOOD, "outputs: {}"),
        (GOOD, "outputs: {text: It rains., way: short}"),
        (GOOD, "error: null"),
        (GOOD, "gaps: []"),
        (GOOD, "usage: {usd: 0, tokens: 0}"),
        (GOOD, "steps: {draft: succeeded, extra: {output: More rain., error: null}}"),
        (GOOD, "steps: {draft: {output: {tags: [rain, wet], lines: 2.0}, attempts: 1}}"),
        (GOOD, "steps: {route: {branch: short}, route.long.cut: absent}"),
        (GOOD, "steps: {draft: {synthetic: false, degraded: false, provenance: null}}"),
        (GOOD, "x-note: [anything]"),
        (ROUGH, "{status: degraded, gaps: [extra], usage: {usd: 0.5, tokens: 7.0}}"),
        (ROUGH, "gaps: [{step: extra, reason: skipped_after_failure, error: http.503}]"),
        (ROUGH, "steps: {draft: {status: recovered, player: author}, extra: gap}"),
        (ROUGH, "steps: {draft: {attempts: [{error: rate_limited, delay_s: 2}, {error: null}]}}"),
        (ROUGH, "steps: {draft: {attempts: [{error: {code: RateLimited}}, {decision: null}]}}"),
        (ROUGH, "steps: {extra: {status: gap, error: {class: backend_failure, code: http.503}}}"),
        (ROUGH, "steps: {route.long.cut: succeeded, route: {branch: long}}"),
        (BAD, "error: {code: http.400, step: draft, class: permanent}"),
        (BAD, "{error: http.400, status: failed, outputs: {text: null}}"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_written_and_holds_is_met(script: Script, expect: str) -> None:
    assert found(expect, script) == ()


@pytest.mark.parametrize(
    ("script", "expect", "place", "message"),
    [
        (GOOD, "status: failed", "1:9", '`status` is "succeeded", not "failed"'),
        (GOOD, "outputs: {text: Sun.}", "1:17", '`outputs.text` is "It rains.", not "Sun."'),
        (GOOD, "outputs: {txt: Sun.}", "1:11", "`outputs` has no `txt`"),
        (GOOD, "outputs: {text: {a: 1}}", "1:17", '`outputs.text` is "It rains.", not a map'),
        (GOOD, "outputs: {text: [1]}", "1:17", '`outputs.text` is "It rains.", not a list'),
        (GOOD, "error: http.400", "1:8", "`error` is null: nothing failed there"),
        (GOOD, "gaps: [extra]", "1:8", "`extra` is no gap"),
        (GOOD, "usage: {tokens: 3}", "1:17", "`usage.tokens` is 0, not 3"),
        (GOOD, "steps: {draft: failed}", "1:16", '`draft` is "succeeded", not "failed"'),
        (GOOD, "steps: {draft: absent}", "1:9", "`draft` is `succeeded`, not absent"),
        (GOOD, "steps: {route.long.cut: failed}", "1:9",
         "the run never came to `route.long.cut`"),
        (GOOD, "steps: {draft: {attempts: 2}}", "1:27", "`draft` has 1 attempt, not 2"),
        (GOOD, "steps: {draft: {attempts: []}}", "1:27", "`draft.attempts` has 1 item, not 0"),
        (GOOD, "steps: {draft: {output: {tags: [rain]}}}", "1:32",
         "`draft.output.tags` has 2 items, not 1"),
        (GOOD, "steps: {draft: {output: {tags: [rain, dry]}}}", "1:39",
         '`draft.output.tags[1]` is "wet", not "dry"'),
        (GOOD, "steps: {draft: {output: {lines: true}}}", "1:33",
         "`draft.output.lines` is 2, not true"),
        (GOOD, 'steps: {draft: {output: {lines: "2"}}}', "1:33",
         '`draft.output.lines` is 2, not "2"'),
        (GOOD, "steps: {draft: {synthetic: 0}}", "1:28", "`draft.synthetic` is false, not 0"),
        (ROUGH, "gaps: []", "1:7", "`extra` is a gap, and is not expected to be one"),
        (ROUGH, "gaps: [{step: extra, reason: x}]", "1:30",
         '`gaps.extra.reason` is "skipped_after_failure", not "x"'),
        (ROUGH, "gaps: [{step: extra, error: http.500}]", "1:29",
         '`gaps.extra.error` is "http.503", not "http.500"'),
        (ROUGH, "steps: {draft: {attempts: [{error: http.500}, {}]}}", "1:36",
         '`draft.attempts[0].error` is "http.429", not "http.500"'),
        (ROUGH, "steps: {draft: {attempts: [{n: 2}, {}]}}", "1:32",
         "`draft.attempts[0].n` is 1, not 2"),
        (ROUGH, "steps: {draft: {attempts: [{}, {error: http.429}]}}", "1:40",
         "`draft.attempts[1].error` is null: nothing failed there"),
        (BAD, "error: {step: extra}", "1:15", '`error.step` is "draft", not "extra"'),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_what_does_not_hold_is_told_once_at_its_place(
    script: Script, expect: str, place: str, message: str
) -> None:
    (problem,) = found(expect, script)
    assert problem.span is not None
    assert (problem.code, problem.message) == ("MEL552", message)
    assert f"{problem.span.line}:{problem.span.column}" == place


@pytest.mark.usefixtures("folder")
def test_an_error_that_is_not_expected_is_told_with_its_message() -> None:
    (problem,) = found("error: null", BAD)
    assert problem.message.startswith("`error` is http.400: ")


@pytest.mark.usefixtures("folder")
def test_every_difference_is_told_in_the_order_written() -> None:
    expect = "outputs: {way: long, text: Sun.}\nsteps: {draft: failed, extra: {output: x}}\n"
    messages = [problem.message.split(" ")[0] for problem in found(expect, GOOD)]
    assert messages == ["`outputs.way`", "`outputs.text`", "`draft`", "`extra.output`"]


@pytest.mark.usefixtures("folder")
def test_of_many_differences_the_first_are_told() -> None:
    wrong = ", ".join(f"k{number}: 1" for number in range(2 * MOST))
    assert len(found(f"outputs: {{{wrong}}}", GOOD)) == MOST


@pytest.mark.usefixtures("folder")
def test_texts_of_several_lines_are_told_as_a_difference() -> None:
    (problem,) = found('outputs: {text: "It\\nsnows.\\n"}', ROUGH)
    assert problem.message == "`outputs.text` is another text"
    (note,) = problem.notes
    assert note.message.splitlines()[2:] == ["@@ -1,2 +1,2 @@", " It", "-snows.", "+rains."]


@pytest.mark.usefixtures("folder")
def test_how_the_run_ended_stands_beside_the_first_difference_only() -> None:
    first, second = found("{status: succeeded, outputs: {text: x}}", BAD)
    (note,) = first.notes
    assert note.message.startswith("the run failed at `draft`: http.400: ")
    assert second.notes == ()


def test_a_missing_line_break_at_the_end_is_seen() -> None:
    assert diff("a\nb\n", "a\nb", "old", "new").splitlines()[3:] == [
        " a", "-b", "+b", "\\ no line break at the end",
    ]  # fmt: skip


def test_of_a_long_difference_the_beginning_is_shown() -> None:
    old = "".join(f"{number}\n" for number in range(100))
    lines = diff(old, old.replace("\n", "x\n"), "old", "new").splitlines()
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… and 163 more lines"


@pytest.mark.usefixtures("folder")
def test_a_long_value_is_cut() -> None:
    long = {"players": {"author": {"return": {"text": "x" * 500, "lines": 1, "tags": ["y" * 400]}},
                        "intern": {"return": "z"}}}  # fmt: skip
    text, tags = found("{outputs: {text: 1}, steps: {draft: {output: {tags: []}}}}", long)
    assert len(text.message) < 150
    assert len(tags.notes[0].message) < 400
