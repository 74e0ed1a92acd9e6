"""The same Melody as quality_route.melody.yaml, written in Python; both give one IR hash.

python quality_route.py                         builds it and plays it by a script
melody fmt --to yaml quality_route.py           prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "quality_routed_code",
    version="1.0.0",
    description="Draft code, score it, route by the score, publish.",
    policy={"timeout": "5m", "budget": {"usd": 2.00, "tokens": 200000, "wall": "30m"}},
)
brief = m.input(
    "brief", "string", default="A function that parses ISO dates.", description="What to write."
)
language = m.input("language", {"enum": ["python", "rust", "go"]}, default="python")

smart = m.model("smart", "openai/gpt-5")
cheap = m.model("cheap", "openai/gpt-5-mini", temperature=0)

coder = m.player(
    "coder",
    model=smart,
    system="You write small, tested programs.",
    fallback=["junior"],
    importance="critical",
)
m.player("junior", model=cheap)
m.player("judge", model=cheap, provides=["code.score"], cost={"usd": 0.002})
m.player(
    "files",
    mcp={"command": ["mcp-files", "--root", "."]},
    tool="write_file",
    effects="idempotent",
)
a_judge = {"provides": "code.score"}

draft = m.play(
    coder,
    id="draft",
    prompt=f"Write {language} for: {brief}",
    output={"code": "string", "tests": "string"},
)
quality = m.play(
    a_judge,
    id="quality",
    code=draft.output.code,
    output={"score": "number(0..1)", "issues": "list[string]"},
    gate={"check": m.output.score >= 0, "on_fail": ["retry", "fallback"]},
)

with m.branch(id="route") as route:
    with route.arm("fast_track", when=quality.output.score > 0.8) as fast_track:
        fast_track.result(code=draft.output.code)
    with route.arm("enhance", when=quality.output.score > 0.5) as enhance:
        with m.repeat(id="polish", max=3) as polish:
            rewrite = m.play(
                coder,
                id="rewrite",
                prompt=f"Fix {fn.bullets(quality.output.issues)}",
                code=fn.default(polish.previous.code, draft.output.code),
                output={"code": "string"},
            )
            judge_again = m.play(
                a_judge,
                id="judge_again",
                code=rewrite.output.code,
                output={"score": "number(0..1)"},
            )
            polish.until(judge_again.output.score > 0.8)
            polish.result(code=rewrite.output.code)
        enhance.result(code=polish.output.code)
    with route.otherwise("manual_review") as manual_review:
        review = m.approval(
            f"The draft scored {quality.output.score}. Edit or reject it.",
            id="review",
            show={"code": draft.output.code, "issues": quality.output.issues},
            form={"code": "string"},
            expires="2d",
        )
        manual_review.result(code=review.output.code)

m.play("files", id="publish", path="out/code.py", content=route.output.code)

m.outputs(code=route.output.code, path_taken=route.branch)

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/enhance.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
