"""Player clerk: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..calls import function
from ..policy import Call
from ..project.office.desk import first_sentence


async def clerk(call: Call) -> Any:
    """Call the function with what the step hands on."""
    return await function(first_sentence, call)
