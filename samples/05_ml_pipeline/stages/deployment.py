"""Writes the model where others find it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
path = folder / "model.json"
path.write_text(json.dumps(json.load(sys.stdin)["model"], indent=2) + "\n", encoding="utf-8")
json.dump({"path": str(path)}, sys.stdout)
