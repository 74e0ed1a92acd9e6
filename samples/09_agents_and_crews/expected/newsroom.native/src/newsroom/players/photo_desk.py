"""Player photo_desk: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..calls import function
from ..policy import Call
from ..project.desk.tools import order_photo


async def photo_desk(call: Call) -> Any:
    """Call the function with what the step hands on."""
    return await function(order_photo, call)
