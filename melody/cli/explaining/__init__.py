"""``melody explain run:…``: a run told from its kept events."""
