"""Where everything of a picture stands, in character cells: boxes in ranks, lines between them.

The way of Sugiyama, Tagawa and Toda (1981): ranks by longest way, order by means, columns by
least squares, then right-angled lines on tracks of their own. Nothing is drawn by chance: equal
pictures stand alike.
"""

from __future__ import annotations

from melody.graphs.layout.arrange import arrange
from melody.graphs.layout.placed import MOST_PLACES, Layout, PlacedBox, Route, TooLargeError

__all__ = ["MOST_PLACES", "Layout", "PlacedBox", "Route", "TooLargeError", "arrange"]
