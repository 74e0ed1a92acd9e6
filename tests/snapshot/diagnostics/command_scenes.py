"""Mistakes that no Melody makes: of the command line, of other files, of a backend's abilities."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from adapters.emitter.own_code import own_files
from adapters.emitter.project import GeneratedFile, GeneratedProject, Sources
from tests.snapshot.diagnostics.scene import Scene
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.workflow import WorkflowIR

NOTES = """\
melody: v1
name: notes
inputs:
  topic: string
  lines: {type: "integer(1..)", default: 10}
steps:
  draft:
    set: {text: "${{ inputs.lines }} lines about ${{ inputs.topic }}"}
outputs:
  text: ${{ steps.draft.output.text }}
"""
MAPPED = """\
melody: v1
name: notes
inputs:
  topics: list[string]
steps:
  sections:
    for_each: ${{ inputs.topics }}
    set: {text: "About ${{ item }}"}
"""
SIDE_BY_SIDE = """\
melody: v1
name: notes
inputs:
  topic: string
players:
  writer: {model: offline}
steps:
  poem:
    play: writer
    prompt: A poem about ${{ inputs.topic }}
  story:
    play: writer
    prompt: A story about ${{ inputs.topic }}
  both:
    set: {poem: "${{ steps.poem.output }}", story: "${{ steps.story.output }}"}
outputs:
  both: ${{ steps.both.output }}
"""
STYLE = """\
from __future__ import annotations

from melody import Success, load


def kept(line: str) -> Success:
    return Success(line, degraded=len(line) > 80)


def names() -> list[str]:
    return [str(step.id) for step in load("notes.melody.yaml").root.steps]
"""
_DIGEST = f"sha256:{64 * '0'}"
LOCK = f"""\
{{
  "schema": "melody.eject/1",
  "melody": "notes",
  "target": "native",
  "ir": "{64 * "0"}",
  "files": {{
    "README.md": {{
      "owner": "melody",
      "source": "{_DIGEST}",
      "written": "{_DIGEST}"
    }}
  }}
}}
"""
PROFILES = """\
profiles:
  production: {policy: {timeout: 30s}}
"""
DEPENDENCIES = """\
dependencies:
  data_prep: {}
  training:
    requires: data_prep
"""
TESTED = """\
tests:
  rain:
    on: native
    inputs: {topic: rain, lines: 3}
    expect:
      status: succeeded
"""
STORED = """\
%% notes: written by `melody compile --to mermaid`
flowchart TD
  s_outline["outline"]
"""


def _one_after_the_other(machine: pytest.MonkeyPatch) -> None:
    """A backend from elsewhere that knows no loop over items."""
    full = Capability(Support.FULL, "one call after the other")
    none = Capability(Support.NEVER, "a tape has no loops")
    table = {**dict.fromkeys(Feature, full), Feature.FOR_EACH: none}
    tape = SimpleNamespace(get_framework_name=lambda: "tape", capabilities=lambda: table)
    machine.setattr("adapters.registry.load", lambda name: {"tape": tape}[name])


def _runs_and_no_more(machine: pytest.MonkeyPatch) -> None:
    """A backend from before there was generated code."""
    tape = SimpleNamespace(get_framework_name=lambda: "tape")
    machine.setattr("adapters.registry.load", lambda name: {"native": tape}[name])


def _of_two_files(machine: pytest.MonkeyPatch) -> None:
    """A backend whose projects have two files."""

    def emit(ir: WorkflowIR, sources: Sources) -> GeneratedProject:
        files = (
            GeneratedFile("README.md", f"# {ir.name}\n"),
            GeneratedFile(f"src/{ir.name}/steps.py", "draft = 1\n"),
            *own_files(sources, ir.name),
        )
        return GeneratedProject(ir.name, "native", files)

    machine.setattr("adapters.native.adapter.NativeAdapter.emit", lambda _, *rest: emit(*rest))


COMMAND_SCENES: Mapping[str, Scene] = {
    "MEL101": Scene("melody check notes.melody.yml", {"notes.melody.yaml": NOTES}),
    "MEL102": Scene(
        "melody check notes.melody.yaml",
        {"notes.melody.yaml": NOTES.replace("topic", "café").encode("latin-1")},
    ),
    "MEL124": Scene(
        "melody check notes.ir.json",
        {
            "notes.ir.json": """\
{
  "kind": "melody.ir/1",
  "name": "notes",
  "root": {
    "steps": [
      {
        "id": "draft",
        "address": "draft",
        "depends": [
          {
            "on": "outline"
          }
        ],
        "body": {
          "kind": "set",
          "value": {
            "kind": "literal",
            "value": "Rain"
          }
        }
      }
    ]
  }
}
"""
        },
    ),
    "MEL131": Scene(
        "melody check notes.melody.yaml --set steps.draf.set.text=Rain",
        {"notes.melody.yaml": NOTES},
    ),
    "MEL132": Scene(
        "melody check notes.melody.yaml --profile prodution",
        {"notes.melody.yaml": NOTES, "melody.project.yaml": PROFILES},
    ),
    "MEL140": Scene('melody define release --step "make clean"'),
    "MEL141": Scene('melody define release --step "count: ls | wc -l"'),
    "MEL142": Scene(
        'melody define release --step "tests: make test" --step "ship: make ship && tests.success"'
    ),
    "MEL143": Scene(
        'melody define release --step "tests: make test" --step "ship: tests.sucess && make ship"'
    ),
    "MEL144": Scene("melody define release --step 'ship: scp dist/*.whl host:'"),
    "MEL145": Scene(
        "melody pipeline create ml | melody pipeline stage load --state-key data"
        " | melody pipeline stage train --depends datta"
    ),
    "MEL146": Scene("melody pipeline stage train --depends data"),
    "MEL147": Scene(
        "melody import tidyllm workflow_config.yaml",
        {"workflow_config.yaml": f"{DEPENDENCIES}    conditions:\n      - timeout: soon\n"},
    ),
    "MEL148": Scene(
        "melody import tidyllm workflow_config.yaml",
        {"workflow_config.yaml": "dependencies:\n  data_prep: {}\n"},
    ),
    "MEL149": Scene(
        "melody import tidyllm workflow_config.yaml",
        {"workflow_config.yaml": f"dashboard: {{port: 8080}}\n{DEPENDENCIES}"},
    ),
    "MEL301": Scene("melody check notes.melody.yaml --for langgraf", {"notes.melody.yaml": NOTES}),
    "MEL302": Scene(
        "melody check notes.melody.yaml --for tape",
        {"notes.melody.yaml": MAPPED},
        machine=_one_after_the_other,
    ),
    "MEL303": Scene(
        "melody check notes.melody.yaml --for langgraph", {"notes.melody.yaml": SIDE_BY_SIDE}
    ),
    "MEL304": Scene(
        "melody compile notes.melody.yaml --to native",
        {"notes.melody.yaml": NOTES},
        machine=_runs_and_no_more,
    ),
    "MEL405": Scene("melody check notes.melody.yaml --allow git", {"notes.melody.yaml": NOTES}),
    "MEL501": Scene("melody run notes.melody.yaml", {"notes.melody.yaml": NOTES}),
    "MEL502": Scene(
        "melody run notes.melody.yaml -i topic=rain -i line=5", {"notes.melody.yaml": NOTES}
    ),
    "MEL503": Scene(
        "melody run notes.melody.yaml -i topic=rain -i lines=many", {"notes.melody.yaml": NOTES}
    ),
    "MEL504": Scene(
        "melody run notes.melody.yaml -i topic=rain --script rehearsal.yaml",
        {
            "notes.melody.yaml": NOTES,
            "rehearsal.yaml": "steps:\n  draft:\n    - {eror: rate_limited}\n    - {return: {}}\n",
        },
    ),
    "MEL505": Scene(
        "melody run notes.melody.yaml -i topic=rain --fault draft:ratelimit*2",
        {"notes.melody.yaml": NOTES},
    ),
    "MEL506": Scene("melody run notes.melody.yaml -i topic", {"notes.melody.yaml": NOTES}),
    "MEL507": Scene(
        'melody define notes --step "tests: make test" -o notes/release.melody.yaml',
        {"notes": "a file, no folder\n"},
    ),
    "MEL508": Scene(
        'melody define notes --step "tests: make test" -o notes.melody.yaml',
        {"notes.melody.yaml": NOTES},
    ),
    "MEL509": Scene(
        "melody fmt notes.melody.yaml --to json",
        {"notes.melody.yaml": f"# what we know\n{NOTES}"},
    ),
    "MEL510": Scene(
        "melody run notes.melody.yaml -i topic=rain --have drafts=@draft.json",
        {"notes.melody.yaml": NOTES, "draft.json": '"It rains."'},
    ),
    "MEL511": Scene(
        "melody compile notes.melody.yaml --to native -o notes --check",
        {
            "notes.melody.yaml": NOTES,
            "notes/README.md": "# Our notes\n",
            "notes/melody.lock.json": LOCK,
        },
        machine=_of_two_files,
    ),
    "MEL512": Scene(
        "melody compile notes.melody.yaml --to native -o notes",
        {
            "notes.melody.yaml": NOTES,
            "notes/melody.lock.json": LOCK.replace("README.md", "../README.md"),
        },
        machine=_of_two_files,
    ),
    "MEL513": Scene(
        "melody compile notes.melody.yaml --to native -o notes --include ../style.md",
        {"notes.melody.yaml": NOTES},
        machine=_of_two_files,
    ),
    "MEL514": Scene(
        "melody compile notes.melody.yaml --to native -o notes --include style.py",
        {"notes.melody.yaml": NOTES, "style.py": STYLE},
        machine=_of_two_files,
    ),
    "MEL551": Scene(
        "melody test notes.melody.test.yaml",
        {
            "notes.melody.yaml": NOTES,
            "notes.melody.test.yaml": f"{TESTED}      steps: {{drafts: succeeded}}\n",
        },
    ),
    "MEL552": Scene(
        "melody test notes.melody.test.yaml",
        {
            "notes.melody.yaml": NOTES,
            "notes.melody.test.yaml": f"{TESTED}      outputs: {{text: 5 lines about rain}}\n",
        },
    ),
    "MEL553": Scene(
        "melody test notes.melody.test.yaml",
        {
            "notes.melody.yaml": NOTES,
            "notes.melody.test.yaml": "snapshot: mermaid\n",
            "snapshots/notes.melody/mermaid/notes.mermaid.txt": STORED,
        },
    ),
    "MEL554": Scene(
        "melody test notes.melody.test.yaml",
        {"notes.melody.yaml": NOTES, "notes.melody.test.yaml": "snapshot: [ir]\n"},
    ),
    "MEL555": Scene(
        "melody test",
        {
            "notes.melody.yaml": NOTES,
            "snapshots/nodes.melody/mermaid/notes.mermaid.txt": STORED,
        },
    ),
}
"""By code."""
