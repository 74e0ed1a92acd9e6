"""The same Melody as batch_review.melody.yaml, written in Python; both give one IR hash.

python batch_review.py                          builds it and plays it by a script
melody fmt --to yaml batch_review.py            prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "batch_review",
    version="1.0.0",
    description="Reviews a folder of documents side by side, "
    "and publishes the report once a person agrees.",
    policy={"timeout": "1m"},
)
folder = m.input(
    "folder", "path", default="documents", description="A folder with `.md` and `.txt` files."
)
out = m.input("out", "path", default="out", description="The folder to write the report to.")
longest = m.input(
    "longest",
    "integer(1..)",
    default=25,
    description="A sentence with more words than this is a finding.",
)

lister = m.player("lister", python="players.documents:names")
reporter = m.player("reporter", python="players.report:write")

documents = m.play(lister, id="documents", folder=folder, output="list[string]")
name = m.for_each(documents.output, as_="name", concurrency=4)
reviews = m.call(
    "./review_one.melody.yaml",
    id="reviews",
    for_each=name,
    succeed_if="80%",  # one document in five may be unreadable
    with_={"folder": folder, "name": name.item, "longest": longest},
)
summary = m.set(
    {
        "done": fn.each(reviews.output, lambda r: r, when=lambda r: r != None),  # noqa: E711 - an expression
        "unread": fn.each(reviews.failed, lambda i: documents.output[i]),
    },
    id="summary",
)
done, unread = summary.output.done, summary.output.unread

decide = m.approval(
    f"Publish the report on {fn.len(done)} documents? {fn.len(unread)} could not be read.",
    id="decide",
    show={"findings": fn.each(done, lambda r: r.name + " - " + r.verdict), "unread": unread},
    form={"note": "string?"},
    expires="1d",
    on_timeout="reject",
    on_reject="continue",
)
report = m.play(
    reporter,
    id="report",
    when=decide.output.choice == "approve",
    into=out,
    reviews=done,
    unread=unread,
    note=decide.output.note,
    output={"path": "string"},
)

m.outputs(
    decision=decide.output.choice,
    report=fn.default(report.output.path, None),
    good=fn.len(fn.each(done, lambda r: r, when=lambda r: r.verdict == "good")),
    unread=unread,
)

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/approved.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
