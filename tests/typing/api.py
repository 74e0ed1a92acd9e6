"""A file that a user writes; ``mypy --strict`` must accept it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import melody
from melody import Diagnostic, Melody, RunResult, WorkflowIR, fn


def build() -> Melody:
    """Every part of the builder once."""
    m = Melody(
        "review", inputs={"brief": "string", "files": "list[path]"}, policy={"timeout": "5m"}
    )
    limit = m.input("limit", "integer", default=3)
    m.model("smart", "offline/basic", temperature=0)
    coder = m.player("coder", model="smart", fallback=["junior"])
    m.player("junior", command=["cat", m.with_.code, Path("x")], parse="text")
    draft = m.play(
        coder,
        prompt=f"Write {m.inputs.brief}",
        output={"code": "string", "score": "number(0..1)"},
        gate={"check": m.output.score >= 0.5, "on_fail": ["retry"]},
        policy={"timeout": timedelta(seconds=30)},
    )
    file = m.for_each(m.inputs.files, as_="file", concurrency=2)
    notes = m.play("junior", for_each=file, code=file.item, succeed_if="80%", needs=[draft])
    good = (draft.output.score > 0.8) & ~(draft.output.code == "") | (draft.attempts < limit)
    with m.branch(id="route") as route:
        with route.arm("fast", when=good) as fast:
            fast.result(code=draft.output.code)
        with route.otherwise("slow") as slow:
            better = m.play(coder, id="better", prompt=fn.text("Improve"), when=draft.ok)
            slow.result({"code": fn.default(better.output.code, "")})
    with m.repeat(max=3) as loop:
        step = m.set({"n": loop.iteration, "rest": -limit + 1}, id="n")
        loop.until(step.output.n >= limit)
        loop.result(step.output)
    with m.parallel() as both, both.branch("left") as left:
        left.set([1, None, True], id="left_data")
    m.run("git log", when="inputs.limit > 1")
    texts = fn.each(notes.output, lambda note: note.text, when=lambda note: note.ok)
    m.outputs(code=route.output.code, path=route.branch, text=fn.join(texts, "\n"))
    return m


def use(m: Melody, path: Path) -> tuple[str, RunResult]:
    """The doors that take a Melody take a built one."""
    workflow: WorkflowIR = melody.compile(m, allow=["command:git"])
    problems: tuple[Diagnostic, ...] = melody.check(m)
    results: list[RunResult] = [
        melody.run(source, {"brief": "x"}) for source in (m, workflow, path)
    ]
    return f"{workflow.hash} {len(problems)} {m.to_yaml()}", results[0]
