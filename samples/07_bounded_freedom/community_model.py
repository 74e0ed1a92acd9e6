"""The same Melody as community_model.melody.yaml, written in Python; both give one IR hash.

python community_model.py                       builds it and plays it by a script
melody fmt --to yaml community_model.py         prints it as YAML
"""

from __future__ import annotations

from pathlib import Path

import melody
from melody import Melody, fn

m = Melody(
    "community_model",
    description="A model with a 2-hour timeout, no retries and no error reports; "
    "the workflow goes on.",
    policy={"wall": "5m"},
)
questions = m.input(
    "questions",
    "list[string]",
    default=[
        "Is it safe?",
        "Does it also answer questions that are rather long?",
        "not a question",
    ],
)

community = m.player(
    "community",
    python="players.community:answer",
    isolation="worker",
    timeout="2h",
    importance="low",
    fallback=["house"],
)
m.player("house", python="players.community:house_answer")

question = m.for_each(questions, as_="question")
answers = m.play(
    community, id="answers", for_each=question, question=question.item, output={"text": "string"}
)

m.outputs(answers=fn.each(answers.output, lambda answer: answer.text))

if __name__ == "__main__":
    script = Path(__file__).parent / "scripts/two_hours.yaml"
    print(melody.run(m, script=script).outputs)  # noqa: T201 - this is what it is run for
