"""A model of the community as one meets them: it hangs, it crashes, and it reports nothing.

Nothing in here is good manners, and that is the point: what it does harms only its own attempt.
"""

from __future__ import annotations

import os
import time
from typing import Any

TWO_HOURS = 7200.0


def answer(question: str) -> dict[str, Any]:
    """Answers short questions, waits two hours over long ones, dies of what is no question."""
    if "?" not in question:
        os._exit(139)  # as a program does that reads where it must not
    if len(question) > 40:
        time.sleep(TWO_HOURS)
    return {"text": f"Certainly: {question.rstrip('?').lower()}."}


def house_answer(question: str) -> dict[str, Any]:
    """The house's own model: plain, and always there."""
    return {"text": f"We have no better answer to {question!r}."}
