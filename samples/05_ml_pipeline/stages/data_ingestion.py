"""A table (CSV, the class in the last column) to rows: JSON on stdout."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

table = Path(sys.argv[1])
if not table.is_file():
    sys.exit(f"there is no table {table.name}")
with table.open(newline="", encoding="utf-8") as file:
    _, *lines = csv.reader(file)
rows = [[*map(float, line[:-1]), line[-1]] for line in lines if line]
json.dump({"rows": rows, "classes": sorted({str(row[-1]) for row in rows})}, sys.stdout)
