"""The same Melody as ml_workflow.melody.yaml, written in Python; both give one IR hash.

python ml_workflow.py                           builds and runs it
melody fmt --to yaml ml_workflow.py             prints it as YAML
"""

from __future__ import annotations

import melody
from melody import Melody, fn

m = Melody(
    "ml_workflow",
    version="1.0.0",
    description="Ingests a table, prepares it, trains a classifier, "
    "validates it and deploys it if it is good enough.",
)
table = m.input(
    "table",
    "path",
    default="data/flowers.csv",
    description="Numbers, and the class in the last column.",
)
out = m.input("out", "path", default="out", description="The folder to deploy to.")

data_ingestion = m.run(
    ["python3", "stages/data_ingestion.py", table],
    id="data_ingestion",
    parse="json",
    output={"rows": "list[list[json]]", "classes": "list[string]"},
)
preprocessing = m.run(
    "python3 stages/preprocessing.py",
    id="preprocessing",
    parse="json",
    stdin=fn.json(data_ingestion.output),
    output={
        "train": "list[list[json]]",
        "test": "list[list[json]]",
        "means": "list[number]",
        "scales": "list[number]",
    },
)
training = m.run(
    "python3 stages/training.py",
    id="training",
    parse="json",
    stdin=fn.json(preprocessing.output),
    policy={"timeout": "2m", "retry": {"max_attempts": 2}},
)
validation = m.run(
    "python3 stages/validation.py",
    id="validation",
    parse="json",
    stdin=fn.json(training.output),
    output={"quality": "number(0..1)", "wrong": "integer", "of": "integer", "model": "json"},
)
deployment = m.run(
    ["python3", "stages/deployment.py", out],
    id="deployment",
    when=validation.output.quality > 0.95,
    parse="json",
    stdin=fn.json(validation.output),
    output={"path": "string"},
)

m.outputs(
    quality=validation.output.quality,
    deployed=deployment.ok,
    model=fn.default(deployment.output.path, None),
)

if __name__ == "__main__":
    print(melody.run(m).outputs)  # noqa: T201 - this is what it is run for
