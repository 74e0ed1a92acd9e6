"""The same Melody as for_framework_users.melody.yaml, written in Python; both give one IR hash.

python for_framework_users.py                   builds it and plays it by a script
melody fmt --to yaml for_framework_users.py     prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "for_framework_users",
    description="A LangGraph graph and a CrewAI crew that exist already do the work of two steps.",
)
articles = m.input(
    "articles",
    "list[string]",
    default=[
        "The kettle is new. It boils a litre in two minutes and switches itself off. It is red.",
        "Rain is expected. The bridge stays closed until the river has gone down. Ships wait.",
    ],
)

summary = m.player("summary", framework="existing.summary_graph:graph", fallback=["clerk"])
headline = m.player("headline", framework="existing.headline_crew:crew", preload=True, timeout="2m")
m.player("clerk", python="office.desk:first_sentence")

article = m.for_each(articles, as_="article")
summaries = m.play(
    summary, id="summaries", for_each=article, text=article.item, output={"summary": "string"}
)
each = m.for_each(summaries.output)
headlines = m.play(headline, id="headlines", for_each=each, text=each.item.summary, output="string")

m.outputs(page=fn.bullets(headlines.output))

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/without_frameworks.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
