"""The same Melody as newsroom.melody.yaml, written in Python; both give one IR hash.

python newsroom.py                              builds it and plays it by a script
melody fmt --to yaml newsroom.py                prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "newsroom",
    description="A researcher who uses tools, two writers side by side, and an editor.",
    policy={"timeout": "2m", "retry": {"initial": "0.2s", "jitter": "none"}},
)
topic = m.input("topic", "string", default="The bridge is closed again. Who pays for a new one?")

# It needs no key and invents nothing: its answers are synthetic. Once you have a key, put
# "openai/gpt-5" here; nothing else changes.
smart = m.model("smart", "offline/basic")

researcher = m.player(
    "researcher",
    agent={
        "role": "Researcher",
        "goal": "Find out what the paper knows of a topic",
        "backstory": "You have kept its archive for twenty years.",
    },
    model=smart,
    tools=["archive", "photo_desk"],
    max_turns=6,
)
reporter = m.player(
    "reporter",
    agent={"role": "Reporter", "goal": "Tell what happened so that everybody understands it"},
    model=smart,
)
headliner = m.player(
    "headliner",
    agent={"role": "Headline writer", "goal": "Say in six words what is new"},
    model=smart,
)
editor = m.player(
    "editor",
    agent={"role": "Editor", "goal": "Print only what is known"},
    model=smart,
    system="A page has one title and one text.",
)
m.player("archive", python="desk.tools:search")
m.player("photo_desk", python="desk.tools:order_photo", effects="once")

research = m.play(
    researcher,
    id="research",
    prompt=f"""\
{topic}
Search the archive for it, and order one photo.
""",
    output={"facts": "list[string]", "photo": "string"},
)
story = m.play(
    reporter,
    id="story",
    prompt=f"""\
{topic}
Write a story from these facts:
{fn.bullets(research.output.facts)}
""",
)
headline = m.play(
    headliner,
    id="headline",
    prompt=f"""\
{topic}
Write a headline. What is known:
{fn.bullets(research.output.facts)}
""",
)
page = m.play(
    editor,
    id="page",
    prompt=f"""\
{headline.output}
{story.output}
Set the page, with the photo {research.output.photo}.
""",
    output={"title": "string", "text": "string", "photo": "string"},
)

m.outputs(page=page.output)

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/three_turns.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
