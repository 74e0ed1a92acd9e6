"""Diagnostics as others read them; one form a file."""

from __future__ import annotations

from workflow_ir.render.github import to_github
from workflow_ir.render.json_object import to_json
from workflow_ir.render.sarif import to_sarif
from workflow_ir.render.text import render_text

__all__ = ["render_text", "to_github", "to_json", "to_sarif"]
