"""One handler for each kind of step body. ``step.conduct`` is the door."""
