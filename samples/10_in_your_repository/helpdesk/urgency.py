"""How urgent a ticket sounds."""

from __future__ import annotations

import re
from typing import Any

ALARMING = frozenset({"down", "lost", "urgent", "nobody", "outage"})


def urgency(text: str) -> dict[str, Any]:
    """The alarming words of a text, and whether somebody must look at once."""
    found = sorted(ALARMING & set(re.findall(r"[a-z]+", text.lower())))
    return {"words": found, "urgent": len(found) > 1}
