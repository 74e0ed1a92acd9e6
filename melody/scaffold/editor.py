"""What an editor needs to know of a project: the schemas, and which files they are for.

The YAML language server of Red Hat, which VS Code and others use, reads these settings.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.language import melody_schema, project_schema
from compiler.pipeline import PROJECT_FILE

MELODY_SCHEMA = ".melody/melody.v1.schema.json"
PROJECT_SCHEMA = ".melody/melody.project.v1.schema.json"

_GIT_IGNORE = """\
# what runs leave behind; the schemas stay, so that every editor knows the language
.melody/*
!.melody/*.schema.json
__pycache__/
out/
"""


def editor_files() -> dict[str, str]:
    """Files that are the same in every project, by path."""
    return {
        ".gitignore": _GIT_IGNORE,
        ".vscode/settings.json": _json(
            {
                "yaml.schemas": {
                    MELODY_SCHEMA: ["*.melody.yaml", "*.melody.yml"],
                    PROJECT_SCHEMA: [PROJECT_FILE],
                },
                "json.schemas": [{"fileMatch": ["*.melody.json"], "url": f"./{MELODY_SCHEMA}"}],
            }
        ),
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml"]}),
        MELODY_SCHEMA: _json(melody_schema()),
        PROJECT_SCHEMA: _json(project_schema()),
    }


def _json(tree: dict[str, Any]) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
