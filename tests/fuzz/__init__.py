"""Long searches for mistakes; `python -m tests.fuzz` runs them, the suite runs short ones."""
