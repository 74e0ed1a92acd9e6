"""The nouns of the language as data, for editors: what the reader accepts, said in JSON Schema."""

from __future__ import annotations

from compiler.language.schema import melody_schema, project_schema, user_schema

__all__ = ["melody_schema", "project_schema", "user_schema"]
