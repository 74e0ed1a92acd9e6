from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from melody.cli.view.lines import Lines
from melody.cli.view.progress import Progress, Row
from melody.cli.view.tree import Tree, visible_rows
from melody.cli.view.words import decision_words, rejected_words, seconds, short
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError

SEQUENCE: list[tuple[EventKind, str, dict[str, Any]]] = [
    (EventKind.RUN_STARTED, "", {"melody": "m", "ir": "h", "inputs": {}}),
    (EventKind.STEP_STARTED, "draft", {}),
    (EventKind.ATTEMPT_STARTED, "draft", {"n": 1, "player": "coder"}),
    (
        EventKind.ATTEMPT_FAILED,
        "draft",
        {"n": 1, "player": "coder", "error": StandardError.of("http.503", "too\x1b[31m busy")},
    ),
    (
        EventKind.DECISION,
        "draft",
        {
            "n": 1,
            "decision": "fallback",
            "delay_s": 0.0,
            "rule": "on_failure",
            "rejected": [{"rung": "retry", "reason": "attempts_exhausted"}],
            "target": "junior",
        },
    ),
    (EventKind.ATTEMPT_STARTED, "draft", {"n": 2, "player": "junior"}),
    (EventKind.STEP_FINISHED, "draft", {"record": {"status": "recovered", "player": "junior"}}),
    (EventKind.STEP_STARTED, "route", {}),
    (EventKind.BRANCH_TAKEN, "route", {"arm": "fast"}),
    (EventKind.STEP_STARTED, "route.fast.each", {}),
    (EventKind.STEP_STARTED, "route.fast.each[0]", {}),
    (EventKind.STEP_STARTED, "last", {}),
    (EventKind.STEP_STARTED, "route.fast.each[1]", {}),
]


def _followed(*followers: Any) -> None:
    for seq, (kind, path, facts) in enumerate(SEQUENCE, 1):
        event = Event(kind, seq, 100.0 + seq / 10, "r", path, facts)
        for follower in followers:
            follower.append(event)


def test_what_is_below_a_step_stands_below_it_in_whatever_order_it_came() -> None:
    progress = Progress(virtual=True)
    progress.expect(["draft", "route", "last"])
    _followed(progress)
    assert [(row.depth, row.label) for row in progress.rows.values()] == [
        (0, "draft"),
        (0, "route"),
        (1, "fast.each"),
        (2, "[0]"),
        (2, "[1]"),
        (0, "last"),
    ]


def test_iterations_sides_and_sub_melodies_stand_below_their_step() -> None:
    progress = Progress(virtual=True)
    paths = ["loop", "loop#1.a", "loop#2.a", "both", "both.left.b", "docs", "docs/intro",
             "docs/box", "docs/box.c", "each", "each[0]", "each[0]/intro"]  # fmt: skip
    for seq, path in enumerate(paths):
        progress.append(Event(EventKind.STEP_STARTED, seq, 0.0, "r", path, {}))
    assert [(row.depth, row.label) for row in progress.rows.values()] == [
        (0, "loop"), (1, "#1.a"), (1, "#2.a"), (0, "both"), (1, "left.b"), (0, "docs"),
        (1, "intro"), (1, "box"), (2, "c"), (0, "each"), (1, "[0]"), (2, "intro"),
    ]  # fmt: skip


def test_a_step_that_waits_says_for_what_in_both_views() -> None:
    stream, progress = io.StringIO(), Progress(virtual=True)
    lines = Lines(progress, stream)
    told: list[tuple[EventKind, dict[str, Any]]] = [
        (EventKind.STEP_STARTED, {}),
        (EventKind.WAITING, {"reason": "window", "until": "2000-01-01T02:00:00.000Z"}),
        (EventKind.WAITING, {"reason": "require", "until": "2000-01-01T02:00:01.000Z"}),
        (EventKind.WAITING, {"reason": "wait", "until": "2000-01-01T02:00:02.000Z"}),
        (EventKind.WAITING, {"reason": "answer", "question": {"event": "paid", "text": "x"}}),
        (EventKind.WAITING, {"reason": "answer", "question": {"event": None, "text": "Go?"}}),
    ]
    for seq, (kind, facts) in enumerate(told):
        event = Event(kind, seq, 0.0, "r", "ask", facts)
        progress.append(event)
        lines.append(event)
    assert [line.split(maxsplit=2)[2] for line in stream.getvalue().splitlines()] == [
        "waits for its window, which opens at 2000-01-01T02:00:00.000Z",
        "waits for what it requires, and looks again at 2000-01-01T02:00:01.000Z",
        "waits for 2000-01-01T02:00:02.000Z",
        "waits for the event paid",
        "waits for a person: Go?",
    ]
    console = Console(file=io.StringIO(), width=120, height=40, color_system=None)
    console.print(Tree(progress, io.StringIO()))
    assert isinstance(console.file, io.StringIO)
    assert "waits for a person: Go?" in console.file.getvalue()
    progress.append(Event(EventKind.ANSWERED, 9, 0.0, "r", "ask", {"choice": "approve"}))
    assert (progress.rows["ask"].status, progress.rows["ask"].waits_for) == ("running", "")


def test_progress_knows_every_decision_and_its_reasons() -> None:
    progress = Progress(virtual=True)
    _followed(progress)
    ((failure, decision),) = progress.rows["draft"].trail
    assert failure["error"]["code"] == "http.503"
    assert decision_words(decision) == "fallback to junior"
    assert rejected_words(decision) == "retry: no attempts left"


def test_lines_say_each_change_once_and_no_control_character() -> None:
    stream, progress = io.StringIO(), Progress(virtual=True)
    _followed(progress, Lines(progress, stream))
    lines = stream.getvalue().splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "0.2s draft coder performs",
        "0.4s draft failed: http.503: too\\x1b[31m busy → fallback to junior",
        "0.5s draft junior performs, attempt 2",
        "0.6s draft recovered",
        "0.8s route takes fast",
    ]


def test_the_tree_shows_every_step_with_player_attempt_and_time() -> None:
    progress = Progress(virtual=True)
    progress.expect(["draft", "route", "last"])
    _followed(progress)
    console = Console(file=io.StringIO(), width=120, height=40, color_system=None)
    console.print(Tree(progress, io.StringIO()))
    assert isinstance(console.file, io.StringIO)
    first, *rest = console.file.getvalue().splitlines()
    assert first.split() == [
        *("✓", "draft", "junior", "attempt", "2", "0.5s"),
        *("http.503", "→", "fallback", "to", "junior"),
    ]
    assert any(line.startswith("    ▸ [0]") for line in rest)


def test_a_tree_that_is_too_high_keeps_what_runs_and_what_failed() -> None:
    rows = tuple(Row(f"all[{n}]", depth=1, status="succeeded") for n in range(50))
    rows = (Row("all", status="running"), *rows, Row("all[50]", depth=1, status="failed"))
    shown = visible_rows(rows, 10)
    assert len(shown) < 10
    assert {"all", "all[50]"} <= {row.path for row in shown}


def test_words_are_short() -> None:
    assert [seconds(value) for value in (0.04, 9.94, 59.6, 61, 3725)] == [
        "0.0s", "9.9s", "1m00s", "1m01s", "1h02m",
    ]  # fmt: skip
    assert short({"a": "\x1b"}) == '{"a": "\\u001b"}'
    assert len(short("x" * 1000)) == 60


def _used(outcome: str, path: str = "s~tool.1", **facts: Any) -> Event:
    return Event(EventKind.TOOL_USED, 4, 1.0, "r", path, {"tool": "t", "outcome": outcome, **facts})


AGENT = (
    Event(EventKind.STEP_STARTED, 1, 0.0, "r", "s", {}),
    Event(EventKind.ATTEMPT_STARTED, 2, 0.0, "r", "s", {"n": 1, "player": "a"}),
    Event(EventKind.MODEL_CALLED, 3, 0.5, "r", "s~model.1", {"tools": ["t"]}),
)


def test_what_an_agent_does_is_told_line_by_line_below_its_step() -> None:
    progress, stream = Progress(virtual=True), io.StringIO()
    lines = Lines(progress, stream)
    failure = {"error": {"code": "http.503"}, "message": "busy"}
    used = (
        _used("success"),
        _used("recorded", "s~tool.2"),
        _used("error", "s~tool.3", **failure),
        _used("refused", "s~tool.4", message="no\nJSON"),
        _used("success", "s~tool.5~tool.1"),
    )
    for event in (*AGENT, *used):
        progress.append(event)
        lines.append(event)
    assert list(progress.rows) == ["s"]
    assert [line.split(maxsplit=2)[1:] for line in stream.getvalue().splitlines()] == [
        ["s", "a performs"],
        ["s~tool.1", "uses t"],
        ["s~tool.2", "uses t: it was done before and is not done again"],
        ["s~tool.3", "uses t: http.503: busy"],
        ["s~tool.4", "uses t wrongly, so nothing is done: no JSON"],
        ["s~tool.5~tool.1", "uses t"],
    ]


def test_the_tree_shows_what_an_agent_does_as_long_as_it_works() -> None:
    progress = Progress(virtual=True)
    for event in AGENT:
        progress.append(event)
    row = progress.rows["s"]
    assert Tree._note(row) == "asks its model"
    progress.append(_used("success"))
    assert Tree._note(row) == "uses t"
    record = {"status": "succeeded", "player": "a"}
    progress.append(Event(EventKind.STEP_FINISHED, 5, 1.0, "r", "s", {"record": record}))
    assert Tree._note(row) == ""
