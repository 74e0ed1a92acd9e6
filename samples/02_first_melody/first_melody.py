"""The same Melody as first_melody.melody.yaml, written in Python; both give one IR hash.

python first_melody.py                          builds and runs it
melody fmt --to yaml first_melody.py            prints it as YAML
"""

from __future__ import annotations

import melody
from melody import Melody, fn

m = Melody(
    "first_melody",
    version="1.0.0",
    description="From an idea to documented code in four steps - enhance, features, code, docs.",
    policy={"timeout": "2m"},
)
idea = m.input(
    "idea",
    "string",
    default="A command line tool that counts the words of a text file. "
    "It ignores markup and tells the ten most frequent words.",
    description="What is to be built, in a sentence or two.",
)
language = m.input("language", {"enum": ["python", "rust", "go"]}, default="python")

# It needs no key and invents nothing: its answers are synthetic. Once you have a key, put
# "openai/gpt-5" here; nothing else changes.
smart = m.model("smart", "offline/basic")

enhancer = m.player(
    "enhancer", model=smart, system="You turn a rough idea into one clear paragraph."
)
analyst = m.player(
    "analyst", model=smart, system="You list features that can be tested.", fallback=["clerk"]
)
m.player("clerk", model=smart, system="You list what a text asks for. Nothing else.")
coder = m.player(
    "coder", model=smart, system="You write small, tested programs.", importance="high"
)
editor = m.player("editor", model=smart, system="You write clear documentation.")

enhance = m.play(
    enhancer,
    id="enhance",
    prompt=f"""\
{idea}
Say in one paragraph what to build, for whom, and when it is done.
""",
)
features = m.play(
    analyst,
    id="features",
    prompt=f"""\
{enhance.output}
List the features, at most seven, each with its importance.
""",
    output={"features": "list[{name: string, importance: {enum: [must, should, could]}}]"},
    gate={"check": fn.len(m.output.features) >= 1, "on_fail": ["retry", "fallback"]},
)
listed = features.output.features
wanted = fn.each(listed, lambda f: f.name, when=lambda f: f.importance != "could")
names = fn.each(listed, lambda f: f.name)
code = m.play(
    coder,
    id="code",
    prompt=f"""\
Write {language} that does this:
{fn.bullets(wanted)}
""",
    output={"module": "string", "code": "string", "tests": "string"},
)
docs = m.play(
    editor,
    id="docs",
    prompt=f"""\
Document the module {code.output.module} for those who use it.
{fn.bullets(names)}
{code.output.code}
""",
    output={"title": "string", "body": "string"},
    on_failure=["retry", "skip"],  # code without a manual is better than nothing
)

m.outputs(
    features=names,
    code=code.output.code,
    docs=fn.default(docs.output.body, "The manual is missing - see the gaps of this run."),
)

if __name__ == "__main__":
    for name, text in melody.run(m).outputs.items():
        print(f"{name}: {text}")  # noqa: T201 - this is what it is run for
