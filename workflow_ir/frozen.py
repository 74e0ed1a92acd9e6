"""The base of every model that crosses a border: frozen, closed, JSON only."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


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
