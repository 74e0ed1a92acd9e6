"""The base of every model that crosses a border: frozen, closed, JSON only."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue


class Frozen(BaseModel):
    """An immutable model that refuses fields it does not know.

    Infinity and NaN are refused: they are not JSON and would not survive a round trip.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        ser_json_inf_nan="constants",
    )


def finite(value: Any) -> Any:
    """JSON data as it is.

    Raises:
        ValueError: Infinity or NaN is in it; pydantic looks for them in fields, not inside data.
    """
    ahead = [value]
    while ahead:
        node = ahead.pop()
        if isinstance(node, float) and not math.isfinite(node):
            raise ValueError("infinity and NaN are not JSON")
        if isinstance(node, dict):
            ahead.extend(node.values())
        elif isinstance(node, list):
            ahead.extend(node)
    return value


Data = Annotated[JsonValue, AfterValidator(finite)]
"""Any JSON value."""
