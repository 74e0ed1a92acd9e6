"""Source text of generated projects: what every target shares (spec 1, ``emit``)."""
