"""An http player: one request, its redirects and its answer, all within bounds (spec 6)."""
