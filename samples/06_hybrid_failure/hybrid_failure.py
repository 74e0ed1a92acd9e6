"""The same Melody as hybrid_failure.melody.yaml, written in Python; both give one IR hash.

python hybrid_failure.py                        builds it and plays it by a script
melody fmt --to yaml hybrid_failure.py          prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "hybrid_failure",
    description="One step for each recovery strategy; make them happen with --fault.",
    policy={
        "timeout": "20s",
        "retry": {"initial": "0.2s", "jitter": "none"},
        "escalation": {"assignees": ["editor"], "expires": "1h"},
        "notify": ["editor"],
    },
)
title = m.input("title", "string", default="On failing well")
brief = m.input(
    "brief",
    "string",
    default="Every workflow fails at some time. Players handle what they understand. "
    "The conductor handles the rest. Nobody hides anything.",
)

outliner = m.player("outliner", python="players.desk:outline")
writer = m.player("writer", python="players.desk:draft", fallback=["plain_writer"])
m.player("plain_writer", python="players.desk:plain_draft")
reader = m.player("reader", python="players.desk:keywords")
m.player("reverse_engineer", python="players.desk:keywords_of_draft")
summariser = m.player("summariser", python="players.desk:summary", provides=["text.summary"])
m.player("other_desk", python="players.desk:short_summary", provides=["text.summary"])
poet = m.player("poet", python="players.desk:motto")
judge = m.player("judge", python="players.desk:verdict")
shelf = m.player("shelf", python="players.desk:shelve")
m.player("cleaner", python="players.desk:take_off")
herald = m.player("herald", python="players.desk:announce", effects="once")

outline = m.play(
    outliner,
    id="outline",
    label="Retry: the same player again, after 0.2 s and 0.4 s",
    brief=brief,
    output={"points": "list[string]"},
)
draft = m.play(
    writer,
    id="draft",
    label="Fallback: another player takes over",
    points=outline.output.points,
    output={"text": "string", "words": "integer"},
)
keywords = m.play(
    reader,
    id="keywords",
    label="Reverse reconstruction: made from the draft, which exists already",
    brief=brief,
    output={"words": "list[string]"},
    on_failure=["reconstruct"],
    reconstruct={"from": draft.output, "play": "reverse_engineer"},
)
summary = m.play(
    summariser,
    id="summary",
    label="Re-route: somebody else with the same capability",
    text=draft.output.text,
    output={"text": "string"},
    on_failure=["reroute"],
)
motto = m.play(
    poet,
    id="motto",
    label="Graceful skip: a gap, listed for review",
    words=keywords.output.words,
    output={"text": "string"},
    importance="low",
    on_failure=["skip"],
)
verdict = m.play(
    judge,
    id="verdict",
    label="Quality gate, and a person when it does not hold",
    text=draft.output.text,
    output={"score": "number(0..1)", "remark": "string"},
    gate={"score": "output.score", "at_least": 0.5, "on_fail": ["retry", "escalate"]},
)
publish = m.play(
    shelf,
    id="publish",
    label="Compensation: undone if the run fails later",
    with_={
        "title": title,
        "text": f"# {title}\n\n{draft.output.text}\n\n{fn.default(motto.output.text, '')}\n",
    },
    output={"name": "string"},
    needs=[verdict],
    compensate={"play": "cleaner", "with": {"name": fn.expr("output.name")}},
)
announce = m.play(
    herald,
    id="announce",
    label="Fail with context: it may act at most once, so nobody tries again",
    name=publish.output.name,
    summary=summary.output.text,
    output={"post": "string"},
)

m.outputs(
    post=announce.output.post,
    keywords=keywords.output.words,
    motto=fn.default(motto.output.text, None),
)

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/everything_at_once.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
