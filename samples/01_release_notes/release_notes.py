"""The same Melody as release_notes.melody.yaml, written in Python; both give one IR hash.

python release_notes.py                         builds and runs it
melody fmt --to yaml release_notes.py           prints it as YAML
"""

from __future__ import annotations

import melody
from melody import Melody, fn

m = Melody(
    "release_notes",
    version="1.0.0",
    description="Reads the history of a git repository and writes its release notes.",
    policy={"timeout": "1m"},
)
repo = m.input(
    "repo",
    "path?",
    description="A git repository. Without it, the one that `history` describes is built and read.",
)
history = m.input(
    "history",
    {"enum": ["busy_month", "one_fix", "quiet_week", "long_subjects"]},
    default="busy_month",
    description="Which of the bundled histories to read when there is no `repo`.",
)
since_when = m.input(
    "since",
    "string",
    default="last_tag",
    description="`last_tag`, a tag or commit, or nothing at all for the whole history.",
)
limit = m.input("limit", "integer(1..)", default=500, description="Read at most this many commits.")
width = m.input("width", "integer(40..)", default=80, description="No line of a section is longer.")
out = m.input("out", "path", default="out", description="The folder to write to.")

# In the arguments of a command, `m.with_` is what a step gives it.
git = ["git", "-C", m.with_.repo]
m.player("builder", python="players.bundled_repository:bundled_repository")
m.player("git_head", command=[*git, "rev-parse", "--verify", "--quiet", "HEAD"], parse="exit")
m.player("git_tag", command=[*git, "describe", "--tags", "--abbrev=0"], parse="exit")
m.player(
    "git_log",
    command=[
        *git, "log", "--format=%x1e%H%x1f%P%x1f%aI%x1f%an%x1f%B", "--encoding=UTF-8",
        "--no-show-signature", f"--max-count={m.with_.limit + 1}", m.with_.range, "--",
    ],
    parse="text",
)  # fmt: skip
m.player(
    "git_people",
    command=[*git, "shortlog", "--summary", "--numbered", m.with_.range, "--"],
    parse="lines",
)
m.player("reader", python="players.read_log:read_log")
m.player("sorter", python="players.classify:classify")
m.player("drafter", python="players.draft:one_line_each", fallback=["wrapper"])
m.player("wrapper", python="players.draft:wrapped")
m.player("writer", python="players.write_files:write_files")

# Which repository? The one that was given, else one built from a text in histories/.
bundled = m.play(
    "builder",
    id="bundled",
    when=repo == None,  # noqa: E711 - an expression of the Melody, not a test of Python
    history=history,
    into=out,
    output={"path": "string"},
)
repository = m.set({"path": fn.default(bundled.output.path, repo)}, id="repository")
path = repository.output.path

# What happened in it since the last release? Exit code 1: a repository without any commit.
head = m.play("git_head", id="head", repo=path)
last_tag = m.play("git_tag", id="last_tag", when=since_when == "last_tag", repo=path)
since = m.set({"name": fn.strip(fn.default(last_tag.output.stdout, since_when))}, id="since")
start = since.output.name
revisions = m.set({"revisions": fn.if_(start != "", start + "..HEAD", "HEAD")}, id="range")
log = m.play(
    "git_log",
    id="log",
    when=head.output.exit_code != 1,
    repo=path,
    range=revisions.output.revisions,
    limit=limit,
    output="string",
    policy={"retry": {"max_attempts": 2, "initial": "200ms"}},
)
people = m.play(
    "git_people",
    id="people",
    when=log.ok,
    repo=path,
    range=revisions.output.revisions,
    output="list[string]",
    on_failure=["skip"],  # the notes are good without the thanks
)

# What does that mean for those who use it?
commits = m.play(
    "reader",
    id="commits",
    log=fn.default(log.output, ""),
    limit=limit,
    output={"commits": "list[json]", "truncated": "boolean"},
)
changes = m.play(
    "sorter",
    id="changes",
    commits=commits.output.commits,
    output={
        "groups": "list[json]",  # of {kind, title, entries}, in the order of the notes
        "total": "integer",
        "breaking": "integer",
        "internal": "integer",
        "merges": "integer",
        "undone": "integer",
        "bump": {"enum": ["major", "minor", "patch", "none"]},
    },
)
groups = changes.output.groups

# Three kinds of notes. In full ones every section is drafted and checked by itself, side by side.
with m.branch(id="notes") as notes:
    with notes.arm("nothing", when=changes.output.total == 0) as nothing:
        nothing.result(body="There is nothing to release.")
    is_short = (changes.output.total <= 3) & (changes.output.breaking == 0)
    with notes.arm("short", when=is_short) as short:
        listed = fn.each(groups, lambda g: g.entries, lambda g, e: e.summary + " (" + e.short + ")")
        short.result(body=fn.bullets(listed))
    with notes.otherwise("full") as full:
        group = m.for_each(groups, as_="group")
        drafted = fn.bullets(m.output.bullets)
        sections = m.play(
            "drafter",
            id="sections",
            for_each=group,
            group=group.item,
            width=width,
            output={"title": "string", "bullets": "list[string]"},
            gate={  # no line is too long, no change is lost
                "check": fn.all(fn.each(fn.lines(drafted), lambda line: fn.len(line) <= width))
                & fn.all(fn.each(group.item.entries, lambda e: fn.contains(drafted, e.short))),
                "on_fail": ["fallback"],
            },
        )
        texts = fn.each(sections.output, lambda s: "## " + s.title + "\n\n" + fn.bullets(s.bullets))
        full.result(body=fn.join(texts, "\n\n"))

files = m.play(
    "writer",
    id="files",
    into=out,
    outcome=notes.branch,
    since=start,
    body=notes.output.body,
    changes=changes.output,
    truncated=commits.output.truncated,
    thanks=fn.default(people.output, []),
    output={"notes": "string", "summary": "string", "text": "string"},
)
m.outputs(
    outcome=notes.branch,
    bump=changes.output.bump,
    files=[files.output.notes, files.output.summary],
    text=files.output.text,
)

if __name__ == "__main__":
    print(melody.run(m).outputs["text"])  # noqa: T201 - this is what it is run for
