"""Writes the model that is released."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parent.parent


def write_model(*, into: str, model: dict[str, Any], train: list[dict[str, Any]]) -> dict[str, Any]:
    """Write `model.json`: what was chosen and the rows it looks its neighbours up in."""
    folder = _PROJECT / into
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**model, "rows": train}, indent=1, sort_keys=True)
    (folder / "model.json").write_text(f"{text}\n", encoding="utf-8")
    return {"file": f"{into}/model.json"}
