"""The canonical form of Melody files: order of keys, layout, and the way from data to text.

Everything here is pure: text and data in, text and data out.
"""

from __future__ import annotations

from compiler.format.format_text import (
    Formatted,
    Language,
    comments_of,
    converted,
    format_text,
)
from compiler.format.json_text import to_json
from compiler.format.order import MELODY, PACK, PROJECT, Shape, in_order
from compiler.format.yaml_text import to_yaml

__all__ = [
    "MELODY", "PACK", "PROJECT", "Formatted", "Language", "Shape", "comments_of", "converted",
    "format_text", "in_order", "to_json", "to_yaml",
]  # fmt: skip
