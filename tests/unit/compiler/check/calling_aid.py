"""A sub-melody with inputs of every sort, and a step that calls it."""

from __future__ import annotations

from pathlib import Path

from compiler.pipeline import Compilation, compile_file
from tests.unit.compiler.compiling_aid import FILE, HEAD

SUB = """\
melody: v1
name: docs
inputs: {topic: string, size: number, note: "string?", tone: {type: string, default: dry}}
steps: {a: {set: "${{ inputs }}"}}
outputs: {text: "${{ inputs.topic }}"}
"""
TOP = """\
inputs: {n: integer}
steps:
  z: {set: "${{ inputs }}"}
"""


def calling(folder: Path, step: str) -> Compilation:
    """Compile a Melody whose step ``a`` stands in line 6 and may call ``./docs.melody.yaml``."""
    folder.joinpath("docs.melody.yaml").write_text(SUB)
    path = folder / FILE
    path.write_text(f"{HEAD}{TOP}  a: {step}\n")
    return compile_file(path)
